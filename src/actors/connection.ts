import type { WebSocket } from 'ws';
import type { ConnectionActor } from '../machines/connection.ts';
import type { ConnectionInput, Event, Holding } from '../machines/guards.ts';
import { readRequest } from '../protocol/request.ts';
import type { Window } from '../protocol/window.ts';
import type { Recalled } from './answer.ts';
import { type Departure, Ending } from './ending.ts';
import { pongFrame } from './frame.ts';
import { type DataFrame, trafficOf } from './inbox.ts';
import type { Intake } from './intake.ts';
import type { ConnectionLogEntry, Log, LogEntry } from './log.ts';
import { Outlet, type OutletOptions } from './outlet.ts';
import { OwnAnswers } from './own-answers.ts';
import type { OwnView } from './own-view.ts';
import { Parting } from './parting.ts';
import { Pulse } from './pulse.ts';
import { Reader, type ReaderOptions } from './reader.ts';
import { Standing, type StandingOptions } from './standing.ts';
import { Takeover } from './takeover.ts';

export type ConnectionOptions = Pick<ConnectionInput, 'id' | 'room'> &
  Pick<ReaderOptions, 'turns' | 'allowance' | 'histories' | 'delays'> &
  Pick<StandingOptions, 'policy' | 'visitor'> &
  Pick<OutletOptions, 'maxBufferedBytes' | 'tap'> & {
    /** Starts the connection's machine as a child of the `connections` actor. */
    startMachine: (own: Omit<ConnectionInput, 'limits' | 'house' | 'room'>) => ConnectionActor;
    /** How long the holding of a lost connection waits for its peer (P-RES-3). */
    resumeMs: number;
    /** Makes the reply to a `get` from this nickname. */
    recall: (nickname: string, window: Window | undefined) => Recalled;
    log: Log;
    /** The connection has left and its socket is closed. */
    onGone: () => void;
  };

/**
 * One WebSocket and its machine. Frames wait in the inbox while the machine cannot take them, while a history is going
 * out, and while they come too fast. When too many wait, and while other connections have their turn, no more are read.
 * So a flood is delayed and never refused.
 */
export class Connection {
  readonly id: string;
  readonly outlet: Outlet;
  readonly #ws: WebSocket;
  readonly standing: Standing;
  /** Runs the machine. */
  readonly actor: ConnectionActor;
  readonly #options: ConnectionOptions;
  readonly reader: Reader;
  /** Tells the peer about the machine, if it has asked for that. */
  view: OwnView | undefined;
  readonly #pulse = new Pulse();
  readonly #parting = new Parting((traffic) => this.#options.tap.onTraffic?.(this.id, traffic));
  readonly #ending = new Ending({
    sendClose: (code, reason) => this.#parting.closed(() => this.outlet.sendClose(code, reason)),
    depart: (departure) => this.#tell({ type: departure }),
    expire: () => this.#tell({ type: 'expired' }),
  });
  readonly #takeover = new Takeover({
    writeControl: (frame) => this.outlet.writeControl(frame),
    confirm: () => this.#options.room.send({ type: 'confirm', by: this.id }),
  });

  constructor(ws: WebSocket, intake: Intake, options: ConnectionOptions) {
    this.id = options.id;
    this.#ws = ws;
    this.#options = options;
    const shared = { ...options, onFault: (error: unknown) => this.#fail(error) };
    this.reader = new Reader(intake, {
      ...shared,
      ending: this.#ending,
      pulse: this.#pulse,
      handle: (frame) => this.#handle(frame),
      answerPing: (payload) => this.outlet.writeControl(pongFrame(payload)),
      onClosing: (code) => this.#parting.wrote(code),
      onStalled: () => this.close(1008, 'unfinished message'),
    });
    this.outlet = new Outlet(ws, intake.socket, {
      ...shared,
      onOverflow: () => this.#ending.close(1013, 'too slow', 'lost'),
      onFree: () => {
        this.#ending.sent();
        options.histories.leave(this.reader);
        this.reader.wake();
      },
    });
    const own = new OwnAnswers({
      ...options,
      outlet: this.outlet,
      nicknameOf: () => this.nickname,
      log: (entry) => this.#log(entry),
    });
    this.standing = new Standing({
      ...options,
      nicknameOf: () => this.nickname,
      expel: (code, reason) => this.close(code, reason, 'kicked'),
      tell: (event) => this.#tell(event),
    });
    this.actor = options.startMachine({
      id: this.id,
      refuse: (reply) => own.refuse(reply),
      recall: (window) => own.recall(window),
      awaitPeer: () => this.#ending.awaitPeer(options.resumeMs),
    });
    ws.on('message', (data: Buffer, isBinary) => this.reader.push({ data, isBinary }));
    ws.on('ping', (payload) => this.#control('ping', payload, () => this.reader.ping(payload)));
    ws.on('pong', (payload) => this.#control('pong', payload, () => this.#pong(payload)));
    ws.on('close', (code) => {
      this.#log({ kind: 'close', code });
      this.outlet.close();
      options.histories.leave(this.reader);
      this.#ending.socketClosed(code);
      this.reader.wake();
      this.endIfDone();
    });
    // An error of `ws` is an invalid frame, for which it closes the connection with the proper code itself.
    ws.on('error', (error) => {
      this.#ending.fault();
      this.#parting.closed();
      this.#log({ kind: 'refusal', nickname: this.nickname, reason: error.message });
    });
  }

  /** The nickname that this connection holds. */
  get nickname(): string | undefined {
    return this.actor.getSnapshot().context.nickname;
  }

  /** Called when the room has settled `count` changes; `holding` is given if one was a successful claim. */
  settled(count: number, holding: Holding | undefined): void {
    this.reader.settled(count);
    if (holding?.isResumed) this.#takeover.begin();
    this.#tell({ type: 'settled', count, ...(holding && { holding }) });
    if (holding !== undefined) this.standing.named();
  }

  /** One beat (P-EVT-3, P-EVT-4). Cuts the connection off if the peer is dead. */
  beat(frame: Buffer, both: Buffer, nowMs: number): void {
    if (this.#ending.isClosed) return;
    const { isBusy, flushed } = this.outlet;
    const silentMs = this.#pulse.beat({ isBusy, flushed }, this.reader.isHeld, nowMs);
    if (silentMs === undefined) this.outlet.beat(frame, both);
    else {
      const silentSeconds = silentMs / 1000;
      this.#log({ kind: 'cutoff', nickname: this.nickname, silentSeconds });
      this.terminate(silentSeconds);
    }
  }

  /** Stops handling frames. Incoming ones are read and dropped, so that a close frame behind them is found. */
  freeze(): void {
    this.#ending.freeze();
    this.reader.wake();
  }

  /** Closes the connection, by default for good: the machine or the peer has broken the rules. */
  close(code: number, reason: string, departure: Departure = 'hangup'): void {
    this.#ending.close(code, reason, departure);
    // A holding may still be waiting for its peer.
    this.#tell({ type: departure });
  }

  /** Closes the connection after the history that is going out, because the process is ending. */
  finish(code: number, reason: string): void {
    if (!this.outlet.isStreaming || !this.#ending.finish(code, reason)) this.close(code, reason, 'retired');
  }

  /** Called when another connection has taken the holding over (P-RES-2). */
  supersede(): void {
    this.#tell({ type: 'superseded' });
    this.close(4000, 'taken over by another connection');
  }

  /** Cuts the connection off, perhaps since its peer has been silent for so long. */
  terminate(silentSeconds?: number): void {
    this.#parting.cutOff(silentSeconds);
    this.#ws.terminate();
  }

  /** Called when the machine has failed, so that it will not send its `leave`. */
  abandon(error: unknown): void {
    this.#options.room.send({ type: 'leave', by: this.id });
    this.#fail(error);
  }

  /** Called when the machine has ended, and when the socket is closed: the later of the two is the end. */
  endIfDone(): void {
    if (!this.#ending.isClosed) return;
    this.#parting.over(this.#ending.code);
    if (this.actor.getSnapshot().status === 'active') return;
    this.#ending.gone();
    this.#options.onGone();
  }

  /** Closes the connection because of a bug. The others go on. */
  #fail(error: unknown): void {
    this.#log({ kind: 'error', error });
    this.close(1011, 'internal error');
  }

  #control(kind: 'ping' | 'pong', { length }: Buffer, take: () => void): void {
    this.#options.tap.onTraffic?.(this.id, { way: 'in', kind, length });
    take();
    this.reader.wake();
  }

  #pong(payload: Buffer): void {
    this.#pulse.pong();
    this.#takeover.pong(payload);
  }

  /** Handles a frame, if that is possible now. */
  #handle(frame: DataFrame): boolean {
    const { allowance, histories } = this.#options;
    if (this.outlet.isBusy) {
      histories.stepAside(this.reader);
      return false;
    }
    const { data, isBinary } = frame;
    frame.request ??= readRequest(isBinary ? data : data.toString());
    const { request } = frame;
    const snapshot = this.actor.getSnapshot();
    if (snapshot.hasTag('busy') && !snapshot.can(request)) return false;
    if (!this.reader.isDue(() => allowance.request(request))) return false;
    const isAnswered = this.#ending.isOpen && request.type === 'get' && this.nickname !== undefined;
    if (isAnswered && !histories.enter(this.reader, request.window)) return false;
    this.reader.take();
    this.#options.tap.onTraffic?.(this.id, trafficOf(frame));
    if (request.type !== 'unreadable')
      this.#log({ kind: 'request', nickname: this.nickname, request: request.type });
    this.actor.send(request);
    this.view?.took(snapshot, request);
    if (!this.actor.getSnapshot().hasTag('busy')) this.reader.settled(1);
    if (!this.outlet.isBusy) histories.leave(this.reader);
    return true;
  }

  #log(entry: ConnectionLogEntry): void {
    this.#options.log({ ...entry, connection: this.id } as LogEntry);
  }

  /** Sends the machine an event, if it has not ended, and reads on if it can. */
  #tell(event: Event): void {
    if (this.#ending.isClosed) this.#parting.over(this.#ending.code);
    const before = this.actor.getSnapshot();
    if (before.status === 'active') this.actor.send(event);
    this.view?.took(before, event);
    this.reader.wake();
  }
}
