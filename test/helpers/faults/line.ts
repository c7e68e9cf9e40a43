import { WebSocket } from 'ws';
import type { Frame } from '../client.ts';
import type { Life } from './records.ts';

/** For so long a client waits for a handshake. */
const handshakeTimeout = 1000;

/** A connection that records all that is asked and heard. */
export class Line {
  readonly life: Life;
  /** Resolves when the connection has ended. */
  readonly ended: Promise<void>;
  /** The content of the last message that was heard, or sent and acknowledged. */
  lastContent: unknown;
  isMember = false;
  readonly #socket: WebSocket;
  readonly #waiting: ((reply: Frame | undefined) => void)[] = [];
  #isClosing = false;

  private constructor(socket: WebSocket, process: number) {
    this.#socket = socket;
    this.life = { process, openedAt: performance.now(), asked: [], heard: [] };
    socket.on('message', (data) => this.#hear(JSON.parse(String(data))));
    this.ended = new Promise((resolve) => {
      socket.on('close', (code) => {
        this.life.end = { at: performance.now(), code, by: this.#isClosing ? 'client' : 'server' };
        for (const answer of this.#waiting.splice(0)) answer(undefined);
        resolve();
      });
    });
  }

  /** Connects to a process. Resolves to `undefined` if that fails. */
  static async open(url: string, process: number): Promise<Line | undefined> {
    const socket = new WebSocket(url, { handshakeTimeout });
    const line = new Line(socket, process);
    const isOpen = await new Promise<boolean>((resolve) => {
      socket.on('open', () => resolve(true)).on('error', () => resolve(false));
    });
    return isOpen ? line : undefined;
  }

  get isOpen(): boolean {
    return this.life.end === undefined;
  }

  /** Sends a request. Resolves to its reply, or to `undefined` if the connection has ended before. */
  ask(request: Frame): Promise<Frame | undefined> {
    if (this.#socket.readyState !== WebSocket.OPEN) return Promise.resolve(undefined);
    this.life.asked.push(request);
    this.#socket.send(JSON.stringify(request));
    return new Promise((resolve) => this.#waiting.push(resolve));
  }

  /** Says goodbye. */
  close(): void {
    this.#isClosing = true;
    this.#socket.close(1000);
  }

  /** Breaks the connection, as when the network goes. */
  cut(): void {
    this.#isClosing = true;
    this.#socket.terminate();
  }

  #hear(frame: Frame): void {
    this.life.heard.push({ at: performance.now(), frame });
    this.lastContent = frame['content'] ?? this.lastContent;
    this.isMember ||= frame['type'] === 'name' && frame['status'] === true;
    if (frame['type'] !== 'receive' && frame['type'] !== 'ping') this.#waiting.shift()?.(frame);
  }
}
