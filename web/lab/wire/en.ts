/** The texts about the wire in English. Every other language has the same ones. */
export const en = {
  /** Of the end of a connection, by who has done it. */
  ending: {
    first: { client: 'the client closes', server: 'the server closes' },
    answer: { client: 'the client answers', server: 'the server answers' },
    cut: {
      client: 'the client is gone without a close frame (1006)',
      server: 'the server cuts it off without a close frame (1006)',
    },
  },
};

export type WireWords = typeof en;
