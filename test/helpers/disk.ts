import { execFile } from 'node:child_process';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';
import { onTestFinished } from 'vitest';
import { newFolder } from './server.ts';

const run = promisify(execFile);

/** The built modules of the ledger, for processes of their own: `npm test` builds them first. */
export const builtLedger = fileURLToPath(new URL('../../dist/ledger/', import.meta.url));

/** A folder on a disk of so many KiB, unmounted after the test; `undefined` where mounting is not allowed. */
export async function newSmallDisk(kibibytes: number): Promise<string | undefined> {
  const folder = await newFolder();
  try {
    await run('mount', ['-t', 'tmpfs', '-o', `size=${kibibytes}k`, 'chatbox-test', folder]);
  } catch {
    return undefined;
  }
  // Runs before newFolder removes the folder: what is registered last runs first. Lazily, if a test left a file open.
  onTestFinished(async () => {
    await run('umount', ['-l', folder]);
  });
  return folder;
}

/**
 * What an ECMAScript module prints that runs in a process whose files cannot grow beyond so many blocks of 512 bytes:
 * a disk that refuses, where none can be mounted. `$0` in the module stands for the folder of the built ledger.
 */
export async function runLimited(blocks: number, module: string, ...args: string[]): Promise<string> {
  const prelude = "process.on('SIGXFSZ', () => {});\n";
  const script = prelude + module.replaceAll('$0', builtLedger);
  const command = `ulimit -f ${blocks}; exec "$0" --input-type=module -e "$@"`;
  const { stdout } = await run('sh', ['-c', command, process.execPath, script, ...args]);
  return stdout;
}
