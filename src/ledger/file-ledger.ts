import { Low } from 'lowdb';
import { inWords } from '../system-error.ts';
import { History } from './history.ts';
import { Holdings } from './holdings.ts';
import { JsonArrayFile, type Repair, type WriterOf } from './json-array-file.ts';
import type { Change, Entry, Ledger, LedgerListener, View } from './ledger.ts';
import { Replica } from './replica.ts';

export type FileLedgerOptions = {
  /** The time of a commit, as it is stored and shown. */
  stamp: () => string;
  /** A torn tail was cut off (P-DB-4). */
  onRepair?: (repair: Repair) => void;
};

/** The order of one process: nicknames in its memory, and the history in one JSON file as well. */
export class FileLedger implements Ledger {
  readonly #file: JsonArrayFile;
  readonly #db: Low<History>;
  readonly #stamp: () => string;
  readonly #holdings = new Holdings();
  readonly #replica: Replica;
  #listener: LedgerListener | undefined;

  private constructor(file: JsonArrayFile, db: Low<History>, stamp: () => string) {
    this.#file = file;
    this.#db = db;
    this.#stamp = stamp;
    this.#replica = new Replica(db.data);
  }

  /** Opens the file and reads the history, or rejects with a StartError. */
  static async open(path: string, { stamp, onRepair = () => {} }: FileLedgerOptions): Promise<FileLedger> {
    const file = await JsonArrayFile.open(path, onRepair);
    const db = new Low<History>(file, new History());
    try {
      await db.read();
    } catch (error) {
      await file.close();
      throw error;
    }
    return new FileLedger(file, db, stamp);
  }

  start(listener: LedgerListener): void {
    this.#listener = listener;
  }

  /**
   * Decides the changes in their order, which nobody can see yet; writes all posts together; and only then lets the
   * entries happen, in one step. What the disk refused is `failed`, and the changes beside it do not suffer.
   */
  async commit(changes: readonly Change[]): Promise<void> {
    const timestamp = this.#stamp();
    const decided = changes.flatMap((change) => this.#holdings.decide(change, timestamp) ?? []);
    const error = await this.#write(decided.flatMap((entry) => (entry.type === 'posted' ? entry.json : [])));
    const stretch = error === undefined ? decided : decided.map((entry) => failed(entry, error));
    for (const entry of stretch) this.#replica.apply(entry);
    this.#listener?.onStretch(stretch);
  }

  view(...args: Parameters<Ledger['view']>): View {
    return this.#replica.view(...args);
  }

  /** From now on something else writes to the file, a faulty disk for example. */
  interpose(writerOf: WriterOf): void {
    this.#file.interpose(writerOf);
  }

  close(): Promise<void> {
    return this.#file.close();
  }

  /** Resolves to what went wrong, in words; then nothing was written. */
  async #write(messages: readonly Uint8Array[]): Promise<string | undefined> {
    const { data: history } = this.#db;
    if (messages.length === 0) return undefined;
    history.unwritten = messages;
    try {
      await this.#db.write();
      return undefined;
    } catch (error) {
      return inWords(error);
    } finally {
      history.unwritten = [];
    }
  }
}

/** What a post comes to that could not be written. */
function failed(entry: Entry, error: string): Entry {
  if (entry.type !== 'posted') return entry;
  const { by = '', timestamp, message } = entry;
  return { type: 'failed', by, timestamp, change: { type: 'post', by, content: message.content }, error };
}
