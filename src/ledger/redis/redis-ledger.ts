/**
 * The ledger of a room that several processes share, in Redis. A script decides all changes in one order (`script.ts`);
 * every process reads this order from a stream, its own changes too, and so has a replica like any other's.
 */
import { setTimeout as sleep } from 'node:timers/promises';
import { type Actor, createActor, fromCallback, fromPromise } from 'xstate';
import { type LedgerEvent, ledgerMachine } from '../../machines/ledger.ts';
import type { Window } from '../../protocol/window.ts';
import { StartError } from '../../start-error.ts';
import { inWords } from '../../system-error.ts';
import type { Change, Entry, HostedLedger, LedgerListener, View } from '../ledger.ts';
import { Replica } from '../replica.ts';
import { RedisError } from './client.ts';
import { connectLinks, examine, type Links, pauseMs } from './links.ts';
import { join } from './load.ts';
import { type Batch, failed, GapError, Place } from './place.ts';
import { Room, type RoomOptions } from './room.ts';

export type RedisLedgerOptions = RoomOptions & {
  url: string;
  /** Use a Redis that may lose acknowledged messages too. */
  isRelaxed: boolean;
  /** The time of a change that has not got into the order. */
  stamp: () => string;
  onWarning: (text: string) => void;
  /** Called with what goes on between this process and Redis, in words. */
  onStatus: (text: string) => void;
};

/** The most changes that are decided together: meanwhile Redis does nothing else. */
const mostChanges = 500;
/** The longest time from one renewal of the lease to the next, and to a reply from Redis. */
const mostBeatMs = 500;
const mostSilenceMs = 2500;
/** How long one read of the log waits. */
const blockMs = 1000;
/** How long a refusal counts. Whoever sends nobody to a ledger in trouble would else never learn of its end. */
const troubleMs = 30_000;
/** How often the progress of loading is told. */
const progressMs = 2000;

/** Error replies which say that a command has not been carried out. */
const refusals = new Set([
  'OOM',
  'MISCONF',
  'NOREPLICAS',
  'READONLY',
  'LOADING',
  'BUSY',
  'MASTERDOWN',
  'NOPERM',
]);
const isRefusal = (error: unknown) => error instanceof RedisError && refusals.has(error.code ?? '');

export class RedisLedger implements HostedLedger {
  readonly weakness: string | undefined;
  /** Runs the machine of the ledger's life. */
  readonly actor: Actor<typeof ledgerMachine>;
  readonly #options: RedisLedgerOptions;
  readonly #room: Room;
  readonly #timeoutMs: number;
  readonly #beatMs: number;
  readonly #ticks: NodeJS.Timeout;
  #listener: LedgerListener | undefined;
  #links: Links | undefined;
  #place = nowhere(new Replica());
  /** The last commit that was asked for. */
  #last: Promise<unknown> = Promise.resolve();
  /** When this process was last known to run, and to have its place if it believed to have one. */
  #soundMs = performance.now();
  #trouble = { error: 'Redis has not been reached yet', atMs: 0 };
  #opening: { resolve: () => void; reject: (error: unknown) => void } | undefined;

  private constructor(options: RedisLedgerOptions, weakness: string | undefined) {
    this.#options = options;
    this.#room = new Room(options);
    this.weakness = weakness;
    this.#timeoutMs = Math.min(options.leaseMs / 2, mostSilenceMs);
    this.#beatMs = Math.min(options.leaseMs / 4, mostBeatMs);
    this.actor = createActor(
      ledgerMachine.provide({
        actors: {
          connect: fromPromise(({ signal }) => this.#connect(signal)),
          join: fromPromise(({ signal }) => this.#join(signal)),
          follow: fromCallback<LedgerEvent>(({ sendBack }) => this.#follow(sendBack)),
          find: fromPromise(({ signal }) => this.#find(signal)),
        },
        actions: { drop: () => this.#drop(), giveUp: () => this.#giveUp() },
      }),
      { id: 'ledger' },
    );
    this.#ticks = setInterval(() => {
      if (!this.#isReady && !this.isHeld) this.#soundMs = performance.now();
    }, this.#beatMs).unref();
  }

  /** Joins the room. Rejects with a StartError. */
  static async open(options: RedisLedgerOptions): Promise<RedisLedger> {
    const { url, isRelaxed, onWarning } = options;
    const weakness = await examine(url);
    if (weakness !== undefined && !isRelaxed)
      throw new StartError('LEDGER_UNUSABLE', `${weakness}; or accept that with --ledger-durability relaxed`);
    if (weakness !== undefined) onWarning(weakness);
    const ledger = new RedisLedger(options, weakness);
    try {
      await new Promise<void>((resolve, reject) => {
        ledger.#opening = { resolve, reject };
        ledger.actor.start();
      });
    } catch (error) {
      ledger.#end();
      throw error;
    }
    return ledger;
  }

  start(listener: LedgerListener): void {
    this.#listener = listener;
  }

  commit(changes: readonly Change[]): Promise<void> {
    const commit = this.#last.then(() => this.#commit(changes));
    this.#last = commit.catch(() => {});
    return commit;
  }

  view(window: Window): View {
    return this.#place.replica.view(window);
  }

  health(): string | undefined {
    const isRecent = performance.now() - this.#trouble.atMs < troubleMs;
    return this.#isReady && !isRecent ? undefined : this.#trouble.error;
  }

  get bytes(): number {
    return this.#place.replica.bytes;
  }

  get isHeld(): boolean {
    return performance.now() - this.#soundMs > this.#options.leaseMs;
  }

  /** Leaves the room, if Redis can be reached. */
  async close(): Promise<void> {
    const enough = sleep(mostSilenceMs, undefined, { ref: false });
    await Promise.race([this.#last, enough]);
    if (this.#isReady && this.#links !== undefined)
      await Promise.race([this.#room.retire(this.#links.commands, this.#place).catch(() => {}), enough]);
    this.#end();
  }

  #end(): void {
    clearInterval(this.#ticks);
    this.#event({ type: 'close' });
    this.#place.end();
  }

  get #isReady(): boolean {
    return this.actor.getSnapshot().matches('ready');
  }

  /** Resolves once this process knows whether it has its place. */
  async #sound(): Promise<void> {
    while (this.isHeld) await sleep(20);
  }

  async #commit(changes: readonly Change[]): Promise<void> {
    await this.#sound();
    const place = this.#place;
    const all = [...place.owed.splice(0), ...changes];
    for (let at = 0; at < all.length && place === this.#place; at += mostChanges)
      await this.#settle(place, all.slice(at, at + mostChanges));
  }

  async #settle(place: Place, changes: readonly Change[]): Promise<void> {
    if (!this.#isReady) this.#refuse(place, changes);
    else
      await new Promise<void>((resolve) => {
        void this.#send(place, place.begin(changes, resolve));
      });
  }

  /** Answers changes that are not in the order. The ends of connections are brought into it later. */
  #refuse(place: Place, changes: readonly Change[]): void {
    const isAnswered = ({ type }: Change) => type === 'claim' || type === 'post';
    place.owed.push(...changes.filter((change) => !isAnswered(change)));
    const timestamp = this.#options.stamp();
    this.#tell(changes.filter(isAnswered).map((change) => failed(change, this.#trouble.error, timestamp)));
  }

  /** Sends a batch. Whatever becomes of it is told by the log, unless Redis refuses it. */
  async #send(place: Place, batch: Batch): Promise<void> {
    if (this.#links === undefined) return;
    batch.sends++;
    try {
      const [word] = await this.#room.commit(this.#links.commands, place, batch);
      if (word === 'fenced' && place === this.#place) this.#event({ type: 'fenced' });
    } catch (error) {
      if (place.underWay !== batch || !(error instanceof RedisError)) return;
      this.#note(error);
      if (error.code === 'OOM' && batch.refusal === undefined) {
        // The others need little room, and posts of another attempt that might still come are void with this.
        batch.refusal = inWords(error);
        await this.#send(place, batch);
      } else if (isRefusal(error) && batch.sends === 1) {
        this.#refuse(
          place,
          batch.asked.map(({ change }) => change),
        );
        place.end();
      } else this.#event({ type: 'lost' });
    }
  }

  #tell(entries: readonly Entry[]): void {
    if (entries.length > 0) this.#listener?.onStretch(entries);
  }

  #note(error: unknown): void {
    this.#trouble = { error: inWords(error), atMs: performance.now() };
  }

  /** Tells the machine something, unless it has ended. */
  #event(event: LedgerEvent): void {
    if (this.actor.getSnapshot().status === 'active') this.actor.send(event);
  }

  #drop(): void {
    this.#links?.commands.close();
    this.#links?.log.close();
    this.#links = undefined;
  }

  async #connect(signal: AbortSignal): Promise<Links> {
    this.#drop();
    this.#links = await connectLinks({
      url: this.#options.url,
      timeoutMs: this.#timeoutMs,
      signal,
      onFailure: (error) => this.#note(error),
      onLost: (error) => {
        this.#note(error);
        this.#event({ type: 'lost' });
      },
    });
    return this.#links;
  }

  async #join(signal: AbortSignal): Promise<void> {
    let toldMs = performance.now();
    const onProgress = (loaded: number, total: number) => {
      if (performance.now() - toldMs < progressMs) return;
      toldMs = performance.now();
      this.#options.onStatus(`loaded ${loaded} of ${total} messages from Redis`);
    };
    try {
      if (this.#links === undefined) throw new Error('the connection to Redis is lost');
      this.#place = await join(this.#room, this.#links.commands, onProgress);
      this.#soundMs = performance.now();
    } catch (error) {
      this.#note(error);
      if (error instanceof StartError) this.#opening?.reject(error);
      await sleep(pauseMs, undefined, { signal });
      throw error;
    }
  }

  /** Asks for the place until Redis answers. */
  async #find(signal: AbortSignal): Promise<'kept' | 'fenced'> {
    for (;;) {
      const { commands } = await this.#connect(signal);
      const sentMs = performance.now();
      try {
        const [word] = await this.#room.find(commands, this.#place);
        if (word !== 'ok') return 'fenced';
        this.#soundMs = sentMs;
        return 'kept';
      } catch (error) {
        this.#note(error);
        await sleep(pauseMs, undefined, { signal });
      }
    }
  }

  /** Follows the order until the returned function is called. */
  #follow(tell: (event: LedgerEvent) => void): () => void {
    const links = this.#links as Links;
    const place = this.#place;
    const following = new AbortController();
    const { signal } = following;
    const onError = (error: unknown) => {
      if (signal.aborted) return;
      this.#note(error);
      tell({ type: error instanceof GapError ? 'fenced' : 'lost' });
    };
    this.#trouble.atMs = Number.NEGATIVE_INFINITY;
    this.#read(place, links, signal).catch(onError);
    this.#beat(place, links, signal, tell).catch(onError);
    if (place.underWay !== undefined) void this.#send(place, place.underWay);
    if (place.owed.length > 0) void this.commit([]);
    this.#opening?.resolve();
    return () => following.abort();
  }

  async #read(place: Place, { log }: Links, signal: AbortSignal): Promise<void> {
    while (!signal.aborted) {
      const reply = await this.#room.follow(log, place, blockMs);
      await this.#sound();
      if (reply === null || signal.aborted) continue;
      const { entries, isSettled } = place.read(reply);
      for (const entry of entries) place.replica.apply(entry);
      this.#tell(entries);
      if (isSettled) place.end();
    }
  }

  /** Renews the lease over and over. */
  async #beat(
    place: Place,
    { commands }: Links,
    signal: AbortSignal,
    tell: (event: LedgerEvent) => void,
  ): Promise<void> {
    while (!signal.aborted) {
      const sentMs = performance.now();
      const [word] = await this.#room.beat(commands, place);
      if (signal.aborted) return;
      if (word === 'fenced') tell({ type: 'fenced' });
      else this.#soundMs = sentMs;
      await sleep(this.#beatMs, undefined, { ref: false });
    }
  }

  /** The others have seen the members of this process leave. What they have asked for is void. */
  #giveUp(): void {
    const given = this.#place;
    this.#place = nowhere(given.replica);
    this.#listener?.onFenced(new Error('the room in Redis has gone on without this process'));
    given.end();
    this.#soundMs = performance.now();
  }
}

/** No place: what a process has that does not belong to the room. It still shows what it has seen. */
const nowhere = (replica: Replica) => new Place('', { epoch: '', seq: 0, tag: '', replica });
