import type { Answer } from './wire.ts';

/**
 * Why a request failed: the contract's `reason`, the server's `error` if it gave one, and the `limit`, in characters, if
 * the client did not send the request because of it.
 */
export type Refusal = { reason: string; error?: string; limit?: number };

/** A failed request. Its `message` contains the reason. */
export class ChatError extends Error {
  readonly refusal: Refusal;

  constructor(refusal: Refusal) {
    super(refusal.error === undefined ? refusal.reason : `${refusal.reason}: ${refusal.error}`);
    this.name = 'ChatError';
    this.refusal = refusal;
  }
}

/** The connection was lost before the reply came. */
export const lost: Refusal = { reason: 'ConnectionLost' };
/** The server closed the connection because the request was too large. */
export const tooLarge: Refusal = { reason: 'TooLarge' };

/** The refusal in a reply. */
export function refusalOf(answer: Answer): Refusal {
  if (!('reason' in answer)) return { reason: 'UnknownAnswer' };
  return 'error' in answer ? { reason: answer.reason, error: answer.error } : { reason: answer.reason };
}
