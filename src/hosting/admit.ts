/** A program's own say on who is let in. */
import type { IncomingMessage } from 'node:http';

/** What a program says of a connection that it lets in. */
export type Admitted = {
  /** The only nickname that the connection may register. */
  nickname?: string;
  /** It is a moderator: above bans and mutes, except those of the host. */
  role?: 'moderator';
};

/**
 * Called with the request of a WebSocket's handshake, and with the peer's address as `trustProxy` makes it. Throws or
 * rejects with an `AdmissionError` to refuse.
 */
export type Admit = (
  request: IncomingMessage,
  address: string | undefined,
) => Admitted | undefined | void | Promise<Admitted | undefined> | Promise<void>;

/** Refuses a connection with an HTTP status from 400 to 599 and a short text. */
export class AdmissionError extends Error {
  readonly status: number;

  constructor(status: number, text: string) {
    if (!Number.isInteger(status) || status < 400 || status > 599)
      throw new RangeError(`the status of a refusal is from 400 to 599, not ${status}`);
    super(text);
    this.name = 'AdmissionError';
    this.status = status;
  }
}

/**
 * Asks the program. Rejects with what it says against the connection, or with an AdmissionError if it takes too long. A
 * socket that ends meanwhile is destroyed.
 */
export async function consult(
  admit: Admit,
  request: IncomingMessage,
  address: string | undefined,
  withinMs: number,
): Promise<Admitted> {
  let late: NodeJS.Timeout | undefined;
  const deadline = new Promise<never>((_, reject) => {
    late = setTimeout(() => reject(new AdmissionError(503, 'It took too long to decide.')), withinMs);
  });
  // Nobody reads the socket meanwhile, but Node notices when it ends.
  const letGo = () => request.socket.destroy();
  request.socket.once('end', letGo);
  try {
    return (await Promise.race([admit(request, address), deadline])) ?? {};
  } finally {
    clearTimeout(late);
    request.socket.off('end', letGo);
  }
}
