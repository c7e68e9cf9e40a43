import type { Change, Entry } from '../ledger.ts';
import type { Trouble } from '../trouble.ts';
import { type Redis, RedisError } from './client.ts';
import { type Batch, failed, type Place } from './place.ts';
import type { Room } from './room.ts';

/** The most changes that are decided together: meanwhile Redis does nothing else. */
const mostChanges = 500;

/** Error replies which say that a command has not been carried out, and may be later. */
const refusals = new Set(['OOM', 'MISCONF', 'NOREPLICAS', 'READONLY', 'LOADING', 'BUSY', 'MASTERDOWN']);

/** Whether Redis has done nothing of what it was asked to do, and may do it when its circumstances are better. */
export const isRefusal = (error: unknown) => error instanceof RedisError && refusals.has(error.code);

export type SenderOptions = {
  room: Room;
  stamp: () => string;
  /** The connection for commands, while this process follows the order. */
  commands: () => Redis | undefined;
  /** Says so if the history has reached its limit. */
  fullness: () => string | undefined;
  /** Why there is none, and why Redis has refused something. */
  trouble: Trouble;
  tell: (entries: readonly Entry[]) => void;
  /** Resolves once this process may say something. */
  sound: () => Promise<void>;
  /** Redis no longer does what it is asked to do. */
  onLost: () => void;
  onFenced: () => void;
};

/**
 * Brings the changes of a place to Redis, a batch at a time. What becomes of a batch is read from the log. So an answer
 * that never comes leaves nothing open: the batch is sent again under its number when Redis can be reached, and Redis
 * carries it out once. Until then it is in doubt, and nobody else waits for it.
 */
export class Sender {
  readonly #options: SenderOptions;
  #release = () => {};

  constructor(options: SenderOptions) {
    this.#options = options;
  }

  /** Resolves when every change has been told, or is in doubt, owed, or void since the place has been given up. */
  async commit(place: Place, changes: readonly Change[]): Promise<void> {
    const all = [...place.owed.splice(0), ...changes];
    for (let at = 0; at < all.length && !place.isGivenUp; at += mostChanges)
      await this.#settle(place, all.slice(at, at + mostChanges));
  }

  /** Sends the batch that is under way again. */
  resume(place: Place): void {
    if (place.underWay !== undefined) void this.#send(place, place.underWay);
  }

  /** Redis is lost, so nobody waits any more for what only the log can tell. */
  interrupt(): void {
    this.#release();
  }

  async #settle(place: Place, changes: readonly Change[]): Promise<void> {
    const { commands, fullness, sound } = this.#options;
    await this.#settled(place);
    await sound();
    if (place.isGivenUp) return;
    if (commands() === undefined || place.underWay !== undefined) {
      this.#refuse(place, changes);
      return;
    }
    void this.#send(place, place.begin(changes, fullness()));
    await this.#settled(place);
  }

  /** Resolves when nothing is under way, or Redis is lost. */
  async #settled({ underWay }: Place): Promise<void> {
    if (underWay === undefined || this.#options.commands() === undefined) return;
    await new Promise<void>((resolve) => {
      this.#release = resolve;
      underWay.settle = resolve;
    });
  }

  /**
   * Answers changes that are not in the order. The ends of connections are brought into it later, and so is what comes
   * from a connection that has something in doubt, because its replies keep their order (P-REQ-7).
   */
  #refuse(place: Place, changes: readonly Change[]): void {
    const { stamp, trouble, tell } = this.#options;
    const inDoubt = new Set(place.underWay?.asked.map(({ change }) => change.by));
    const isAnswered = ({ type, by }: Change) => (type === 'claim' || type === 'post') && !inDoubt.has(by);
    place.owed.push(...changes.filter((change) => !isAnswered(change)));
    tell(changes.filter(isAnswered).map((change) => failed(change, trouble.error ?? 'no Redis', stamp())));
  }

  async #send(place: Place, batch: Batch): Promise<void> {
    const { room, commands, trouble, onFenced } = this.#options;
    const redis = commands();
    if (redis === undefined) return;
    batch.sends++;
    try {
      const [word, seq] = await room.commit(redis, place, batch);
      if (word === 'ok' && batch.refusal === undefined) trouble.end();
      const isMissing = word === 'again' && place.expect(batch, Number(seq));
      if ((word === 'fenced' || isMissing) && !place.isGivenUp) onFenced();
    } catch (error) {
      if (place.underWay === batch && error instanceof RedisError) await this.#takeBack(place, batch, error);
    }
  }

  /** Redis has not carried a batch out. */
  async #takeBack(place: Place, batch: Batch, error: RedisError): Promise<void> {
    const { trouble, onLost } = this.#options;
    trouble.note(error);
    if (error.code === 'OOM' && batch.refusal === undefined) {
      // The other changes need little room. With them the number is used, so an earlier attempt that still arrives is void.
      batch.refusal = trouble.error;
      await this.#send(place, batch);
    } else if (isRefusal(error) && batch.sends === 1) {
      const changes = batch.asked.map(({ change }) => change);
      place.end();
      this.#refuse(place, changes);
    } else onLost();
  }
}
