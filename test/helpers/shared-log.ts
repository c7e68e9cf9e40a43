/**
 * A ledger that several processes share, in memory: one log, which each process reads at its own pace. Commits arrive
 * late and so in a different order, and a process can die.
 */
import { setImmediate } from 'node:timers/promises';
import { Holdings } from '../../src/ledger/holdings.ts';
import type { Act, Change, Done, Entry, Ledger, LedgerListener, View } from '../../src/ledger/ledger.ts';
import { remainderOf } from '../../src/ledger/message.ts';
import { Replica } from '../../src/ledger/replica.ts';
import { newMaskKey } from '../../src/moderation/mask.ts';
import { edited, noRules, type Rules } from '../../src/moderation/rules.ts';
import type { Window } from '../../src/protocol/window.ts';

/** The most turns of the event loop that a commit takes to reach the log, or an entry to reach a process. */
const mostTurns = 4;

export class SharedLog {
  readonly entries: Entry[] = [];
  rules = noRules(newMaskKey());
  /** The rules as each entry `governed` makes them. */
  readonly rulesAfter = new Map<Entry, Rules>();
  readonly #holdings = new Holdings();
  readonly #stamp: () => string;
  readonly #random: () => number;
  #joined = 0;

  /** `random` returns numbers from 0 to below 1, as Math.random does. */
  constructor(stamp: () => string, random: () => number = Math.random) {
    this.#stamp = stamp;
    this.#random = random;
  }

  /** Makes a unique name for a process. */
  join(): string {
    return `p${++this.#joined}/`;
  }

  /** Appends the entries of the changes to the order. */
  append(changes: readonly Change[]): void {
    const timestamp = this.#stamp();
    this.entries.push(...changes.flatMap((change) => this.#holdings.decide(change, timestamp) ?? []));
  }

  /** Appends what comes of an act to the order. */
  act(act: Act): Done {
    const found = this.#outcome(act, this.#stamp());
    this.entries.push(...found);
    const positions = found.flatMap((entry) => (entry.type === 'removed' ? entry.position : []));
    return { isDone: found.length > 0, positions };
  }

  /** Lets all members of a dead process leave. */
  reap(name: string): void {
    const theirs = this.entries.flatMap(({ by }) => (by?.startsWith(name) ? by : []));
    const before = this.entries.length;
    this.append([...new Set(theirs)].map((by) => ({ type: 'leave', by })));
    const left = this.entries.splice(before).filter(({ type }) => type === 'left');
    this.entries.push(...left);
  }

  #outcome(act: Act, timestamp: string): Entry[] {
    switch (act.type) {
      case 'announce':
        return [{ type: 'announced', timestamp, content: act.content }];
      case 'kick': {
        const { code, reason } = act;
        const held = this.#holdings.find(act.key);
        return held === undefined
          ? []
          : [{ type: 'kicked', timestamp, nickname: held.nickname, from: held.by, code, reason }];
      }
      case 'remove': {
        const replica = new Replica();
        for (const entry of this.entries) replica.apply(entry);
        return act.positions.flatMap((position): Entry[] => {
          const { part } = replica.view({ after: position, before: position + 1 });
          const rest = part.messages > 0 && remainderOf(Buffer.concat([...part.pieces]), act.withName);
          return rest ? [{ type: 'removed', timestamp, position, json: Buffer.from(rest) }] : [];
        });
      }
      case 'govern': {
        const rules = edited(this.rules, act.edit, Date.now());
        if (rules === this.rules) return [];
        const entry: Entry = { type: 'governed', timestamp };
        this.rulesAfter.set(entry, rules);
        this.rules = rules;
        return [entry];
      }
    }
  }

  /** Waits a random number of turns of the event loop. */
  async delay(): Promise<void> {
    for (let turns = Math.floor(this.#random() * mostTurns); turns > 0; turns--) await setImmediate();
  }

  /** A random number of entries to read at once. */
  stretch(): number {
    return 1 + Math.floor(this.#random() * 5);
  }
}

/** The ledger of one process on a shared log. */
export class SharedLedger implements Ledger {
  readonly #log: SharedLog;
  rules: Rules;
  #name: string;
  #replica = new Replica();
  #listener: LedgerListener | undefined;
  /** How many entries the process has read. */
  #cursor = 0;
  #isReading = false;
  #isDead = false;
  /** How many of its own changes the process has not read back, and the listener for when it has. */
  #awaited = 0;
  #onRead = () => {};

  constructor(log: SharedLog) {
    this.#log = log;
    this.rules = log.rules;
    this.#name = log.join();
  }

  start(listener: LedgerListener): void {
    this.#listener = listener;
    this.#isReading = true;
    void this.#read();
  }

  async commit(changes: readonly Change[]): Promise<void> {
    const name = this.#name;
    await this.#log.delay();
    while (this.#isDead) await setImmediate();
    // The process was dead meanwhile, so these changes belong to connections that are gone.
    if (name !== this.#name) return;
    this.#awaited += changes.filter(({ type }) => type !== 'confirm').length;
    const read = new Promise<void>((resolve) => {
      this.#onRead = resolve;
    });
    this.#log.append(changes.map((change) => ({ ...change, by: this.#name + change.by })));
    if (this.#awaited > 0) await read;
  }

  /** The act arrives late, too. Resolves when the process has read what has come of it. */
  async act(act: Act): Promise<Done> {
    await this.#log.delay();
    const done = this.#log.act(act);
    const end = this.#log.entries.length;
    while (this.#isReading && this.#cursor < end) await setImmediate();
    return done;
  }

  async ask(): Promise<readonly string[]> {
    return [];
  }

  async archivedBy(): Promise<readonly number[]> {
    return [];
  }

  view(window: Window): View {
    return this.#replica.view(window);
  }

  async close(): Promise<void> {
    this.#isReading = false;
  }

  /** The process hangs: it reads nothing, and its commits are lost. The others see its members leave. */
  die(): void {
    this.#isDead = true;
    this.#log.reap(this.#name);
  }

  /** The process continues, learns that it was given up, and joins again. */
  wake(): void {
    this.#name = this.#log.join();
    this.#replica = new Replica();
    this.#cursor = 0;
    this.#awaited = 0;
    this.#onRead();
    this.#listener?.onFenced(new Error('the others have given this process up'));
    for (const entry of this.#log.entries) this.#replica.apply(entry);
    this.rules = this.#log.rules;
    this.#cursor = this.#log.entries.length;
    this.#isDead = false;
  }

  async #read(): Promise<void> {
    while (this.#isReading) {
      await setImmediate();
      await this.#log.delay();
      if (this.#isDead || this.#cursor === this.#log.entries.length) continue;
      const stretch = this.#log.entries.slice(this.#cursor, this.#cursor + this.#log.stretch());
      this.#cursor += stretch.length;
      for (const entry of stretch) {
        this.#replica.apply(entry);
        this.rules = this.#log.rulesAfter.get(entry) ?? this.rules;
      }
      const told = stretch.flatMap((entry) => this.#asTold(entry));
      this.#listener?.onStretch(told);
      this.#awaited -= told.filter(({ by }) => by !== undefined).length;
      if (this.#awaited === 0) this.#onRead();
    }
  }

  /** An entry as this process is told it: with `by` only if it is its own. Unchanged entries of others are left out. */
  #asTold(entry: Entry): Entry[] {
    const own = (by: string | undefined) =>
      by?.startsWith(this.#name) ? by.slice(this.#name.length) : undefined;
    const by = own(entry.by);
    const isHappened = !['taken', 'absent', 'failed'].includes(entry.type);
    if (by === undefined && !isHappened) return [];
    const { by: _, ...told } = { ...entry } as Entry & { from?: string; secret?: string };
    if (by === undefined) delete told.secret;
    const from = own(told.from);
    delete told.from;
    return [{ ...told, ...(by !== undefined && { by }), ...(from !== undefined && { from }) } as Entry];
  }
}
