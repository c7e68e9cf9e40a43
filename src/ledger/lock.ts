/**
 * One server per data file (P-DB-3). Every process that wants the lock listens on a socket file of its own beside the
 * data file, and only then looks for the others' and asks each of them. Of two processes, the one that was later to
 * listen therefore finds the other. Of several that look at once, the one with the first name goes on, and the rest
 * give way. A process that ends stops listening, however it ends; its file, if it is left, answers nobody and is
 * removed. Its name is never used again, so no live socket can be removed with it.
 */
import { randomBytes } from 'node:crypto';
import type { BigIntStats } from 'node:fs';
import { lstat, readdir, realpath, rename, rm } from 'node:fs/promises';
import { connect, createServer, type Server } from 'node:net';
import { dirname, join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { isEntitled, isTrusted } from './checks.ts';
import { pipeOf, withShortPath } from './socket-path.ts';
import { userOf } from './user.ts';

export type Lock = { release: () => Promise<void> };

/** Another process owns the lock. `pid` is `undefined` if the owner does not answer. */
export class LockedError extends Error {
  readonly pid: number | undefined;

  /** `owner`: who that is, in words. */
  constructor(pid: number | undefined, owner: string) {
    super(`held by ${owner}`);
    this.name = 'LockedError';
    this.pid = pid;
  }
}

/** How long an owner may take to answer, and how long its answer may be. */
const answerMs = 1000;
const answerBytes = 16;
const againMs = 10;

/** Locks an open file, given by one of its paths and its status. Rejects with a LockedError. */
export async function lockFile(path: string, file: BigIntStats, platform = process.platform): Promise<Lock> {
  return lockIn(dirname(await realpath(path)), file, platform);
}

/** The same with the folder in which the socket file is to be. What is locked may also be that folder. */
export async function lockIn(folder: string, file: BigIntStats, platform = process.platform): Promise<Lock> {
  if (platform === 'win32') return lockPipe(pipeOf(file));
  const competeUntilDecided = async (short: string) => {
    for (;;) {
      const lock = await compete({ folder, short, file });
      if (lock !== undefined) return lock;
    }
  };
  return withShortPath(folder, competeUntilDecided, platform);
}

type Place = { folder: string; short: string; file: BigIntStats };

/** Resolves to `undefined` if this process gave way to another, which then did not take the lock. */
async function compete({ folder, short, file }: Place): Promise<Lock | undefined> {
  const prefix = `.chat-${file.ino}-`;
  const own = `${prefix}${randomBytes(8).toString('hex')}`;
  const candidate = new Candidate();
  const release = async () => {
    candidate.close();
    await rm(join(folder, own), { force: true });
  };
  try {
    const unready = `${own}.new`;
    await candidate.listen(join(short, unready));
    await rename(join(folder, unready), join(folder, own));
    for (const rival of await readdir(folder)) {
      if (!rival.startsWith(prefix) || rival === own || rival.endsWith('.new')) continue;
      const socket = await lstat(join(folder, rival), { bigint: true }).catch(() => undefined);
      if (socket?.isSocket() !== true || !isTrusted(socket.uid, file)) continue;
      const owner = await ask(join(short, rival), () => {
        if (rival < own) candidate.close();
      });
      if (owner !== 'nobody') throw await lockedBy(owner, rival, socket.uid, file);
      await rm(join(folder, rival)).catch(() => {});
    }
  } catch (error) {
    await release();
    throw error;
  }
  if (candidate.win()) return { release };
  await release();
  return undefined;
}

/**
 * Names the owner of a lock, with its user if that is another one. If it counts only because others may write the file, it
 * may be anybody, so this says how to get rid of it.
 */
async function lockedBy(owner: Owner, socket: string, uid: bigint, file: BigIntStats): Promise<LockedError> {
  const pid = typeof owner === 'number' ? owner : undefined;
  const isSame = uid === BigInt(process.geteuid?.() ?? 0);
  if (isSame && owner !== 'hidden') return new LockedError(pid, processOf(pid));
  const user = await userOf(uid);
  const remedy = '; if that is no server of yours, chmod go-w the file to shut it out';
  const held =
    owner === 'hidden'
      ? `${user}, unless that has ended; then remove ${socket}`
      : `${processOf(pid)} of ${user}`;
  return new LockedError(pid, isEntitled(uid, file) ? held : held + remedy);
}

const processOf = (pid: number | undefined) => (pid === undefined ? 'another process' : `process ${pid}`);

/** Windows gives the name of a pipe to one process at a time, and takes it back when that ends. */
async function lockPipe(name: string): Promise<Lock> {
  const candidate = new Candidate();
  try {
    await candidate.listen(name);
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code !== 'EADDRINUSE') throw error;
    const owner = await ask(name);
    const pid = typeof owner === 'number' ? owner : undefined;
    throw new LockedError(pid, processOf(pid));
  }
  candidate.win();
  return { release: async () => candidate.close() };
}

/** Tells whoever connects the pid of this process, once it owns the lock. */
class Candidate {
  readonly #server: Server;
  #isListening = true;
  #decide: (isOwner: boolean) => void = () => {};

  constructor() {
    const decision = new Promise<boolean>((resolve) => {
      this.#decide = resolve;
    });
    this.#server = createServer((socket) => {
      socket.on('error', () => {});
      void decision.then((isOwner) => {
        if (isOwner) socket.write(`${process.pid}\n`);
        socket.destroySoon();
      });
    });
  }

  listen(name: string): Promise<void> {
    return new Promise((resolve, reject) => {
      this.#server
        .once('error', reject)
        .listen(name, () => resolve())
        .unref();
    });
  }

  /** Returns false if it has been closed. */
  win(): boolean {
    this.#decide(this.#isListening);
    return this.#isListening;
  }

  close(): void {
    this.#isListening = false;
    this.#server.close();
    this.#decide(false);
  }
}

type Owner = number | undefined | 'hidden';

/**
 * Resolves to the owner's pid, to `undefined` if the owner does not answer, to `nobody` if nobody listens, and to
 * `hidden` if this process may not ask. An owner that has run out of file descriptors closes the connection at once;
 * that is no answer.
 */
async function ask(name: string, onConnect = () => {}): Promise<Owner | 'nobody'> {
  for (const end = performance.now() + answerMs; performance.now() < end; await sleep(againMs)) {
    const { code, answer } = await answerOf(name, end - performance.now(), onConnect);
    if (code === 'ECONNREFUSED' || code === 'ENOENT') return 'nobody';
    if (code === 'EACCES') return 'hidden';
    if (answer !== '') return Number(/^(\d{1,15})\n$/.exec(answer)?.[1]) || undefined;
  }
  return undefined;
}

/** What the listener at this name says within the limit, or why it cannot be asked. */
function answerOf(
  name: string,
  limitMs: number,
  onConnect: () => void,
): Promise<{ answer: string; code?: string | undefined }> {
  return new Promise((resolve) => {
    let answer = '';
    const socket = connect(name, onConnect).setEncoding('latin1');
    const late = setTimeout(() => socket.destroy(), limitMs);
    socket
      .on('data', (text) => {
        answer += text;
        if (answer.length > answerBytes) socket.destroy();
      })
      .on('error', ({ code }: NodeJS.ErrnoException) => resolve({ answer, code }))
      .on('close', () => {
        clearTimeout(late);
        resolve({ answer });
      });
  });
}
