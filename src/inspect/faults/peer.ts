/**
 * A connection to the chat that behaves as no browser's can: it stops reading, reads slowly, or is cut in the middle of a
 * frame. It is a real one; only what it does is directed.
 */
import { once } from 'node:events';
import { connect, type Socket } from 'node:net';
import { WebSocket } from 'ws';

/** Milliseconds from one sip to the next; with each, one chunk of the socket's is read, 64 KiB at most. */
const sipTime = 500;
/** Changes of its nickname that a chatterbox has under way: one is being answered, and the next is there. */
const underWay = 2;

type Frame = Record<string, unknown>;

export type PeerOptions = {
  url: string;
  nickname: string;
  /** Most code points of a nickname. */
  maxName: number;
  /** It is over, with the code that it was closed with; 1006 if with none. */
  onClosed: (code: number) => void;
};

export class Peer {
  readonly nickname: string;
  readonly #ws: WebSocket;
  readonly #socket: Socket;
  readonly #maxName: number;
  /** Nicknames of others, as often as it has seen them leave. */
  readonly #left: string[] = [];
  /** Who waits for the replies to come, in the order of the requests (P-REQ-7); at the end they are told of none. */
  readonly #waiting: ((reply: Frame | undefined) => void)[] = [];
  #sips: ReturnType<typeof setInterval> | undefined;
  #isTalking = false;
  #changes = 0;
  #changing = 0;

  private constructor(ws: WebSocket, socket: Socket, { nickname, maxName, onClosed }: PeerOptions) {
    this.nickname = nickname;
    this.#ws = ws;
    this.#socket = socket;
    this.#maxName = maxName;
    socket.on('data', () => {
      if (this.#sips !== undefined) ws.pause();
    });
    ws.on('message', (data) => this.#hear(JSON.parse(`${data}`)));
    ws.on('close', (code) => {
      this.#isTalking = false;
      clearInterval(this.#sips);
      for (const answer of this.#waiting.splice(0)) answer(undefined);
      onClosed(code);
    });
  }

  /** Connects and registers. Rejects with an Error that says why it could not. */
  static async open(options: PeerOptions): Promise<Peer> {
    let socket: Socket | undefined;
    const createConnection = ((to: Parameters<typeof connect>[0]) => {
      socket = connect(to);
      return socket;
    }) as typeof connect;
    const ws = new WebSocket(options.url, { createConnection, perMessageDeflate: false });
    ws.on('error', () => {});
    await once(ws, 'open');
    const peer = new Peer(ws, socket as unknown as Socket, options);
    const { status, reason } = await peer.#reply({ data: 'name', name: options.nickname });
    if (status === true) return peer;
    peer.close();
    throw new Error(`the nickname was refused: ${reason}`);
  }

  /** Reads nothing more, and so answers no ping: as one whose line is dead without anybody's knowing. */
  hush(): void {
    clearInterval(this.#sips);
    this.#ws.pause();
  }

  /** Reads a little at a time. */
  sip(): void {
    this.hush();
    this.#sips = setInterval(() => this.#ws.resume(), sipTime);
  }

  /** Reads all there is, and goes on reading. */
  read(): void {
    clearInterval(this.#sips);
    this.#sips = undefined;
    this.#ws.resume();
  }

  /** Says one whole message and half of another, and is gone with a reset (RFC 9293 §3.5.3). */
  cut(): void {
    this.#ask({ data: 'send', content: 'one' }, () => {});
    const second = JSON.stringify({ data: 'send', content: 'two' });
    // The header promises all of it; the mask is one of zeros (RFC 6455 §5.2).
    this.#socket.write(Buffer.from([0x81, 0x80 | second.length, 0, 0, 0, 0]));
    this.#socket.write(second.slice(0, second.length / 2), () => this.#socket.resetAndDestroy());
  }

  /** Changes its nickname again and again, into long ones: much to read for the others, and nothing on the disk. */
  chatter(): void {
    this.#isTalking = true;
    while (this.#changing < underWay) this.#change();
  }

  /** Stops that, and resolves when all of it has been answered: how often it was, and the nicknames that it has seen leave. */
  async rest(): Promise<{ changes: number; left: string[] }> {
    this.#isTalking = false;
    await this.#reply({ data: 'get', limit: 0 });
    return { changes: this.#changes, left: this.#left };
  }

  close(): void {
    this.read();
    this.#ws.terminate();
  }

  #change(): void {
    const start = `${this.nickname} ${(++this.#changes).toString(36)} `;
    const rest = this.#maxName - Array.from(start).length;
    this.#changing++;
    this.#ask({ data: 'name', name: start + '💬'.repeat(Math.max(0, rest)) }, () => {
      this.#changing--;
      if (this.#isTalking) this.#change();
    });
  }

  #reply(request: Frame): Promise<Frame> {
    return new Promise((resolve, reject) => {
      this.#ask(request, (reply) => {
        if (reply === undefined) reject(new Error('the chat has closed the connection'));
        else resolve(reply);
      });
    });
  }

  #ask(request: Frame, onReply: (reply: Frame | undefined) => void): void {
    this.#waiting.push(onReply);
    this.#ws.send(JSON.stringify(request));
  }

  #hear(frame: Frame): void {
    if (frame['datatype'] === 'leave') this.#left.push(`${frame['name']}`);
    if (Object.hasOwn(frame, 'status')) this.#waiting.shift()?.(frame);
  }
}
