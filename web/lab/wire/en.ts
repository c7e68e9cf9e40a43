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
  handshake: {
    title: 'Handshake',
    about:
      'A WebSocket begins as an HTTP request that asks to go on with another protocol. After the response 101 the same TCP connection carries frames. Where it says …, a value is not shown, since it may tell who somebody is.',
    request: 'The client asks',
    response: 'The server answers',
    close: 'Close the handshake',
    /** By header, in lower case. */
    notes: {
      host: 'The server that the client wants, since one address can have many.',
      upgrade: 'The protocol to go on with.',
      connection:
        'The header Upgrade is meant for the next hop. A proxy that does not know it drops it here.',
      origin:
        'The site whose page opens the connection. Browsers always send it and pages cannot change it, so the server can turn strange pages away (403).',
      'sec-websocket-key':
        'A random number, new each time. It is no secret: the answer proves that the server has understood this very request.',
      'sec-websocket-accept':
        'The key and a fixed text, hashed with SHA-1. A server that does not speak WebSocket could not make it.',
      'sec-websocket-version': 'The version of the protocol, 13 since 2011 (RFC 6455).',
      'sec-websocket-extensions':
        'What the client offers, usually compression. This server takes none, so frames stay readable.',
      'sec-websocket-protocol':
        'The language inside the frames. The client offers some and the server picks one. Names that this server does not know are not shown.',
    },
  },
};

export type WireWords = typeof en;
