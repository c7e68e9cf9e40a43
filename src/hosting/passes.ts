import type { Admitted } from './admit.ts';
import type { Keys } from './keys.ts';
import { type AdmissionRefusal, refusals } from './refusals.ts';
import type { Tokens } from './tokens.ts';

/** What there is to say of a guest, once a program has had its say as well. */
export const guestOf = ({ nickname, role }: Admitted, { moderator }: Pass, keys: Keys) => ({
  nickname,
  moderator: () => {
    if (moderator !== undefined && keys.isModerator(moderator)) return moderator;
    return role === 'moderator' ? (nickname ?? '') : undefined;
  },
});

/** What a handshake has shown. `moderator`: the name of the moderator whose token it has. */
export type Pass = { readonly moderator: string | undefined };

/**
 * What a token is good for: an access token lets in, and a moderator's token lets in a moderator. Without access tokens,
 * everybody may come, with any token or none. `sender`: the key of the sender's address.
 */
export function passWith(
  token: string,
  sender: string,
  { tokens, keys }: { tokens: Tokens | undefined; keys: Keys },
): Pass | AdmissionRefusal {
  if (tokens?.ownerOf(token) === true) return { moderator: undefined };
  const verdict = keys.atChat(token, sender);
  if (verdict.actor !== undefined) return { moderator: verdict.actor.name };
  if (tokens === undefined) return { moderator: undefined };
  return verdict.waitMs > 0 ? refusals.guesses(verdict.waitMs) : refusals.token();
}
