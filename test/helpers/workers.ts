import { readFileSync } from 'node:fs';
import { newProcess, type ServerProcess, type SpawnOptions } from './process.ts';
import { newPrefix, type RedisServer } from './redis.ts';

/** Starts the executable with two workers on this Redis, in a room of their own. */
export function newWorkers(
  redis: RedisServer,
  args: readonly string[] = [],
  options: SpawnOptions = {},
): ServerProcess {
  const ledger = ['--ledger', redis.url, '--ledger-prefix', newPrefix()];
  const usual = ['--workers', '2', '--port', '0', '--log', 'json', '--ping-interval', '3600'];
  return newProcess([...usual, ...ledger, ...args], options);
}

/** Resolves to the processes of the workers, by their numbers. */
export async function pidsOf(server: ServerProcess): Promise<Map<number, number>> {
  const [line = ''] = await server.linesWith('workers: ');
  const pids = new Map(
    [...line.matchAll(/(\d+) \(process (\d+)\)/g)].map(([, number, pid]) => [Number(number), Number(pid)]),
  );
  for (const line of server.lines) {
    const [, number, pid] = /worker (\d+) is process (\d+) now/.exec(line) ?? [];
    if (number !== undefined) pids.set(Number(number), Number(pid));
  }
  return pids;
}

/** The processes that the server has started. */
export function childrenOf({ child: { pid } }: ServerProcess): number[] {
  return readFileSync(`/proc/${pid}/task/${pid}/children`, 'utf8')
    .trim()
    .split(' ')
    .filter(Boolean)
    .map(Number);
}

export function isRunning(pid: number | undefined): boolean {
  try {
    process.kill(pid ?? 0, 0);
    return true;
  } catch {
    return false;
  }
}

type Line = Record<string, unknown>;

/** The lines of the log that say this, parsed. */
export const entriesOf = (server: ServerProcess, kind: string): Line[] =>
  server.lines.map((line): Line => JSON.parse(line)).filter((line) => line['kind'] === kind);
