import type { Answer } from './wire.ts';

/** Why a request came to nothing: the contract's `reason`, and `error` where the server gave one. */
export type Refusal = { reason: string; error?: string };

/** A request that came to nothing. Its `message` is the reason. */
export class ChatError extends Error {
  readonly refusal: Refusal;

  constructor(refusal: Refusal) {
    super(refusal.error === undefined ? refusal.reason : `${refusal.reason}: ${refusal.error}`);
    this.name = 'ChatError';
    this.refusal = refusal;
  }
}

/** The connection was lost before the answer came. */
export const lost: Refusal = { reason: 'ConnectionLost' };
/** The server closed the connection because the request was too large. */
export const tooLarge: Refusal = { reason: 'TooLarge' };

/** The reason in the server's answer. */
export function refusalOf(answer: Answer): Refusal {
  if (!('reason' in answer)) return { reason: 'UnknownAnswer' };
  return 'error' in answer ? { reason: answer.reason, error: answer.error } : { reason: answer.reason };
}
