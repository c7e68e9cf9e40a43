import type { RuleEdit, Rules } from './rules.ts';

/** How long newly met addresses are collected before they are written. */
const collectMs = 1000;
/** The most addresses that one process remembers on its own. */
const most = 10_000;

type Options = { rules: () => Rules; govern: (edit: RuleEdit) => void; now: () => number };

/** When addresses were first met. While newcomers have to wait, all processes and the next start know it too. */
export class Acquaintances {
  readonly #options: Options;
  readonly #met = new Map<string, number>();
  readonly #fresh = new Set<string>();
  #writing: NodeJS.Timeout | undefined;

  constructor(options: Options) {
    this.#options = options;
  }

  /** Notes that somebody from the address with this mask has registered. */
  meet(mask: string): void {
    if (this.#met.has(mask) || this.#options.rules().seen[mask] !== undefined) return;
    this.#met.set(mask, this.#options.now());
    const [oldest = mask] = this.#met.keys();
    this.#fresh.add(mask);
    if (this.#met.size > most) {
      this.#met.delete(oldest);
      this.#fresh.delete(oldest);
    }
    this.#write();
  }

  /**
   * When somebody at the address was first met, in milliseconds since 1970; now, if never. `metMs`: when this visitor was met,
   * who may have stayed for longer than the address is remembered.
   */
  firstMet(mask: string, metMs?: number): number {
    const nowMs = this.#options.now();
    const times = [this.#options.rules().seen[mask], this.#met.get(mask), metMs];
    const firstMs = Math.min(...times.filter((ms) => ms !== undefined));
    if (firstMs <= nowMs) return firstMs;
    // The clock has been set back since.
    return firstMs === Infinity ? nowMs : 0;
  }

  /** Called when the rules have changed. */
  governed(): void {
    this.#write();
  }

  end(): void {
    clearTimeout(this.#writing);
  }

  #write(): void {
    const { rules, govern } = this.#options;
    if (rules().newcomersMs === 0 || this.#fresh.size === 0 || this.#writing !== undefined) return;
    this.#writing = setTimeout(() => {
      this.#writing = undefined;
      const known = [...this.#met].filter(([mask]) => this.#fresh.has(mask));
      this.#fresh.clear();
      govern({ type: 'seen', addresses: Object.fromEntries(known) });
    }, collectMs).unref();
  }
}
