/**
 * Keeps a server up when the process runs out of file descriptors. libuv then takes what connects and closes it without
 * telling anybody; so connections are limited before it comes to that.
 */
import { readdirSync, readFileSync } from 'node:fs';
import type { Server } from 'node:net';
import type { Log } from '../actors/log.ts';
import { inWords } from '../system-error.ts';
import { Seldom } from './seldom.ts';

/** Descriptors that connections leave to files, other servers and peers of lessons; of few, a quarter. */
const reserved = 128;

/**
 * Limits the connections of a listening server, by default to what the process has left, and logs when that is too few.
 * Returns the limit, or `undefined` if there is none.
 */
export function limitConnections(server: Server, log: Log, most = leftForConnections()): number | undefined {
  if (most !== undefined) server.maxConnections = most;
  const saying = new Seldom(() => performance.now());
  const say = (text: string) => {
    if (saying.isDue()) log({ kind: 'warning', text });
  };
  server.on('drop', () => say(noRoom(most)));
  server.on('error', (error) => say(`a connection could not be accepted: ${inWords(error)}`));
  return most;
}

export const noRoom = (most: number | undefined) =>
  `no room for more than ${most} connections, since file descriptors would run out`;

/** How many descriptors there are for connections, or `undefined` where the system does not say. */
export function leftForConnections(): number | undefined {
  try {
    const [, limit] = /^Max open files\s+(\d+)/m.exec(readFileSync('/proc/self/limits', 'latin1')) ?? [];
    if (limit === undefined) return undefined;
    const left = Number(limit) - readdirSync('/proc/self/fd').length;
    return Math.max(1, Math.floor(left - Math.min(reserved, left / 4)));
  } catch {
    return undefined;
  }
}
