import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { readdir, stat, writeFile } from 'node:fs/promises';
import { createServer, type Socket } from 'node:net';
import { join } from 'node:path';
import { onTestFinished } from 'vitest';
import { type Lock, lockFile } from '../../src/ledger/lock.ts';
import { builtLedger } from './disk.ts';
import { newFolder } from './server.ts';

/** A process that does something with a lock until it is killed. */
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

/** Starts a process with an ECMAScript module and waits until that has said a line. Killed after the test. */
export async function newOwner(module: string, uid?: number): Promise<LockOwner> {
  const child = spawn(
    process.execPath,
    ['--input-type=module', '-e', `${module}\nprocess.stdin.resume();\nconsole.log('holds');`],
    { cwd: '/', stdio: ['pipe', 'pipe', 'inherit'], ...(uid === undefined ? {} : { uid, gid: uid }) },
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

/** Starts a process that has opened a data file, and so owns its lock. */
export function newLockOwner(path: string): Promise<LockOwner> {
  return newOwner(`
    import { JsonArrayFile } from '${builtLedger}json-array-file.js';
    const file = await JsonArrayFile.open(${JSON.stringify(path)});
    await file.read();`);
}

/** Makes a new file in a folder of its own. */
export async function newLockable() {
  const folder = await newFolder();
  const path = join(folder, 'data.json');
  await writeFile(path, '[]');
  return { path, folder };
}

/** Locks a file as its owner does. */
export async function lock(path: string, platform?: NodeJS.Platform): Promise<Lock> {
  return lockFile(path, await stat(path, { bigint: true }), platform);
}

/** Locks a file until the end of the test. */
export async function newLock(path: string, platform?: NodeJS.Platform): Promise<Lock> {
  const own = await lock(path, platform);
  onTestFinished(() => own.release());
  return own;
}

/** The names of all sockets beside a data file. */
export async function socketsIn(folder: string): Promise<string[]> {
  return (await readdir(folder)).filter((name) => name.startsWith('.chat-'));
}

/** The path of a socket file of another owner of a data file. */
export async function rivalOf(path: string, name = '0123456789abcdef'): Promise<string> {
  return join(path, '..', `.chat-${(await stat(path)).ino}-${name}`);
}

/** Owns the lock of a data file, and treats whoever asks for the owner in its own way. */
export async function newStrangeOwner(path: string, onAsk: (asker: Socket) => void): Promise<void> {
  const server = createServer((asker) => onAsk(asker.on('error', () => {})));
  const name = await rivalOf(path);
  await new Promise<void>((resolve) => server.listen(name, resolve));
  onTestFinished(() => void server.close());
}
