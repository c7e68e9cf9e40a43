import { Low } from 'lowdb';
import { inWords } from '../system-error.ts';
import { History } from './history.ts';
import { JsonArrayFile, type Repair } from './json-array-file.ts';
import type { Act, Batch, Ledger, Outcome } from './ledger.ts';

type Member = { nickname: string; key: string };

/** The nicknames in this process's memory and the history in one JSON file, in the order of the commits. */
export class FileLedger implements Ledger {
  readonly #file: JsonArrayFile;
  readonly #db: Low<History>;
  /** In order of registration; a change keeps its place. */
  readonly #members = new Map<string, Member>();
  readonly #holders = new Map<string, string>();
  /** All nicknames as JSON, until one changes. */
  #online: Uint8Array | undefined;

  private constructor(file: JsonArrayFile) {
    this.#file = file;
    this.#db = new Low(file, new History());
  }

  /** Opens the file, or rejects with a StartError; `onRepair` hears of a torn tail that was cut off (P-DB-4). */
  static async open(path: string, onRepair: (repair: Repair) => void): Promise<FileLedger> {
    const file = await JsonArrayFile.open(path, onRepair);
    const ledger = new FileLedger(file);
    try {
      await ledger.#db.read();
    } catch (error) {
      await file.close();
      throw error;
    }
    return ledger;
  }

  /** Decides who holds what at once, writes all posts together, and only then knows what every act has come to. */
  async commit({ acts, timestamp }: Batch): Promise<readonly Outcome[]> {
    const { data: history } = this.#db;
    const stored = history.length;
    const decided = acts.map((act) => this.#decide(act, timestamp));
    let fault: string | undefined;
    if (history.length > stored) {
      try {
        await this.#db.write();
      } catch (error) {
        history.truncate(stored);
        fault = inWords(error);
      }
    }
    return decided.map((outcome) => outcome(fault));
  }

  close(): Promise<void> {
    return this.#file.close();
  }

  /** Takes an act's effect on who holds which nickname; returns what the act comes to, with or without a fault. */
  #decide(act: Act, timestamp: string): (error: string | undefined) => Outcome {
    const history = this.#db.data;
    switch (act.type) {
      case 'claim': {
        const outcome = this.#claim(act);
        return () => outcome;
      }
      case 'leave': {
        const outcome = this.#leave(act.by);
        return () => outcome;
      }
      case 'post': {
        const message = { name: act.nickname, content: act.content, timestamp };
        history.append(message);
        return (error) => (error === undefined ? { type: 'posted', message } : { type: 'failed', error });
      }
      case 'recall': {
        const { length } = history;
        this.#online ??= Buffer.from(
          JSON.stringify(Array.from(this.#members.values(), ({ nickname }) => nickname)),
        );
        const online = this.#online;
        // After a fault the history is shorter again than it was at this act's place.
        const part = () => history.part(act.window ?? {}, Math.min(length, history.length));
        return () => ({ type: 'recalled', part: part(), online });
      }
    }
  }

  #leave(by: string): Outcome {
    const member = this.#members.get(by);
    if (member === undefined) return { type: 'absent' };
    this.#members.delete(by);
    this.#holders.delete(member.key);
    this.#online = undefined;
    return { type: 'left', nickname: member.nickname };
  }

  /** P-NAME-2 to P-NAME-5. */
  #claim({ by, nickname, key }: Act & { type: 'claim' }): Outcome {
    const mine = this.#members.get(by);
    const holder = this.#holders.get(key);
    if ((holder !== undefined && holder !== by) || mine?.nickname === nickname) return { type: 'taken' };
    if (mine !== undefined) this.#holders.delete(mine.key);
    this.#holders.set(key, by);
    this.#members.set(by, { nickname, key });
    this.#online = undefined;
    return { type: 'named' };
  }
}
