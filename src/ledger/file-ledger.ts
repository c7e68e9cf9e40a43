import { realpath } from 'node:fs/promises';
import { Low } from 'lowdb';
import { newMaskKey } from '../moderation/mask.ts';
import { edited, noRules, type RuleEdit, type Rules, rulesFault } from '../moderation/rules.ts';
import type { Window } from '../protocol/window.ts';
import { inWords } from '../system-error.ts';
import { gently } from './gentle.ts';
import { History } from './history.ts';
import { Holdings } from './holdings.ts';
import { type FileOptions, JsonArrayFile } from './json-array-file.ts';
import { Keeper, type Keeping } from './keeper.ts';
import type { Act, Change, Done, Entry, HostedLedger, LedgerListener, View } from './ledger.ts';
import { Replica } from './replica.ts';
import { Sequence } from './sequence.ts';
import { Trouble } from './trouble.ts';
import { WholeFile } from './whole-file.ts';
import type { WriterOf } from './writing.ts';

export type FileLedgerOptions = FileOptions & {
  /** Default: everything is kept. */
  keeping?: Keeping;
  /** The time of a commit, as it is stored and shown. */
  stamp: () => string;
};

/** The most removals that are told together. */
const stretchLength = 16;

/** The ledger of a single process: nicknames in memory only, the history also in a JSON file. */
export class FileLedger implements HostedLedger {
  readonly isHeld = false;
  readonly weakness = undefined;
  readonly #file: JsonArrayFile;
  readonly #db: Low<History>;
  readonly #rules: Low<Rules>;
  readonly #stamp: () => string;
  readonly #holdings = new Holdings();
  readonly #replica: Replica;
  #listener: LedgerListener | undefined;
  /** Why the last write failed, if it did, and when. */
  readonly #trouble = new Trouble();

  /** What has been written of them. */
  #written: Rules;
  readonly #governing = new Sequence();
  #isClosed = false;
  readonly #keeper: Keeper;

  private constructor(
    { file, db, rules, keeper }: { file: JsonArrayFile; db: Low<History>; rules: Low<Rules>; keeper: Keeper },
    stamp: () => string,
  ) {
    this.#file = file;
    this.#db = db;
    this.#rules = rules;
    this.#keeper = keeper;
    this.#written = rules.data;
    this.#stamp = stamp;
    this.#replica = new Replica(db.data);
  }

  /** Opens the file and reads the history. Rejects with a StartError. */
  static async open(path: string, { stamp, keeping, ...options }: FileLedgerOptions): Promise<FileLedger> {
    const { onWarning = () => {} } = options;
    const file = await JsonArrayFile.open(path, options);
    const db = new Low<History>(file, new History());
    try {
      const rules = await openRules(`${await realpath(path)}.moderation`, onWarning);
      await db.read();
      const keeper = await Keeper.open({ keep: {}, ...keeping, file, history: db.data, stamp, onWarning });
      return new FileLedger({ file, db, rules, keeper }, stamp);
    } catch (error) {
      await file.close();
      throw error;
    }
  }

  start(listener: LedgerListener): void {
    this.#listener = listener;
    this.#keeper.start((base) => this.#tell([{ type: 'dropped', timestamp: this.#stamp(), base }]));
  }

  /**
   * Decides the changes in order, visible to nobody yet; writes all posts in one go; then applies and tells the entries
   * in one step. If the write fails, the posts become `failed`, and the other changes happen all the same.
   */
  async commit(changes: readonly Change[]): Promise<void> {
    const timestamp = this.#stamp();
    const decided = changes.flatMap((change) => this.#holdings.decide(change, timestamp) ?? []);
    const error = await this.#write(decided.flatMap((entry) => (entry.type === 'posted' ? entry.json : [])));
    const stretch = error === undefined ? decided : decided.map((entry) => failed(entry, error));
    this.#tell(stretch);
  }

  async act(act: Act): Promise<Done> {
    const timestamp = this.#stamp();
    switch (act.type) {
      case 'announce':
        this.#tell([{ type: 'announced', timestamp, content: act.content }]);
        return { isDone: true };
      case 'kick': {
        const { by: from, nickname } = this.#holdings.find(act.key) ?? {};
        if (from === undefined || nickname === undefined) return { isDone: false };
        this.#tell([{ type: 'kicked', timestamp, nickname, from, code: act.code, reason: act.reason }]);
        return { isDone: true };
      }
      case 'remove':
        return this.#keeper.aside(() => this.#remove(act.positions, act.withName));
      case 'govern':
        return this.#governing.run(() => this.#govern(act.edit));
    }
  }

  async ask(): Promise<readonly string[]> {
    return this.#listener === undefined ? [] : [this.#listener.onAsked()];
  }

  archivedBy(isAuthor: (name: string) => boolean): Promise<readonly number[]> {
    return this.#keeper.positionsOf(isAuthor);
  }

  get rules(): Rules {
    return this.#written;
  }

  view(window: Window): View {
    return this.#replica.view(window);
  }

  /**
   * Why messages cannot be stored, in words: the history is full, or the last write has just failed. Only another write
   * can tell whether that is over, so after a while it is no longer held against the ledger.
   */
  health(): string | undefined {
    return this.#trouble.recent ?? this.#file.fullness;
  }

  /** The size of the file. */
  get bytes(): number {
    return this.#file.bytes;
  }

  /** Replaces the function that writes to the file, for example with one that simulates a faulty disk. */
  interpose(writerOf: WriterOf): void {
    this.#file.interpose(writerOf);
  }

  /** The rules are written before the file, and with it the lock, is released. */
  close(): Promise<void> {
    return this.#governing.run(async () => {
      this.#isClosed = true;
      try {
        await this.#keeper.close();
      } finally {
        await this.#file.close();
      }
    });
  }

  #tell(stretch: readonly Entry[]): void {
    for (const entry of stretch) this.#replica.apply(entry);
    this.#listener?.onStretch(stretch);
  }

  async #govern(edit: RuleEdit): Promise<Done> {
    if (this.#isClosed) throw new Error('the data file is closed');
    const rules = edited(this.#written, edit, Date.now());
    if (rules === this.#written) return { isDone: false };
    this.#rules.data = rules;
    await this.#rules.write();
    this.#written = rules;
    this.#tell([{ type: 'governed', timestamp: this.#stamp() }]);
    return { isDone: true };
  }

  /**
   * Removes messages from the archive, where nobody sees them, and from the file. Then tells what it has removed there, in
   * several stretches if that is much, which hold up nobody.
   */
  async #remove(positions: readonly number[], withName: boolean): Promise<Done> {
    const { archived, removed } = await this.#erase(positions, withName).catch((error) => {
      this.#trouble.note(error);
      throw new Error(inWords(error));
    });
    for (let at = 0; at < removed.length; at += stretchLength) {
      const timestamp = this.#stamp();
      const stretch = removed.slice(at, at + stretchLength);
      await gently(() => this.#tell(stretch.map((one) => ({ type: 'removed', timestamp, ...one }))));
    }
    const all = new Set([...archived, ...removed.map(({ position }) => position)]);
    return { isDone: all.size > 0, positions: [...all] };
  }

  async #erase(positions: readonly number[], withName: boolean) {
    const archived = await this.#keeper.remove(positions, withName);
    return { archived, removed: await this.#file.remove(positions, withName) };
  }

  /** Writes messages. Resolves to the error, in words, if it failed; then nothing was written. */
  async #write(messages: readonly Uint8Array[]): Promise<string | undefined> {
    const { data: history } = this.#db;
    if (messages.length === 0) return undefined;
    history.unwritten = messages;
    try {
      await this.#db.write();
      this.#trouble.end();
    } catch (error) {
      this.#trouble.note(error);
    } finally {
      history.unwritten = [];
    }
    return this.#trouble.error;
  }
}

/** Reads the rules. On a full disk new ones are written with the first change of them. */
async function openRules(path: string, onWarning: (text: string) => void): Promise<Low<Rules>> {
  const file = new WholeFile<Rules>(path, rulesFault);
  const stored = await file.read();
  const rules = new Low<Rules>(file, stored ?? noRules(newMaskKey()));
  if (stored === null)
    await rules.write().catch((error) => onWarning(`cannot write ${path} yet: ${inWords(error)}`));
  return rules;
}

/** The entry of a change after a failed write: posts fail, all others stay as they are. */
function failed(entry: Entry, error: string): Entry {
  if (entry.type !== 'posted') return entry;
  const { by = '', timestamp, message } = entry;
  return { type: 'failed', by, timestamp, change: { type: 'post', by, content: message.content }, error };
}
