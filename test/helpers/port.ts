import { once } from 'node:events';
import { type AddressInfo, createServer } from 'node:net';

/** A port that nothing listens on. */
export const newPort = () => freePort(0);

/**
 * A port that nothing listens on, nor will while a server is ended and started again on it: it is below those that the
 * system gives to outgoing connections and to whoever asks for any port.
 */
export async function newLastingPort(): Promise<number> {
  for (;;) {
    const port = 10_000 + Math.floor(Math.random() * 20_000);
    const free = await freePort(port).catch((error: NodeJS.ErrnoException) => {
      if (error.code !== 'EADDRINUSE') throw error;
    });
    if (free !== undefined) return free;
  }
}

/** Resolves to the port if nothing listens on it, and to any such one for 0. */
async function freePort(wanted: number): Promise<number> {
  const server = createServer().listen(wanted, '127.0.0.1');
  await once(server, 'listening');
  const { port } = server.address() as AddressInfo;
  server.close();
  await once(server, 'close');
  return port;
}
