import { type Policy, sentence, type Visitor } from '../moderation/policy.ts';
import type { Mute } from '../moderation/rules.ts';

/** The close code of who is banned. */
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
  /** When it has registered, in milliseconds since 1970. */
  sinceMs: number | undefined;

  constructor(options: StandingOptions) {
    this.#options = options;
  }

  get mask(): string {
    return this.#options.visitor.mask;
  }

  /** Looks at the rules. Called when they have changed, or the nickname. */
  heed(): void {
    const { policy, visitor, nicknameOf, expel } = this.#options;
    const nickname = nicknameOf();
    const ban = policy.banOf(visitor, nickname);
    if (ban !== undefined) expel(banned, sentence('banned', ban));
    else if (nickname !== undefined) this.#heedMutes(nickname);
  }

  /** Called when the connection holds another nickname. A mute goes with it. */
  named(): void {
    const { policy, visitor, nicknameOf } = this.#options;
    const nickname = nicknameOf();
    if (nickname === undefined) return;
    if (this.sinceMs === undefined) {
      this.sinceMs = Date.now();
      policy.meet(visitor);
    }
    if (this.#mute !== undefined && policy.muteOf(visitor, nickname) === undefined)
      policy.follow(this.#mute, nickname);
    this.heed();
  }

  #heedMutes(nickname: string): void {
    const { policy, visitor, tell } = this.#options;
    const mute = policy.muteOf(visitor, nickname);
    const [before, why] = [this.#mute, mute].map((one) => one && sentence('you are muted', one));
    this.#mute = mute;
    if (why === before) return;
    tell(why === undefined ? { type: 'unmuted' } : { type: 'muted', why });
  }
}
