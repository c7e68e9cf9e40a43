import { execFile } from 'node:child_process';
import { appendFileSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';
import { expect, onTestFinished } from 'vitest';
import { newFolder } from './server.ts';

const run = promisify(execFile);

/** The built modules of the ledger, for other processes. `npm test` builds them first. */
export const builtLedger = fileURLToPath(new URL('../../dist/ledger/', import.meta.url));

/** Mounts a disk of this size. Resolves to its folder, or to `undefined` if mounting is not allowed. */
export async function newSmallDisk(kibibytes: number): Promise<string | undefined> {
  const folder = await newFolder();
  try {
    await run('mount', ['-t', 'tmpfs', '-o', `size=${kibibytes}k`, 'chatbox-test', folder]);
  } catch {
    return undefined;
  }
  // Runs before newFolder removes the folder, since the last hook runs first. `-l` allows for files left open.
  onTestFinished(async () => {
    await run('umount', ['-l', folder]);
  });
  return folder;
}

/** Takes all that a disk has left; returns what gives it back. */
export function fill(disk: string): () => void {
  const ballast = join(disk, 'ballast');
  expect(() => {
    for (;;) appendFileSync(ballast, Buffer.alloc(1024));
  }).toThrow('ENOSPC');
  return () => rmSync(ballast);
}

/**
 * Runs an ECMAScript module in a process whose files cannot grow beyond so many blocks of 512 bytes: a full disk
 * without mounting one. Resolves to its output. `$0` in the module stands for the folder of the built ledger.
 */
export async function runLimited(blocks: number, module: string, ...args: string[]): Promise<string> {
  const prelude = "process.on('SIGXFSZ', () => {});\n";
  const script = prelude + module.replaceAll('$0', builtLedger);
  const command = `ulimit -f ${blocks}; exec "$0" --input-type=module -e "$@"`;
  const { stdout } = await run('sh', ['-c', command, process.execPath, script, ...args]);
  return stdout;
}
