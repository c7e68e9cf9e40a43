import type { Window } from '../protocol/window.ts';
import { History } from './history.ts';
import type { Entry, View } from './ledger.ts';

/** The nicknames in use and the history, as the entries make them. Each process has one, fed by its ledger. */
export class Replica {
  readonly history: History;
  /** Nicknames by the number of their registration, so that a changed nickname keeps its place; and the reverse. */
  readonly #nicknames = new Map<number, string>();
  readonly #numbers = new Map<string, number>();
  #registrations = 0;
  /** The cached JSON of all nicknames. */
  #online: Uint8Array | undefined;

  constructor(history = new History()) {
    this.history = history;
  }

  /** Takes the next entry of the order. */
  apply(entry: Entry): void {
    switch (entry.type) {
      case 'posted':
        this.history.append(entry.json);
        break;
      case 'removed':
        this.history.replace(entry.position, entry.json);
        break;
      case 'dropped':
        this.history.drop(entry.base);
        break;
      case 'registered':
        this.#name(++this.#registrations, entry.nickname);
        break;
      case 'changed':
        this.#name(this.#release(entry.oldname), entry.nickname);
        break;
      case 'left':
        this.#nicknames.delete(this.#release(entry.nickname));
        break;
    }
  }

  /** The size of the history. */
  get bytes(): number {
    return this.history.bytes;
  }

  view(window: Window): View {
    this.#online ??= Buffer.from(JSON.stringify([...this.#nicknames.values()]));
    return { part: this.history.part(window), online: this.#online, count: this.#nicknames.size };
  }

  #name(number: number, nickname: string): void {
    this.#nicknames.set(number, nickname);
    this.#numbers.set(nickname, number);
    this.#online = undefined;
  }

  /** Removes a nickname and returns its number. */
  #release(nickname: string): number {
    const number = this.#numbers.get(nickname) ?? 0;
    this.#numbers.delete(nickname);
    this.#online = undefined;
    return number;
  }
}
