import { randomBytes, timingSafeEqual } from 'node:crypto';
import type { Change, Claim, Entry } from './ledger.ts';
import { jsonOf } from './message.ts';

/** `former`: the secret with which the client came back. It is valid until the client has the new one. */
type Holding = { by: string; nickname: string; key: string; secret?: string; former?: string };

/** Knows which connection holds which nickname, and so decides what each change comes to. */
export class Holdings {
  readonly #byKey = new Map<string, Holding>();
  /** `undefined`: another connection has taken the holding over, and this one has not left yet. */
  readonly #byConnection = new Map<string, Holding | undefined>();

  /** Decides the next change and takes its effect. Returns no entry for a `confirm`. */
  decide(change: Change, timestamp: string): Entry | undefined {
    const { by } = change;
    const held = this.#byConnection.get(by);
    switch (change.type) {
      case 'claim':
        return this.#claim(change, held, timestamp);
      case 'post': {
        if (held === undefined) return { type: 'absent', by, timestamp };
        const message = { name: held.nickname, content: change.content, timestamp };
        return { type: 'posted', by, timestamp, message, json: Buffer.from(jsonOf(message)) };
      }
      case 'entrust':
      case 'leave':
        this.#byConnection.delete(by);
        if (held === undefined) return { type: 'absent', by, timestamp };
        this.#byKey.delete(held.key);
        return { type: 'left', by, timestamp, nickname: held.nickname };
      case 'confirm':
        delete held?.former;
        return undefined;
    }
  }

  /** The connection that holds a nickname with this key, and the nickname. */
  find(key: string): { by: string; nickname: string } | undefined {
    return this.#byKey.get(key);
  }

  /** P-NAME-2 to P-NAME-5, P-RES-1, P-RES-2. */
  #claim(change: Claim, held: Holding | undefined, timestamp: string): Entry {
    const { by, nickname, key, resume } = change;
    if (held === undefined && this.#byConnection.has(by)) return { type: 'absent', by, timestamp };
    const there = this.#byKey.get(key);
    if (held === undefined && there?.nickname === nickname && isSecretOf(there, resume)) {
      const { by: from } = there;
      const secret = newSecret();
      this.#byConnection.set(from, undefined);
      this.#hold({ by, nickname, key, secret, former: resume });
      return { type: 'resumed', by, timestamp, nickname, secret, from };
    }
    if ((there !== undefined && there !== held) || held?.nickname === nickname)
      return { type: 'taken', by, change, timestamp };
    const secret = resume === undefined ? undefined : (held?.secret ?? newSecret());
    const told = secret === undefined ? {} : { secret };
    if (held !== undefined) this.#byKey.delete(held.key);
    this.#hold({ ...held, by, nickname, key, ...told });
    return held === undefined
      ? { type: 'registered', by, timestamp, nickname, ...told }
      : { type: 'changed', by, timestamp, oldname: held.nickname, nickname, ...told };
  }

  #hold(holding: Holding): void {
    this.#byKey.set(holding.key, holding);
    this.#byConnection.set(holding.by, holding);
  }
}

/** 128 random bits (P-RES-1). */
export const newSecret = () => randomBytes(16).toString('base64url');

/** Whether the offered secret is right. Takes the same time for every wrong secret of the right length. */
function isSecretOf({ secret, former }: Holding, offered: true | string | undefined): offered is string {
  if (typeof offered !== 'string') return false;
  const bytes = Buffer.from(offered);
  return [secret, former].some((right = '') => {
    const expected = Buffer.from(right);
    return right !== '' && expected.length === bytes.length && timingSafeEqual(expected, bytes);
  });
}
