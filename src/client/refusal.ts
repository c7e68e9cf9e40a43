import type { Answer } from './wire.ts';

/** Why a request came to nothing: the contract's `reason`, and `error` where the server gave one. */
export type Refusal = { reason: string; error?: string };

/** A request that came to nothing; `message` is the reason. */
export class ChatError extends Error {
  readonly refusal: Refusal;

  constructor(refusal: Refusal) {
    super(refusal.error === undefined ? refusal.reason : `${refusal.reason}: ${refusal.error}`);
    this.name = 'ChatError';
    this.refusal = refusal;
  }
}

/** The connection was lost before there was an answer. */
export const lost: Refusal = { reason: 'ConnectionLost' };
/** The server closed the connection because what it was sent was too large. */
export const tooLarge: Refusal = { reason: 'TooLarge' };

/** What the server's answer says of it. */
export function refusalOf(answer: Answer): Refusal {
  if (!('reason' in answer)) return { reason: 'UnknownAnswer' };
  return 'error' in answer ? { reason: answer.reason, error: answer.error } : { reason: answer.reason };
}
