import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { rm, stat, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { onTestFinished } from 'vitest';
import { type Lock, lockFile } from '../../src/ledger/lock.ts';
import { builtLedger } from './disk.ts';
import { newFolder } from './server.ts';

/** What another process is to lock: a data file, or a file by its identity in the way of a platform. */
export type Owned = { path: string } | { file: { dev: bigint; ino: bigint }; platform: NodeJS.Platform };

/** A process that owns a lock until it is killed. */
export class LockOwner {
  readonly #child: ChildProcess;

  constructor(child: ChildProcess) {
    this.#child = child;
  }

  get pid(): number | undefined {
    return this.#child.pid;
  }

  /** Suspends the process, which keeps its lock. */
  stop(): void {
    this.#child.kill('SIGSTOP');
  }

  /** Kills the process with SIGKILL and waits for its end. */
  async kill(): Promise<void> {
    if (this.#child.exitCode !== null || this.#child.signalCode !== null) return;
    const closed = once(this.#child, 'close');
    this.#child.kill('SIGKILL');
    await closed;
  }
}

/** Starts a process and waits until it owns the lock. Killed after the test. */
export async function newLockOwner(owned: Owned): Promise<LockOwner> {
  const module =
    'path' in owned
      ? `import { JsonArrayFile } from '${builtLedger}json-array-file.js';
         const file = await JsonArrayFile.open(${JSON.stringify(owned.path)}, () => {});
         await file.read();`
      : `import { lockFile } from '${builtLedger}lock.js';
         const file = { dev: ${owned.file.dev}n, ino: ${owned.file.ino}n };
         await lockFile(file, '${owned.platform}');`;
  const child = spawn(
    process.execPath,
    ['--input-type=module', '-e', `${module}\nprocess.stdin.resume();\nconsole.log('holds');`],
    { stdio: ['pipe', 'pipe', 'inherit'] },
  );
  const owner = new LockOwner(child);
  onTestFinished(() => owner.kill());
  const ended = once(child, 'close').then(() =>
    Promise.reject(new Error('the owner could not take the lock')),
  );
  await Promise.race([once(child.stdout, 'data'), ended]);
  ended.catch(() => {});
  return owner;
}

/** Makes a new file. Resolves to its path, its identity, and the path of its lock where locks are files. */
export async function newLockable() {
  const path = join(await newFolder(), 'data.json');
  await writeFile(path, '[]');
  const { dev, ino } = await stat(path, { bigint: true });
  const socket = join(tmpdir(), `classic-chatbox-server-${dev}-${ino}.sock`);
  onTestFinished(() => rm(socket, { force: true }));
  return { path, file: { dev, ino }, socket };
}

/** Locks a file until the end of the test. */
export async function newLock(file: { dev: bigint; ino: bigint }, platform?: NodeJS.Platform): Promise<Lock> {
  const lock = await lockFile(file, platform);
  onTestFinished(() => lock.release());
  return lock;
}
