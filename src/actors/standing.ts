import { type Policy, sentence, type Visitor } from '../moderation/policy.ts';
import type { Mute } from '../moderation/rules.ts';

/** The close code of a ban. */
const banned = 4003;

export type StandingOptions = {
  policy: Policy;
  visitor: Visitor;
  /** The nickname that the connection holds. */
  nicknameOf: () => string | undefined;
  /** Closes the connection. */
  expel: (code: number, reason: string) => void;
  /** Tells the machine. */
  tell: (event: { type: 'muted'; why: string } | { type: 'unmuted' }) => void;
};

/** How a connection stands with the rules: whether it may stay, and whether it may speak. */
export class Standing {
  readonly #options: StandingOptions;
  #mute: Mute | undefined;
  /** The key of the nickname. */
  #key: string | undefined;

  constructor(options: StandingOptions) {
    this.#options = options;
  }

  get mask(): string {
    return this.#options.visitor.mask;
  }

  /** When it has registered, in milliseconds since 1970. */
  get sinceMs(): number | undefined {
    return this.#options.visitor.metMs;
  }

  /** Looks at the rules. Called when they have changed. */
  heed(): void {
    const { policy, visitor, expel } = this.#options;
    const ban = policy.banOf(visitor, this.#key);
    if (ban !== undefined) expel(banned, sentence('banned', ban));
    else if (this.#key !== undefined) this.#heedMutes(this.#key);
  }

  /** Called when the connection holds another nickname. A mute goes with it. */
  named(): void {
    const { policy, visitor, nicknameOf } = this.#options;
    const nickname = nicknameOf();
    if (nickname === undefined) return;
    this.#key = policy.keyOf(nickname);
    if (visitor.metMs === undefined) policy.meet(visitor);
    this.#takeMute(nickname, this.#key);
    this.heed();
  }

  /** Takes the mute along, unless it is there already or another one concerns the nickname. */
  #takeMute(nickname: string, key: string): void {
    const { policy, visitor } = this.#options;
    const there = policy.muteOf(visitor, key);
    const isOther = there !== undefined && there.key !== this.#mute?.key;
    const isThere = there !== undefined && (there.alias ?? there.key) === key;
    if (this.#mute !== undefined && !isOther && !isThere) policy.follow(this.#mute, nickname);
  }

  #heedMutes(key: string): void {
    const { policy, visitor, tell } = this.#options;
    const mute = policy.muteOf(visitor, key);
    const [before, why] = [this.#mute, mute].map((one) => one && sentence('you are muted', one));
    this.#mute = mute;
    if (why === before) return;
    tell(why === undefined ? { type: 'unmuted' } : { type: 'muted', why });
  }
}
