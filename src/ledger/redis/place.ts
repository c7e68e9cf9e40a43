import { randomBytes } from 'node:crypto';
import type { Rules } from '../../moderation/rules.ts';
import { newSecret } from '../holdings.ts';
import type { Change, Entry } from '../ledger.ts';
import type { Replica } from '../replica.ts';
import { actedOf } from './acted.ts';
import type { Reply } from './client.ts';
import { readRules } from './rules.ts';

/** A change, with the secret that a claim is given if it comes to a holding that has none. */
type Asked = { readonly change: Change; readonly secret?: string };

/** Changes that are sent to Redis together, until the log says what they came to. */
export type Batch = {
  readonly number: number;
  readonly asked: readonly Asked[];
  /** How often it has been sent. */
  sends: number;
  /** Why its posts have been taken out of it, if they have been. */
  refusal: string | undefined;
  /** The stretch by which it must have been told, since Redis says that it has carried it out before. */
  due: number | undefined;
  /** Called when everything has been told, or nothing will be. */
  settle: () => void;
};

/** A moment of the order, from which a process follows it. */
export type Cut = {
  readonly epoch: string;
  readonly seq: number;
  readonly tag: string;
  readonly replica: Replica;
  readonly rules: Rules;
};

/** The log does not go on where this process has stopped to read it. */
export class GapError extends Error {}

/** How a batch without its posts is marked in the log. */
const reducedMark = ' reduced';

export const withoutPosts = (asked: readonly Asked[]) => asked.filter(({ change }) => change.type !== 'post');

/** The name of a new node. */
export const newNode = () => randomBytes(9).toString('base64url');

/** A process's place among the others, from when it joins until it is given up: a node, and what it has read. */
export class Place {
  readonly node: string;
  readonly epoch: string;
  readonly replica: Replica;
  rules: Rules;
  /** The number of the last stretch that was read, and its mark. */
  seq: number;
  tag: string;
  underWay: Batch | undefined;
  /** The others have given this process up. */
  isGivenUp = false;
  /** What Redis has not taken yet and must: the ends of connections, and what comes behind something in doubt. */
  owed: Change[] = [];
  /** The secrets of the holdings here, by connection. */
  readonly #secrets = new Map<string, string>();
  #batches = 0;

  constructor(node: string, { epoch, seq, tag, replica, rules }: Cut) {
    this.node = node;
    this.epoch = epoch;
    this.seq = seq;
    this.tag = tag;
    this.replica = replica;
    this.rules = rules;
  }

  /** Its name, and what there is in the room. */
  get inWords(): string {
    const { part, count } = this.replica.view({ limit: 0 });
    return `${this.node}; messages: ${part.total}, nicknames in use: ${count}`;
  }

  /** Makes a batch of these changes, which is then under way. `refusal`: why its posts are not part of it. */
  begin(changes: readonly Change[], refusal: string | undefined): Batch {
    const asked = changes.map((change) => ({
      change,
      ...(change.type === 'claim' && change.resume !== undefined ? { secret: newSecret() } : {}),
    }));
    const number = ++this.#batches;
    this.underWay = { number, asked, sends: 0, refusal, due: undefined, settle: () => {} };
    return this.underWay;
  }

  /** Redis has carried the batch out before the stretch `seq` ended. Returns whether it is missing from the log. */
  expect(batch: Batch, seq: number): boolean {
    batch.due = seq;
    return this.#isMissing(batch);
  }

  #isMissing(batch: Batch | undefined): boolean {
    return batch?.due !== undefined && batch === this.underWay && this.seq >= batch.due;
  }

  /** How the batch is marked in the log. */
  markOf({ number, refusal }: Batch): string {
    return refusal === undefined ? `${number}` : `${number}${reducedMark}`;
  }

  /** The batch has been settled, or will never be. */
  end(): void {
    const batch = this.underWay;
    this.underWay = undefined;
    batch?.settle();
  }

  /**
   * Takes what XREAD has replied. Returns the entries of others and of this process, whether the batch under way is among
   * them, and what this process is asked. Throws a GapError if a stretch is missing, or what it must have told.
   */
  read(reply: Reply): { entries: Entry[]; isSettled: boolean; asked: string[] } {
    const [[, stretches]] = reply as [[string, [string, string[]][]]];
    const { underWay } = this;
    let isSettled = false;
    const asked: string[] = [];
    const entries = stretches.flatMap(([id, [, node = '', , mark = '', , timestamp = '', ...told]]) => {
      const seq = Number.parseInt(id, 10);
      if (seq !== this.seq + 1) throw new GapError(`stretch ${this.seq + 1} is missing before ${seq}`);
      this.seq = seq;
      this.tag = `${node} ${mark} ${timestamp}`;
      const [kind, value = ''] = told;
      if (kind === 'asked') asked.push(value);
      const batch =
        node === this.node && Number.parseInt(mark, 10) === underWay?.number ? underWay : undefined;
      if (batch === undefined) return this.#entries(told, timestamp, undefined);
      isSettled = true;
      if (!mark.endsWith(reducedMark)) return this.#entries(told, timestamp, batch.asked);
      const posts = batch.asked.filter(({ change }) => change.type === 'post');
      return [
        ...posts.map(({ change }) => failed(change, batch.refusal ?? '', timestamp)),
        ...this.#entries(told, timestamp, withoutPosts(batch.asked)),
      ];
    });
    if (!isSettled && this.#isMissing(underWay)) throw new GapError('a batch has left no stretch');
    return { entries, isSettled, asked };
  }

  /** The entries of a stretch, from pairs of type and value. `asked` is given if it is this process's own. */
  #entries(told: readonly string[], timestamp: string, asked: readonly Asked[] | undefined): Entry[] {
    const entries: Entry[] = [];
    for (let at = 0; at < told.length; at += 2) {
      const [kind = '', value = ''] = told.slice(at, at + 2);
      const entry = this.#entry(kind, value, timestamp, asked?.[at / 2]);
      if (entry !== undefined) entries.push(entry);
    }
    return entries;
  }

  #entry(kind: string, value: string, timestamp: string, asked: Asked | undefined): Entry | undefined {
    const { change } = asked ?? {};
    const by = change === undefined ? {} : { by: change.by };
    switch (kind) {
      case 'posted':
        return { type: kind, ...by, timestamp, message: JSON.parse(value), json: Buffer.from(value) };
      case 'registered':
        return { type: kind, ...by, timestamp, nickname: JSON.parse(value), ...this.#secretOf(asked) };
      case 'changed': {
        const [oldname, nickname] = JSON.parse(value);
        return { type: kind, ...by, timestamp, oldname, nickname, ...this.#secretOf(asked) };
      }
      case 'resumed': {
        const [nickname, node, from] = JSON.parse(value);
        if (node === this.node) this.#secrets.delete(from);
        const former = node === this.node ? { from } : {};
        return { type: kind, ...by, timestamp, nickname, ...this.#secretOf(asked), ...former };
      }
      case 'left':
        if (change !== undefined) this.#secrets.delete(change.by);
        return { type: kind, ...by, timestamp, nickname: JSON.parse(value) };
      case 'governed':
        this.rules = readRules(value, this.rules);
        return actedOf(kind, value, timestamp, this.node);
      default:
        return change === undefined
          ? actedOf(kind, value, timestamp, this.node)
          : unchanged(kind, change, timestamp);
    }
  }

  /** The secret that the author of a claim is told. A holding keeps the one that it has. */
  #secretOf(asked: Asked | undefined): { secret?: string } {
    if (asked?.secret === undefined) return {};
    const secret = this.#secrets.get(asked.change.by) ?? asked.secret;
    this.#secrets.set(asked.change.by, secret);
    return { secret };
  }
}

/** No place: a process without one still shows what it has seen. */
export const nowhere = ({ replica, rules }: Pick<Cut, 'replica' | 'rules'>) =>
  new Place('', { epoch: '', seq: 0, tag: '', replica, rules });

/** What a change of this process came to that nobody else hears of. */
function unchanged(kind: string, change: Change, timestamp: string): Entry | undefined {
  const { by } = change;
  if (kind === 'taken' && change.type === 'claim') return { type: kind, by, timestamp, change };
  if (kind === 'absent' || kind === 'entrusted') return { type: kind, by, timestamp };
  return undefined;
}

export const failed = (change: Change, error: string, timestamp: string): Entry => ({
  type: 'failed',
  by: change.by,
  timestamp,
  change,
  error,
});
