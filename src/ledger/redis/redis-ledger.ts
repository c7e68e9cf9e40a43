/**
 * The ledger of a room that several processes share, in Redis. A script decides all changes in one order (`script.ts`);
 * every process reads this order from a stream, its own changes too, and so has a replica like any other's.
 */
import { setTimeout as sleep } from 'node:timers/promises';
import { type Actor, createActor, fromCallback, fromPromise, waitFor } from 'xstate';
import { type LedgerEvent, ledgerMachine } from '../../machines/ledger.ts';
import { newMaskKey } from '../../moderation/mask.ts';
import { noRules, type Rules } from '../../moderation/rules.ts';
import type { Window } from '../../protocol/window.ts';
import type { Act, Change, Done, Entry, HostedLedger, LedgerListener, View } from '../ledger.ts';
import { Replica } from '../replica.ts';
import { fullText } from '../space.ts';
import { Trouble } from '../trouble.ts';
import { Acts } from './acts.ts';
import { Arrival } from './arrival.ts';
import { follow } from './follow.ts';
import { Lease } from './lease.ts';
import { examine, Links } from './links.ts';
import type { RedisLedgerOptions } from './options.ts';
import { GapError, nowhere } from './place.ts';
import { Room } from './room.ts';
import { Sender } from './sender.ts';
import { Steward } from './steward.ts';

/** How long the end may take. */
const closeMs = 2500;

export class RedisLedger implements HostedLedger {
  /** Runs the machine of the ledger's life. */
  readonly actor: Actor<typeof ledgerMachine>;
  readonly #options: RedisLedgerOptions;
  readonly #room: Room;
  readonly #lease: Lease;
  readonly #arrival: Arrival;
  readonly #sender: Sender;
  readonly #acts: Acts;
  readonly #steward: Steward;
  #listener: LedgerListener | undefined;
  readonly #links: Links;
  #place = nowhere({ replica: new Replica(), rules: noRules(newMaskKey()) });
  /** The last commit that was asked for. */
  #last: Promise<unknown> = Promise.resolve();
  readonly #trouble = new Trouble('Redis: ');

  private constructor(options: RedisLedgerOptions, weakness: string | undefined) {
    this.#options = options;
    this.#room = new Room(options);
    this.#lease = new Lease(options.leaseMs, () => this.#isReady);
    this.#links = new Links({
      url: options.url,
      timeoutMs: this.#lease.silenceMs,
      onFailure: (error) => this.#trouble.note(error),
      onLost: (error) => this.#fail(error),
    });
    const toRedis = {
      room: this.#room,
      trouble: this.#trouble,
      commands: () => (this.#isReady ? this.#links.open.commands : undefined),
      sound: () => this.#lease.sound(),
      onFenced: () => this.#event({ type: 'fenced' }),
    };
    this.#sender = new Sender({
      ...toRedis,
      stamp: options.stamp,
      fullness: () => this.#fullness,
      tell: (entries) => this.#tell(entries),
      onLost: () => this.#event({ type: 'lost' }),
    });
    this.#acts = new Acts({
      ...toRedis,
      answer: async (question) =>
        question.type === 'members' ? this.#listener?.onAsked() : this.#steward.answer(question),
    });
    this.#steward = new Steward({ ...options, acts: this.#acts, place: () => this.#place });
    const [links, lease] = [this.#links, this.#lease];
    this.#arrival = new Arrival({ ...options, ...toRedis, links, lease, weakness });
    this.actor = createActor(
      ledgerMachine.provide({
        actors: {
          connect: fromPromise<unknown>(({ signal }) => this.#links.connect(signal)),
          join: fromPromise(({ signal }) => this.#join(signal)),
          follow: fromCallback<LedgerEvent>(() => this.#follow()),
          find: fromPromise(({ signal }) => this.#arrival.find(this.#place, signal)),
          retire: fromPromise<unknown>(() => this.#room.retire(this.#links.open.commands, this.#place)),
        },
        actions: {
          drop: () => this.#drop(),
          giveUp: () => this.#giveUp(),
          tellLost: () => options.onWarning(`${this.#trouble.error}; changes fail until it is back`),
          tellFound: () => options.onStatus('Redis is back'),
          tellJoined: () => options.onStatus(`joined the room in Redis as ${this.#place.inWords}`),
        },
      }),
      { id: 'redis' },
    );
  }

  /** Joins the room. Rejects with a StartError. */
  static async open(options: RedisLedgerOptions): Promise<RedisLedger> {
    const weakness = await examine(options);
    if (weakness !== undefined) options.onWarning(weakness);
    const ledger = new RedisLedger(options, weakness);
    try {
      ledger.actor.start();
      await ledger.#arrival.opened;
    } catch (error) {
      ledger.#end();
      throw error;
    }
    return ledger;
  }

  start(listener: LedgerListener): void {
    this.#listener = listener;
    this.#steward.start();
  }

  commit(changes: readonly Change[]): Promise<void> {
    const asked = this.#place;
    const commit = this.#last
      .then(() => this.#lease.sound())
      .then(() => (asked.isGivenUp ? undefined : this.#sender.commit(this.#place, changes)));
    this.#last = commit.catch(() => {});
    return commit;
  }

  act(act: Act): Promise<Done> {
    return this.#acts.act(this.#place, act);
  }

  ask(): Promise<readonly string[]> {
    return this.#acts.questions.members(this.#place);
  }

  archivedBy(isAuthor: (name: string) => boolean): Promise<readonly number[]> {
    return this.#acts.questions.archivedBy(this.#place, isAuthor);
  }

  get rules(): Rules {
    return this.#place.rules;
  }

  view(window: Window): View {
    return this.#place.replica.view(window);
  }

  health(): string | undefined {
    return this.#isReady
      ? (this.#trouble.recent ?? this.#fullness)
      : (this.#trouble.error ?? 'joining the others');
  }

  get weakness(): string | undefined {
    return this.#arrival.weakness;
  }

  get #fullness(): string | undefined {
    const { maxBytes } = this.#options;
    return this.bytes < maxBytes ? undefined : fullText(maxBytes);
  }

  get bytes(): number {
    return this.#place.replica.bytes;
  }

  get isHeld(): boolean {
    return this.#lease.isHeld;
  }

  /** Leaves the room, if Redis can be reached. */
  async close(): Promise<void> {
    const last = Promise.all([this.#last, this.#steward.close()]);
    await Promise.race([last, sleep(closeMs, undefined, { ref: false })]);
    this.#end();
    await waitFor(this.actor, ({ status }) => status === 'done');
  }

  #end(): void {
    this.#lease.end();
    this.#event({ type: 'close' });
    this.#place.end();
  }

  get #isReady(): boolean {
    return this.actor.getSnapshot().matches('ready');
  }

  #tell(entries: readonly Entry[]): void {
    if (entries.length > 0) this.#listener?.onStretch(entries);
    this.#acts.told(this.#place.seq);
  }

  /** Tells the machine something, unless it has ended. */
  #event(event: LedgerEvent): void {
    if (this.actor.getSnapshot().status === 'active') this.actor.send(event);
  }

  async #join(signal: AbortSignal): Promise<string> {
    this.#place = await this.#arrival.join(signal);
    // Others may have changed the rules meanwhile.
    this.#tell([{ type: 'governed', timestamp: this.#options.stamp() }]);
    return this.#place.node;
  }

  #drop(): void {
    this.#links.drop();
    this.#sender.interrupt();
    this.#acts.interrupt();
  }

  /** Follows the order until the returned function is called. */
  #follow(): () => void {
    const place = this.#place;
    this.#trouble.end();
    const stop = follow({
      room: this.#room,
      place,
      ...this.#links.open,
      lease: this.#lease,
      tell: (entries) => this.#tell(entries),
      onAsked: (asked) => void this.#acts.questions.answer(place, asked),
      onError: (error) => this.#fail(error),
      onFenced: () => this.#event({ type: 'fenced' }),
    });
    this.#sender.resume(place);
    if (place.owed.length > 0) void this.commit([]);
    this.#arrival.succeed();
    return stop;
  }

  #fail(error: unknown): void {
    this.#trouble.note(error);
    this.#event({ type: error instanceof GapError ? 'fenced' : 'lost' });
  }

  /** The others have seen the members of this process leave. What they have asked for is void. */
  #giveUp(): void {
    const place = this.#place;
    place.isGivenUp = true;
    this.#place = nowhere(place);
    void this.#steward.resign();
    this.#listener?.onFenced('this process has lost its place in the room');
    place.end();
    this.#lease.renew();
  }
}
