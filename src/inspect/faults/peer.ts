/**
 * A real connection to the chat that can be made to behave as no browser's would: it stops reading, reads slowly, or breaks
 * off in the middle of a frame.
 */
import { once } from 'node:events';
import type { Socket } from 'node:net';
import { WebSocket } from 'ws';

/** Milliseconds from one sip to the next; a sip reads one chunk of the socket, at most 64 KiB. */
const sipMs = 500;
/** How many changes of its nickname a chatterbox has under way: while one is being answered, the next is waiting. */
const underWay = 2;

type Frame = Record<string, unknown>;

/** `secret`: what another peer offers to come back for the nickname (P-RES-2). Nobody is told. */
export type Holding = { nickname: string; secret: string };

export type PeerOptions = {
  url: string;
  nickname: string;
  /** Asks for a secret, or offers one (P-RES-1, P-RES-2). */
  resume: true | string | undefined;
  /** Most code points of a nickname. */
  maxName: number;
  /** The connection has ended, with this close code; 1006 if it was closed without one. */
  onClosed: (code: number) => void;
};

export class Peer {
  /** The one with which it has registered. */
  readonly nickname: string;
  readonly #ws: WebSocket;
  readonly #socket: Socket;
  readonly #maxName: number;
  /** Nicknames of the others that it has seen leave, once for each leave. */
  readonly #left: string[] = [];
  /** Listeners for the replies to come, in the order of the requests (P-REQ-7); at the end they get `undefined`. */
  readonly #waiting: ((reply: Frame | undefined) => void)[] = [];
  #sips: ReturnType<typeof setInterval> | undefined;
  #isTalking = false;
  #changes = 0;
  #changing = 0;
  #holding: Holding | undefined;

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

  /** Connects and registers. Rejects with an Error that says why it cannot. */
  static async open(options: PeerOptions): Promise<Peer> {
    // It is this process's own chat, whose certificate is for the names under which others know it.
    const ws = new WebSocket(options.url, { perMessageDeflate: false, rejectUnauthorized: false });
    ws.on('error', () => {});
    const [[{ socket }]] = await Promise.all([once(ws, 'upgrade'), once(ws, 'open')]);
    const peer = new Peer(ws, socket, options);
    const { nickname, resume } = options;
    const { status, reason, resume: secret } = await peer.#reply({ data: 'name', name: nickname, resume });
    if (typeof secret === 'string') peer.#holding = { nickname, secret };
    if (status === true) return peer;
    peer.close();
    throw new Error(`the nickname was refused: ${reason}`);
  }

  /** Its nickname and the secret for it, if it has asked for one. */
  get holding(): Holding | undefined {
    return this.#holding;
  }

  /** Stops reading, and so answers no ping, like a client whose network has silently failed. */
  hush(): void {
    clearInterval(this.#sips);
    this.#ws.pause();
  }

  /** Reads a little at a time. */
  sip(): void {
    this.hush();
    this.#sips = setInterval(() => this.#ws.resume(), sipMs);
  }

  /** Reads everything there is, and goes on reading. */
  read(): void {
    clearInterval(this.#sips);
    this.#sips = undefined;
    this.#ws.resume();
  }

  /** Sends one whole message and half of another, then resets the connection (RFC 9293 §3.5.3). */
  cut(): void {
    this.#ask({ data: 'send', content: 'one' }, () => {});
    const second = JSON.stringify({ data: 'send', content: 'two' });
    // The header promises the whole payload; the mask is all zeros (RFC 6455 §5.2).
    this.#socket.write(Buffer.from([0x81, 0x80 | second.length, 0, 0, 0, 0]));
    this.#socket.write(second.slice(0, second.length / 2), () => this.#socket.resetAndDestroy());
  }

  /** Sends a message. Resolves to the reason if it was refused. */
  async say(content: string): Promise<string | undefined> {
    const { reason } = await this.#reply({ data: 'send', content });
    return reason === undefined ? undefined : `${reason}`;
  }

  /** Keeps changing its nickname to long ones: the others have much to read, and nothing goes to the disk. */
  chatter(): void {
    this.#isTalking = true;
    while (this.#changing < underWay) this.#change();
  }

  /**
   * Stops chattering, and resolves when all changes have been answered or never will be, since the connection has ended:
   * their number, and the nicknames it has seen leave.
   */
  async rest(): Promise<{ changes: number; left: string[] }> {
    this.#isTalking = false;
    await new Promise<void>((resolve) => this.#ask({ data: 'get', limit: 0 }, () => resolve()));
    return { changes: this.#changes, left: this.#left };
  }

  /** Ends the connection, with a goodbye where the nickname would wait for it otherwise (P-RES-3). */
  close(): void {
    this.read();
    if (this.#holding === undefined) this.#ws.terminate();
    else this.#ws.close(1000);
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

  /** At the end of the connection, and after it, there is no reply. */
  #ask(request: Frame, onReply: (reply: Frame | undefined) => void): void {
    if (this.#ws.readyState === WebSocket.CLOSED) {
      onReply(undefined);
      return;
    }
    this.#waiting.push(onReply);
    this.#ws.send(JSON.stringify(request));
  }

  #hear(frame: Frame): void {
    if (frame['datatype'] === 'leave') this.#left.push(`${frame['name']}`);
    if (Object.hasOwn(frame, 'status')) this.#waiting.shift()?.(frame);
  }
}
