import { maskedText, open, readFrames } from '../wire.mjs';

/** A message as people write it. */
export const post = { data: 'send', content: 'xin chào cả nhà, hôm nay trời đẹp, mình đi chơi nhé' };

/** A simple client that knows of each reply, and tells of each event. */
export class Peer {
  #rest = Buffer.alloc(0);
  /** What waits for a reply, the oldest first. */
  #asked = [];

  /** Connects and registers. */
  static async join(port, name, onEvent = () => {}) {
    const peer = new Peer();
    peer.onEvent = onEvent;
    peer.socket = await open({ port }, (chunk, socket) => peer.#take(chunk, socket));
    peer.socket.on('error', () => {});
    const { status } = await peer.ask({ data: 'name', name });
    if (!status) throw new Error(`${name} could not register`);
    return peer;
  }

  /** Resolves to the reply. */
  async ask(request) {
    const [reply] = await this.askAll([request]);
    return reply;
  }

  /** Sends the requests in one write. Resolves to their replies. */
  askAll(requests) {
    this.socket.write(Buffer.concat(requests.map((request) => maskedText(JSON.stringify(request)))));
    return Promise.all(requests.map(() => new Promise((resolve) => this.#asked.push(resolve))));
  }

  #take(chunk, socket) {
    const bytes = Buffer.concat([this.#rest, chunk]);
    const read = readFrames(bytes, socket, (_opcode, _isFinal, from, to) => {
      const frame = JSON.parse(bytes.toString('utf8', from, to));
      if (frame.type === 'receive') this.onEvent(frame);
      else if (frame.type !== 'ping') this.#asked.shift()(frame);
    });
    this.#rest = Buffer.from(bytes.subarray(read));
  }
}

/** So many members of one process. */
export async function crowd(port, count, name = 'm') {
  const peers = [];
  for (let index = 0; index < count; index++) peers.push(await Peer.join(port, `${name}${index}`));
  return peers;
}
