import type { Duplex } from 'node:stream';
import type { WebSocket } from 'ws';
import { type Actor, type AnyActorRef, createActor } from 'xstate';
import { type ConnectionInput, connectionMachine } from '../machines/connection.ts';
import { toJson } from '../protocol/json.ts';
import type { Refusal } from '../protocol/replies.ts';
import { readRequest } from '../protocol/request.ts';
import { pongFrame, textFrame } from './frame.ts';
import type { Log } from './log.ts';
import { Outlet } from './outlet.ts';
import type { Tap } from './tap.ts';
import { turns } from './turns.ts';

/** The frames of one connection that may wait, and their bytes; more pause its socket. */
const inboxFrames = 64;
const inboxBytes = 256 * 1024;
/** The frames of one connection that are handled in one turn of the event loop, before others get theirs. */
const framesPerTurn = 64;

export type ConnectionOptions = Pick<ConnectionInput, 'id' | 'limits' | 'room'> & {
  /** The actor that this one is a child of. */
  parent: AnyActorRef;
  maxBuffered: number;
  log: Log;
  tap: Tap;
  /** It has left and its socket is closed. */
  onGone: () => void;
};

type Frame = { data: Buffer; isBinary: boolean };

/**
 * One WebSocket and the machine of its life. Frames wait here while the machine is busy, while a history is going out,
 * and while others have their turn; when too many wait, the socket is not read. So a flood is delayed and never refused.
 */
export class Connection {
  readonly id: string;
  readonly outlet: Outlet;
  readonly #ws: WebSocket;
  readonly #machine: Actor<typeof connectionMachine>;
  readonly #room: ConnectionInput['room'];
  readonly #log: Log;
  readonly #tap: Tap;
  readonly #onGone: () => void;
  #inbox: Frame[] = [];
  #inboxBytes = 0;
  /** The turn of the event loop in which it last handled a frame, how many it did, and whether it waits for the next. */
  #turn = 0;
  #handledThisTurn = 0;
  #isTurnOver = false;
  /** The socket is closed, with this code: what the peer said before is read, and then it leaves. */
  #closeCode: number | undefined;
  /** The server is about to close: nothing more is read. */
  #isFrozen = false;
  #isGone = false;
  /** How it ends when the history that is going out is through. */
  #farewell: (() => void) | undefined;
  #isPongDue = false;
  /** Frames were kept waiting since the last beat. */
  #wasHeld = false;
  /** How it was at the last beat: what had gone out, and whether more was waiting. */
  #flushedAtBeat = 0;
  #wasBusy = false;

  constructor(
    ws: WebSocket,
    socket: Duplex,
    { parent, maxBuffered, log, tap, onGone, ...input }: ConnectionOptions,
  ) {
    this.id = input.id;
    this.#ws = ws;
    this.#room = input.room;
    this.#log = log;
    this.#tap = tap;
    this.#onGone = onGone;
    this.outlet = new Outlet(ws, socket, {
      maxBuffered,
      onOverflow: () => this.close(1013, 'too slow'),
      onFree: () => (this.#farewell === undefined ? this.#read() : this.#farewell()),
      onFrames: (frames) => tap.onTraffic?.(this.id, { way: 'out', kind: 'frames', frames }),
      onMessage: (pieces) => tap.onTraffic?.(this.id, { way: 'out', kind: 'message', pieces }),
    });
    this.#machine = createChild(parent, { ...input, refuse: (reply) => this.#refuse(reply) });
    ws.on('message', (data: Buffer, isBinary) => this.#receive({ data, isBinary }));
    ws.on('ping', (payload) => {
      tap.onTraffic?.(this.id, { way: 'in', kind: 'ping' });
      this.outlet.writeControl(pongFrame(payload));
    });
    ws.on('pong', () => {
      tap.onTraffic?.(this.id, { way: 'in', kind: 'pong' });
      this.#isPongDue = false;
    });
    ws.on('close', (code) => this.#end(code));
    // What `ws` calls an error is a broken frame, which it closes with the proper code itself.
    ws.on('error', (error) =>
      log({ kind: 'refusal', connection: this.id, nickname: this.nickname, reason: error.message }),
    );
  }

  /** The nickname that it holds. */
  get nickname(): string | undefined {
    return this.#machine.getSnapshot().context.nickname;
  }

  /** Its machine, for an inspector. */
  get actor(): AnyActorRef {
    return this.#machine;
  }

  /** The room has answered its request. */
  settled(nickname: string | undefined): void {
    if (this.#isGone) return;
    this.#machine.send({ type: 'settled', nickname });
    this.#read();
  }

  /**
   * One beat (P-EVT-3, P-EVT-4): cuts it off if the last ping is still unanswered. It is not missing yet while the peer
   * takes a long history, which the ping stands behind, or while the pong may be waiting behind frames that the server
   * is not reading yet, or was not at some time since the last beat.
   */
  beat(frame: Buffer, both: Buffer): void {
    const { isBusy, flushed } = this.outlet;
    const isTaking = (isBusy || this.#wasBusy) && flushed > this.#flushedAtBeat;
    const isUnread = (this.#ws.isPaused || this.#wasHeld) && !isBusy;
    this.#wasHeld = false;
    this.#flushedAtBeat = flushed;
    this.#wasBusy = isBusy;
    if (this.#isPongDue && !isTaking && !isUnread) {
      this.#ws.terminate();
      return;
    }
    this.#isPongDue = true;
    this.outlet.beat(frame, both);
  }

  /** Handles nothing more; what comes is read and dropped, so that a close frame is found behind it. */
  freeze(): void {
    this.#isFrozen = true;
    this.#inbox = [];
    this.#ws.resume();
  }

  /** Closes with a code; it leaves at once, whether or not the peer answers. */
  close(code: number, reason: string): void {
    if (this.#ws.readyState === this.#ws.OPEN)
      this.#tap.onTraffic?.(this.id, { way: 'out', kind: 'close', code });
    this.#ws.close(code, reason);
    this.#hangUp();
  }

  /** The same, once a history that is going out is through. */
  finish(code: number, reason: string): void {
    this.#farewell = () => this.close(code, reason);
    if (!this.outlet.isStreaming) this.#farewell();
  }

  /** Cuts it off. */
  terminate(): void {
    this.#ws.terminate();
  }

  /** Its machine has broken and will not say goodbye. */
  abandon(): void {
    this.#room.send({ type: 'leave', by: this.id });
    this.close(1011, 'internal error');
  }

  #receive(frame: Frame): void {
    if (this.#isGone || this.#isFrozen) return;
    this.#inbox.push(frame);
    this.#inboxBytes += frame.data.length;
    if (this.#inbox.length >= inboxFrames || this.#inboxBytes >= inboxBytes) {
      this.#wasHeld = true;
      this.#ws.pause();
    }
    this.#read();
  }

  /** Feeds the machine the frames that wait, for as long as it may. */
  #read(): void {
    while (this.#mayRead()) {
      const frame = this.#inbox.shift() as Frame;
      this.#inboxBytes -= frame.data.length;
      this.#handle(frame);
    }
    if (this.#inbox.length > 0) return;
    if (this.#closeCode !== undefined) this.#hangUp();
    else if (this.#ws.isPaused) this.#ws.resume();
  }

  #mayRead(): boolean {
    const isHeld = this.#isTurnOver || this.#isFrozen || this.#isGone || this.outlet.isBusy;
    return !isHeld && this.#inbox.length > 0 && !this.#machine.getSnapshot().hasTag('busy');
  }

  #handle({ data, isBinary }: Frame): void {
    this.#countTurn();
    this.#tap.onTraffic?.(this.id, { way: 'in', kind: isBinary ? 'binary' : 'text', payload: data });
    const request = readRequest(isBinary ? data : data.toString());
    if (request.type !== 'unreadable') {
      this.#log({ kind: 'request', connection: this.id, nickname: this.nickname, request: request.type });
    }
    this.#machine.send(request);
  }

  /** After so many frames in one turn of the event loop, waits for the next. */
  #countTurn(): void {
    if (this.#turn !== turns.now) this.#handledThisTurn = 0;
    this.#turn = turns.now;
    if (++this.#handledThisTurn < framesPerTurn) return;
    this.#isTurnOver = true;
    setImmediate(() => {
      this.#isTurnOver = false;
      this.#read();
    });
  }

  #refuse(reply: Refusal): void {
    this.#log({ kind: 'refusal', connection: this.id, nickname: this.nickname, reason: reply.reason });
    this.outlet.write(textFrame(toJson(reply)));
  }

  /** The socket is closed. What came before a goodbye is still handled; of a broken line nothing more is. */
  #end(code: number): void {
    this.#log({ kind: 'close', connection: this.id, code });
    this.outlet.close();
    this.#closeCode = code;
    if (this.#isGone) this.#depart(code);
    else if (code === 1006 || this.#isFrozen) this.#hangUp();
    else this.#read();
  }

  #hangUp(): void {
    if (this.#isGone) return;
    this.#isGone = true;
    this.#inbox = [];
    this.#ws.resume();
    if (this.#machine.getSnapshot().status === 'active') this.#machine.send({ type: 'hangup' });
    if (this.#closeCode !== undefined) this.#depart(this.#closeCode);
  }

  #depart(code: number): void {
    // 1006 is no code of a frame, but says that there was none.
    if (code !== 1006) this.#tap.onTraffic?.(this.id, { way: 'in', kind: 'close', code });
    this.#onGone();
  }
}

/**
 * A child of `parent` that its snapshot does not list: XState copies that list at every spawn, so 10,000 spawned
 * children take half a minute, and these a quarter of a second. `parent` is an option of `createActor` that its
 * documentation does not name; the test of this file pins what is relied on: one system, and errors told to the parent.
 */
function createChild(parent: AnyActorRef, input: ConnectionInput): Actor<typeof connectionMachine> {
  return createActor(connectionMachine, { parent, id: input.id, input }).start();
}
