import { type FileHandle, open, rm } from 'node:fs/promises';
import { createRequire, syncBuiltinESMExports } from 'node:module';
import { join } from 'node:path';
import { newFolder } from './server.ts';

/** A function of Node's; the numbers are those of `write`. */
type Step = (...args: (number | undefined)[]) => Promise<unknown>;

const fs: Record<string, Step> = createRequire(import.meta.url)('node:fs/promises');

/** The prototype of all file handles. */
async function handles(): Promise<Record<string, Step>> {
  const path = join(await newFolder(), 'file');
  const handle = await open(path, 'w');
  await handle.close();
  await rm(path);
  return Object.getPrototypeOf(handle);
}

/** The names of what changes the disk. `open` is among them for the sake of files that it creates. */
const steps = ['open', 'rename', 'rm', 'mkdir'];
const handleSteps = ['write', 'writeFile', 'truncate'];

/**
 * Runs a task until it has changed the disk so many times. From then on, as after a crash, every change fails, and nothing
 * is changed any more; of a write at that moment, half is done. Resolves to whether it came to that. If it did not, it rejects
 * as the task does.
 */
export async function crashAfter(count: number, task: () => Promise<unknown>): Promise<boolean> {
  const prototype = await handles();
  let left = count;
  const originals: (() => void)[] = [];
  const replace = (
    owner: Record<string, Step>,
    name: string,
    halve?: (step: Step, args: (number | undefined)[]) => Promise<unknown>,
  ) => {
    const original = owner[name] as Step;
    originals.push(() => {
      owner[name] = original;
    });
    owner[name] = async function step(this: FileHandle, ...args: (number | undefined)[]) {
      if (name === 'open' && !/w/.test(String(args[1]))) return original.apply(this, args);
      if (left-- > 0) return original.apply(this, args);
      if (left === -1) await halve?.(original.bind(this), args);
      throw new Error('crashed');
    };
  };
  for (const name of steps) replace(fs, name);
  for (const name of handleSteps)
    replace(prototype, name, async (step, [bytes, offset = 0, length = 0, position]) => {
      if (name === 'write') await step(bytes, offset, Math.floor(length / 2), position);
    });
  syncBuiltinESMExports();
  try {
    await task();
  } catch (error) {
    if (left >= 0) throw error;
  } finally {
    for (const restore of originals) restore();
    syncBuiltinESMExports();
  }
  return left < 0;
}
