/** A client of the server that is judged. It does what it is told to, and keeps all that it hears. */
import type { Duplex } from 'node:stream';
import type { WebSocket } from 'ws';
import { within } from '../doctor/line.ts';
import { replies } from '../protocol/replies.ts';
import { dial } from './dial.ts';
import { Fault } from './fault.ts';
import { type Frame, frameOf, isEvent, isPing, kindOf, shownFrame, type Wanted } from './frame.ts';
import { likelyOf, silenceOf } from './likely.ts';
import { Markers } from './markers.ts';
import { differenceOf, type Pattern, shownPattern, timed } from './pattern.ts';
import type { Run } from './run.ts';

/** Where a client sits. */
export type Desk = {
  readonly run: Run;
  /** Takes each line of the transcript. */
  tell: (line: string) => void;
  /** Takes what only `--strict` objects to. */
  note: (fault: Fault) => void;
  /** Takes what is sent, so that the nicknames that are asked for are known. */
  noteName: (request: Sendable) => void;
  /** Whether an event is about somebody of this case. There may be others in the room. */
  isOurs: (event: Frame) => boolean;
};

/** Anything that can be sent: a value is sent as JSON. */
export type Sendable = string | Uint8Array | object;

/** How a connection has ended. 1006: without a close frame. */
export type End = { readonly code: number; readonly reason: string };

/** `autoPong: false`: it does not answer pings of the WebSocket protocol. */
export type PeerOptions = { readonly autoPong?: boolean };

export class Peer {
  readonly label: string;
  /** The nickname that it was last granted. */
  nickname: string | undefined;
  /** When each of the protocol's pings came, and what it said. */
  readonly pings: { readonly at: number; readonly frame: Frame }[] = [];
  readonly socket: WebSocket;
  /** What the frames go over, for bytes that are no frame. */
  stream: Duplex | undefined;
  readonly ended: Promise<End>;
  #end: End | undefined;
  #isLeaving = false;
  readonly #desk: Desk;
  /** Replies and events that have been heard and not been taken, in order. */
  #heard: Frame[] = [];
  readonly #markers = new Markers();
  #wake = () => {};

  private constructor(socket: WebSocket, desk: Desk, label: string) {
    this.#desk = desk;
    this.label = label;
    this.socket = socket;
    socket.on('upgrade', (response) => {
      this.stream = response.socket;
    });
    socket.on('message', (data, isBinary) => this.#hear(String(data), isBinary));
    this.ended = new Promise((resolve) => {
      socket.on('close', (code, reason) => {
        this.#end = { code, reason: String(reason) };
        if (this.stream !== undefined && !this.#isLeaving)
          desk.tell(`${label}< ${code === 1006 ? '(cut off)' : `(close ${code})`}`);
        resolve(this.#end);
        this.#wake();
      });
    });
  }

  /** Connects. Rejects with a Fault: what has answered before does so again. */
  static async open(desk: Desk, label: string, options: PeerOptions = {}): Promise<Peer> {
    return dial(desk.run, options, (socket) => new Peer(socket, desk, label));
  }

  get isOpen(): boolean {
    return this.#end === undefined;
  }

  send(frame: Sendable): void {
    const data = typeof frame === 'string' || frame instanceof Uint8Array ? frame : JSON.stringify(frame);
    this.#desk.noteName(frame);
    this.#desk.tell(`${this.label}> ${shownFrame(data)}`);
    this.socket.send(data, { binary: typeof data !== 'string' });
  }

  /** Sends a request and takes its reply, which must be like the pattern if there is one. */
  async ask(request: Sendable, pattern?: Pattern): Promise<Frame> {
    this.send(request);
    return this.reply(pattern);
  }

  /** Takes the next frame that is no event. Rejects with a Fault if there is none in time, or it is another one. */
  async reply(pattern?: Pattern): Promise<Frame> {
    return this.#take((frame) => !isEvent(frame), pattern, 'a reply');
  }

  /** Takes the next event about somebody who belongs to this check. */
  async event(pattern?: Pattern): Promise<Frame> {
    return this.#take(isEvent, pattern, 'an event');
  }

  /** Takes the next frame, be it a reply or an event. */
  async next(pattern?: Pattern): Promise<Frame> {
    return this.#take(() => true, pattern, 'a frame');
  }

  /** Takes all events that have come before the reply to a request of its own, and so before anything that happens now. */
  async events(): Promise<Frame[]> {
    await this.ask({ data: 'get', limit: 1 });
    const events = this.#heard.filter(isEvent);
    this.#heard = this.#heard.filter((frame) => !isEvent(frame));
    return events;
  }

  /** Demands that nothing has come that has not been taken. */
  async hearsNothing(): Promise<void> {
    const [event] = await this.events();
    if (event === undefined) return;
    const likely = likelyOf({ peer: this, expected: undefined, frame: event });
    // Whoever hears its own message hears its own change of nickname, too.
    const signature = `unexpected ${likely?.en.replace(this.label, '') ?? kindOf(Object(event.value))}`;
    throw new Fault({ expected: `nothing for ${this.label}`, received: event.text, signature, likely });
  }

  /** Registers, or changes the nickname. */
  async take(nickname: string, request: object = { data: 'name', name: nickname }): Promise<Frame> {
    const claim = { oldname: this.nickname, nickname };
    const reply = await this.ask(request, timed(replies.named(claim, '')));
    this.nickname = nickname;
    return reply;
  }

  async say(content: string): Promise<Frame> {
    const name = this.nickname ?? '';
    return this.ask({ data: 'send', content }, timed(replies.sent({ name, content, timestamp: '' })));
  }

  /** Says goodbye. Resolves when the server has, too. */
  async leave(code = 1000): Promise<void> {
    if (!this.isOpen) return;
    this.#desk.tell(`${this.label}> (close ${code})`);
    this.#isLeaving = true;
    this.socket.close(code);
    if ((await within(this.#desk.run.timeoutMs, this.ended)) === undefined) this.socket.terminate();
  }

  /** Goes without a word, as when the network fails. */
  cut(): void {
    if (this.isOpen) this.#desk.tell(`${this.label}> (cut off)`);
    this.#isLeaving = true;
    this.socket.terminate();
  }

  /** Demands that the server closes the connection with this code. */
  async isClosedWith(code: number): Promise<void> {
    const { run } = this.#desk;
    const end = await within(run.isDelayed ? run.lateMs : run.timeoutMs, this.ended);
    if (end?.code === code) return;
    const received = end === undefined ? 'the connection stays open' : `close ${end.code}`;
    throw new Fault({ expected: `close ${code}`, received, signature: `close ${code}: ${received}` });
  }

  #hear(text: string, isBinary: boolean): void {
    this.#desk.run.hasAnswered = true;
    const frame = frameOf(text);
    if (isPing(frame)) {
      this.pings.push({ at: performance.now(), frame });
      this.#wake();
      return;
    }
    if (isEvent(frame) ? !this.#desk.isOurs(frame) : this.#markers.takes(frame)) {
      this.#wake();
      return;
    }
    this.#desk.run.hasReplied ||= !isEvent(frame);
    this.#desk.tell(`${this.label}< ${isBinary ? '(binary) ' : ''}${shownFrame(text)}`);
    this.#heard.push(isBinary ? { text: `(binary) ${text}`, value: undefined } : frame);
    this.#wake();
  }

  async #take(isWanted: Wanted, pattern: Pattern | undefined, what: string): Promise<Frame> {
    const { run } = this.#desk;
    const kind = kindOf(pattern ?? null);
    // Not to answer a command is one mistake, whatever the answer would be.
    const signature = `no ${pattern === undefined ? what : kind.startsWith('receive') ? kind : kind.split(' ', 1)}`;
    let frame = await this.#first(isWanted, run.patienceMs(signature));
    if (isWanted !== isEvent && this.isOpen && run.mayBeLate(signature))
      frame ??= await this.#late(isWanted, pattern);
    const expected = pattern === undefined ? what : shownPattern(pattern);
    if (frame === undefined) {
      const closed = this.#end && `close ${this.#end.code} ${this.#end.reason}`.trim();
      throw new Fault({
        expected,
        received: closed ?? `nothing within ${run.timeoutMs / 1000} s`,
        likely: silenceOf(closed, isWanted === isEvent || kind.startsWith('receive')),
        signature: closed === undefined ? signature : `closed instead of ${kindOf(pattern ?? null)}`,
      });
    }
    if (pattern !== undefined) this.compare(pattern, frame);
    return frame;
  }

  /** Waits for a frame that is late: longer, but no longer than until a later request is answered. */
  async #late(isWanted: Wanted, pattern: Pattern | undefined): Promise<Frame | undefined> {
    const { run } = this.#desk;
    this.socket.send(JSON.stringify(this.#markers.next(pattern)));
    const frame = await this.#first(isWanted, run.lateMs, () => this.#markers.areAnswered);
    run.isDelayed ||= frame !== undefined;
    return frame;
  }

  /** Demands that a frame is like a pattern. */
  compare(pattern: Pattern, frame: Frame): void {
    const difference = differenceOf(pattern, frame.value);
    if (difference === undefined) return;
    const isLoose = difference.kind === 'order';
    const kinds = isLoose ? 'any reply' : `${kindOf(pattern)} → ${kindOf(Object(frame.value))}`;
    const fault = new Fault({
      ...{ expected: shownPattern(pattern, frame.value), received: frame.text, isLoose },
      likely: likelyOf({ peer: this, expected: pattern, frame, difference }),
      signature: `${kinds}: ${difference.kind} ${difference.path}`,
    });
    if (!isLoose) throw fault;
    this.#desk.note(fault);
  }

  async #first(isWanted: Wanted, ms: number, isOver = () => false): Promise<Frame | undefined> {
    const endMs = performance.now() + ms;
    for (;;) {
      const at = this.#heard.findIndex(isWanted);
      if (at >= 0) return this.#heard.splice(at, 1)[0];
      const leftMs = endMs - performance.now();
      if (!this.isOpen || isOver() || leftMs <= 0) return undefined;
      await this.waits(leftMs);
    }
  }

  /** Resolves when something has come, the connection has ended, or after this time. */
  async waits(ms: number): Promise<void> {
    await within(
      ms,
      new Promise<void>((resolve) => {
        this.#wake = resolve;
      }),
    );
  }
}
