import { keyOf } from './mention.ts';
import { recall, remember } from './storage.ts';

/** Whom the reader does not want to hear. Kept in this browser; nobody is told. */
export class Ignored {
  #names: readonly string[];
  readonly #onChange: () => void;

  constructor(onChange: () => void) {
    this.#names = (recall('localStorage', 'ignored') ?? '').split('\n').filter((name) => name !== '');
    this.#onChange = onChange;
  }

  get names(): readonly string[] {
    return this.#names;
  }

  has(nickname: string): boolean {
    return this.#names.some((name) => keyOf(name) === keyOf(nickname));
  }

  set(nickname: string, isIgnored: boolean): void {
    const others = this.#names.filter((name) => keyOf(name) !== keyOf(nickname));
    this.#names = isIgnored ? [...others, nickname] : others;
    remember('localStorage', 'ignored', this.#names.join('\n') || undefined);
    this.#onChange();
  }
}
