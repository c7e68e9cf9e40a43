import { setTimeout as delay } from 'node:timers/promises';
import { type ClientOptions, WebSocket } from 'ws';
import { Fault } from './fault.ts';
import { texts } from './likely.ts';
import type { Run } from './run.ts';

/**
 * Opens a WebSocket, again later if the server asks for that (`Retry-After`). `use` is given each one before it is open.
 * Rejects with a Fault: what has answered before does so again.
 */
export async function dial<User>(
  run: Run,
  options: ClientOptions,
  use: (socket: WebSocket) => User,
): Promise<User> {
  const usual = { handshakeTimeout: run.timeoutMs, perMessageDeflate: false };
  for (const endMs = performance.now() + run.lateMs; ; ) {
    const socket = new WebSocket(run.url, { ...usual, ...options });
    const user = use(socket);
    const refusal = await refusalOf(socket);
    if (refusal === undefined) return user;
    const { message, againMs = Number.POSITIVE_INFINITY } = refusal;
    if (performance.now() + againMs > endMs)
      throw new Fault({
        ...{ expected: 'an open connection', received: message, signature: 'cannot connect' },
        likely: run.hasAnswered ? texts.crashed : undefined,
      });
    run.isDelayed = true;
    await delay(againMs);
  }
}

/** `againMs`: after how many milliseconds the server wants to be asked again. */
type Refusal = { message: string; againMs?: number };

/** Resolves to `undefined` once the WebSocket is open. */
function refusalOf(socket: WebSocket): Promise<Refusal | undefined> {
  return new Promise((resolve) => {
    socket.once('open', () => resolve(undefined));
    socket.on('error', ({ message }) => resolve({ message }));
    socket.once('unexpected-response', (request, { statusCode, headers: { 'retry-after': seconds } }) => {
      const message = `Unexpected server response: ${statusCode}`;
      resolve({ message, ...(/^\d+$/.test(`${seconds}`) && { againMs: Number(seconds) * 1000 }) });
      request.destroy();
    });
  });
}
