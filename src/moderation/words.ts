/** Words that the host blocks. A message has one if it contains it as a whole word, however it is written. */
import { nicknameKey } from '../protocol/nickname.ts';

export class WordList {
  /** The words of each entry, joined by spaces, and how many they can be. */
  readonly #entries: ReadonlySet<string>;
  readonly #counts: ReadonlySet<number>;
  /** The last text and its verdict: a machine asks more than once about the same. */
  #last = { text: '', isBad: false };

  constructor(words: readonly string[]) {
    const entries = words.map(wordsOf).filter((entry) => entry.length > 0);
    this.#entries = new Set(entries.map((entry) => entry.join(' ')));
    this.#counts = new Set(entries.map((entry) => entry.length));
  }

  /** Whether a text has one of them. */
  isIn(text: string): boolean {
    if (this.#counts.size === 0) return false;
    if (this.#last.text !== text) this.#last = { text, isBad: this.#find(text) };
    return this.#last.isBad;
  }

  #find(text: string): boolean {
    const words = wordsOf(text);
    return words.some((_, from) => {
      for (const count of this.#counts)
        if (this.#entries.has(words.slice(from, from + count).join(' '))) return true;
      return false;
    });
  }
}

/** The words of a text, in the form in which they are compared: that of nicknames, which knows letters that look alike. */
function wordsOf(text: string): string[] {
  const letters = text.replace(hidden, '').match(word) ?? [];
  return letters.map((one) => nicknameKey(one, 'nickname')).filter((one) => one !== '');
}

/** Characters that are not letters but do not split a word. */
const hidden = /\p{Default_Ignorable_Code_Point}+/gu;
const word = /[\p{L}\p{M}\p{N}]+/gu;
