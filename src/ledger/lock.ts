/**
 * One server per data file (P-DB-3). The lock is a name that the kernel gives to one listener at a time and takes back
 * when the process ends, however it ends; so nothing survives a SIGKILL and nothing has to be guessed from the age of a
 * file. The name is made of the file's own identity, so every link and every mount of a file leads to one lock. Whoever
 * connects to it is told the holder's pid.
 */
import { unlink } from 'node:fs/promises';
import { connect, createServer, type Server } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

/** Which file it is, whatever it is called. */
export type Identity = { dev: bigint; ino: bigint };
export type Lock = { release: () => Promise<void> };

/** Thrown by `lockFile`; `pid` is missing when the holder does not answer. */
export class HeldError extends Error {
  readonly pid: number | undefined;

  constructor(pid: number | undefined) {
    super(`held by ${pid === undefined ? 'another process' : `process ${pid}`}`);
    this.name = 'HeldError';
    this.pid = pid;
  }
}

const answerMilliseconds = 1000;

/** Locks the file with this device and inode number. Rejects with HeldError. */
export async function lockFile(file: Identity, platform = process.platform): Promise<Lock> {
  const name = lockName(`classic-chatbox-server-${file.dev}-${file.ino}`, platform);
  const server = createServer((socket) => socket.on('error', () => {}).end(`${process.pid}\n`));
  if (!(await listen(server, name))) {
    const holder = await askHolder(name);
    if (holder !== 'nobody') throw new HeldError(holder);
    // Only a socket file can be there without a listener: its process was killed.
    await unlink(name).catch(() => {});
    if (!(await listen(server, name))) throw new HeldError(undefined);
  }
  server.unref();
  return { release: () => new Promise((resolve) => server.close(() => resolve())) };
}

/** Linux: the abstract socket namespace. Windows: a named pipe. Elsewhere a socket file, which may be left behind. */
function lockName(name: string, platform: NodeJS.Platform): string {
  if (platform === 'linux') return `\0${name}`;
  return platform === 'win32' ? `\\\\.\\pipe\\${name}` : join(tmpdir(), `${name}.sock`);
}

/** False when the name is taken. */
function listen(server: Server, name: string): Promise<boolean> {
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

/** The holder's pid, or `undefined` when it does not say, or `nobody` when nobody listens. */
function askHolder(name: string): Promise<number | undefined | 'nobody'> {
  return new Promise((resolve) => {
    let answer = '';
    const socket = connect(name)
      .setEncoding('utf8')
      .setTimeout(answerMilliseconds, () => socket.destroy())
      .on('data', (text) => {
        answer += text;
      })
      .on('error', (error: NodeJS.ErrnoException) =>
        resolve(error.code === 'ECONNREFUSED' ? 'nobody' : undefined),
      )
      .on('close', () => resolve(Number.parseInt(answer, 10) || undefined));
  });
}
