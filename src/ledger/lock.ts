/**
 * One server per data file (P-DB-3). The lock is a name that the kernel gives to one listener at a time and releases
 * when the process ends, however it ends. So no lock survives a SIGKILL, and the age of a lock file does not matter.
 * The name is made of the file's identity, so every link and every mount of the file leads to the same lock, within one
 * machine or, on Linux, one network namespace. A program that connects to the name is told the owner's pid.
 */
import { unlink } from 'node:fs/promises';
import { connect, createServer, type Server } from 'node:net';
import { tmpdir } from 'node:os';
import { isAbsolute, join } from 'node:path';
import { setTimeout } from 'node:timers/promises';

/** Identifies a file independently of its path. */
export type Identity = { dev: bigint; ino: bigint };
export type Lock = { release: () => Promise<void> };

/** Another process owns the lock. `pid` is `undefined` if the owner does not answer. */
export class LockedError extends Error {
  readonly pid: number | undefined;

  constructor(pid: number | undefined) {
    super(`held by ${pid === undefined ? 'another process' : `process ${pid}`}`);
    this.name = 'LockedError';
    this.pid = pid;
  }
}

const answerMs = 1000;
const turnPort = 47_113;
const turnTries = 200;
const turnMs = 10;

/** Locks a file. Rejects with a LockedError. */
export async function lockFile(file: Identity, platform = process.platform): Promise<Lock> {
  const name = lockName(`classic-chatbox-server-${file.dev}-${file.ino}`, platform);
  const server = createServer((socket) => {
    socket.on('error', () => {}).write(`${process.pid}\n`);
    socket.destroySoon();
  });
  if (!(await listen(server, name)) && !(await takeOver(server, name))) {
    const owner = await askOwner(name);
    throw new LockedError(owner === 'nobody' ? undefined : owner);
  }
  server.unref();
  return { release: () => new Promise((resolve) => server.close(() => resolve())) };
}

/**
 * Takes over the name of a process that has just ended. Where names are files, a killed process leaves its file behind.
 * Of several processes that find it, only one at a time may check and remove it: the one that listens on a certain
 * port, which the kernel releases when that process ends.
 */
async function takeOver(server: Server, name: string): Promise<boolean> {
  if ((await askOwner(name)) !== 'nobody') return false;
  if (!isAbsolute(name)) return listen(server, name);
  const turn = createServer();
  for (let tries = 0; !(await listen(turn, { host: '127.0.0.1', port: turnPort })); tries++) {
    if (tries === turnTries) return false;
    await setTimeout(turnMs);
  }
  try {
    if ((await askOwner(name)) === 'nobody') await unlink(name);
    return await listen(server, name);
  } finally {
    turn.close();
  }
}

/** Linux: an abstract socket. Windows: a named pipe. Elsewhere: a socket file, which may be left behind. */
function lockName(name: string, platform: NodeJS.Platform): string {
  if (platform === 'linux') return `\0${name}`;
  return platform === 'win32' ? `\\\\.\\pipe\\${name}` : join(tmpdir(), `${name}.sock`);
}

/** Resolves to false if the name is taken. */
function listen(server: Server, name: string | { host: string; port: number }): Promise<boolean> {
  return new Promise((resolve, reject) => {
    const onError = (error: NodeJS.ErrnoException) =>
      error.code === 'EADDRINUSE' ? resolve(false) : reject(error);
    server.once('error', onError);
    server.listen(name, () => {
      server.off('error', onError);
      resolve(true);
    });
  });
}

/** Resolves to the owner's pid, to `undefined` if the owner does not answer, or to `nobody` if nobody listens. */
function askOwner(name: string): Promise<number | undefined | 'nobody'> {
  return new Promise((resolve) => {
    let answer = '';
    const socket = connect(name)
      .setEncoding('utf8')
      .setTimeout(answerMs, () => socket.destroy())
      .on('data', (text) => {
        answer += text;
      })
      .on('error', (error: NodeJS.ErrnoException) =>
        resolve(error.code === 'ECONNREFUSED' ? 'nobody' : undefined),
      )
      .on('close', () => resolve(Number.parseInt(answer, 10) || undefined));
  });
}
