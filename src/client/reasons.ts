/**
 * Why a guard of the client's machine says what it says. It is for the page that has the client, so the page's own nicknames
 * may be in it.
 */
import { type ClientEvent, type Context, isOwnClaim } from './machine.ts';
import { mostBlocks } from './timing.ts';

/** What a guard has looked at. A page puts it into words. */
export type ClientFact =
  /** The nickname that the client holds, or held when it lost the connection. */
  | { kind: 'held'; is: string | undefined }
  /** The nickname that the user has requested. */
  | { kind: 'wanted'; is: string | undefined }
  /** Why the server has refused. */
  | { kind: 'reason'; is: string }
  /** Whether an earlier connection of this client may hold the nickname. */
  | { kind: 'ghost'; is: boolean }
  /** How many claims were refused because of that, and how many may be. */
  | { kind: 'blocks'; is: number; most: number };

type At = { context: Context; event: ClientEvent };

/** The facts behind a guard's verdict; none if the machine has no such guard. */
export const factsOf = (guard: string, at: At): ClientFact[] => reasons[guard]?.(at) ?? [];

const reasons: Record<string, (at: At) => ClientFact[]> = {
  hasNickname: ({ context }) => [{ kind: 'held', is: context.nickname }],
  isWanted: ({ context }) => [{ kind: 'wanted', is: context.wanted }],
  isGhost: ({ context, event }) => {
    if (event.type !== 'refused') return [];
    const most = mostBlocks(context, context.lostClaim !== undefined);
    return [
      { kind: 'reason', is: event.refusal.reason },
      { kind: 'ghost', is: isOwnClaim(context) },
      { kind: 'blocks', is: context.blocks, most },
    ];
  },
};
