/**
 * The socket file beside the data file, over which whoever may write the data may moderate: its mode is 0600, so it
 * asks for no token.
 */
import { realpath, rename, rm, stat } from 'node:fs/promises';
import type { RequestListener } from 'node:http';
import type { Server } from 'node:net';
import { basename, dirname, join } from 'node:path';
import type { Log } from '../actors/log.ts';
import { limitConnections } from '../hosting/descriptors.ts';
import { createHttpServer } from '../hosting/http.ts';
import { pipeOf, withShortPath } from '../ledger/socket-path.ts';
import { inWords } from '../system-error.ts';

const requestSeconds = 10;
const maxConnections = 64;

/** Where the socket of a data file is: a folder, and the name in it; or a named pipe on Windows. */
type Place = { folder: string; name: string } | { pipe: string };

async function placeOf(dataFile: string): Promise<Place> {
  const path = await realpath(dataFile);
  if (process.platform !== 'win32') return { folder: dirname(path), name: `${basename(path)}.admin` };
  return { pipe: pipeOf(await stat(path, { bigint: true }), '-admin') };
}

/** Calls a function with the path at which the server of a data file can be reached. Rejects if there is no such file. */
export async function withAdminPath<Result>(
  dataFile: string,
  use: (path: string) => Promise<Result>,
): Promise<Result> {
  const place = await placeOf(dataFile);
  if ('pipe' in place) return use(place.pipe);
  return withShortPath(place.folder, (short) => use(join(short, place.name)));
}

/**
 * Takes acts on the socket file of a data file whose lock this process has. Resolves to the function that ends it. If it
 * cannot be made, that is a warning in the log.
 */
export async function openAdminSocket(
  dataFile: string,
  onRequest: RequestListener,
  log: Log,
): Promise<() => Promise<void>> {
  const server = createHttpServer(requestSeconds, onRequest);
  try {
    const place = await placeOf(dataFile);
    await ('pipe' in place ? listen(server, place.pipe) : listenIn(place.folder, place.name, server));
    limitConnections(server, log, maxConnections);
    return async () => {
      server.close();
      server.closeAllConnections();
      if ('folder' in place) await rm(join(place.folder, place.name), { force: true });
    };
  } catch (error) {
    server.close();
    log({ kind: 'warning', text: `the command admin cannot reach this server: ${inWords(error)}` });
    return async () => {};
  }
}

/** What a process that was killed has left behind is replaced. */
async function listenIn(folder: string, name: string, server: Server): Promise<void> {
  const unready = `${name}.new`;
  await rm(join(folder, unready), { force: true });
  try {
    await withShortPath(folder, (short) => listen(server, join(short, unready)));
    await rename(join(folder, unready), join(folder, name));
  } catch (error) {
    await rm(join(folder, unready), { force: true });
    throw error;
  }
}

/** Listens on a socket file that only its owner can use from the moment when it is there. */
function listen(server: Server, path: string): Promise<void> {
  return new Promise((resolve, reject) => {
    server.once('error', reject);
    const mask = process.umask(0o177);
    try {
      // The file is made within this call.
      server.listen(path, () => {
        server.off('error', reject);
        resolve();
      });
    } finally {
      process.umask(mask);
    }
  });
}
