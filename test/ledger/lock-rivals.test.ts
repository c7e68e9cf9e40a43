import { chmod, chown } from 'node:fs/promises';
import { connect, type Socket } from 'node:net';
import { join } from 'node:path';
import { setImmediate as nextTurn } from 'node:timers/promises';
import { expect, onTestFinished, test } from 'vitest';
import { JsonArrayFile } from '../../src/ledger/json-array-file.ts';
import { type Lock, LockedError } from '../../src/ledger/lock.ts';
import {
  lock,
  newLock,
  newLockable,
  newLockOwner,
  newOwner,
  newStrangeOwner,
  rivalOf,
  socketsIn,
} from '../helpers/lock-owner.ts';

test('P-DB-3: exactly one of many that start at once gets the file, and the others are told who', async () => {
  const { path, folder } = await newLockable();
  for (let round = 0; round < 20; round++) {
    const all = await Promise.allSettled(Array.from({ length: 20 }, () => lock(path)));
    const owned = all.flatMap((one) => (one.status === 'fulfilled' ? [one.value] : []));
    expect(owned, `round ${round}`).toHaveLength(1);
    for (const one of all)
      if (one.status === 'rejected') expect(one.reason).toMatchObject({ pid: process.pid });
    expect(await socketsIn(folder)).toHaveLength(1);
    for (const one of owned) await one.release();
  }
});

test('P-DB-3: exactly one of many that find what a killed process has left gets the file', async () => {
  const { path } = await newLockable();
  for (let round = 0; round < 15; round++) {
    await (await newLockOwner(path)).kill();
    const all = await Promise.allSettled(Array.from({ length: 8 }, () => lock(path)));
    const owned = all.flatMap((one) => (one.status === 'fulfilled' ? [one.value] : []));
    await Promise.all(owned.map((one) => one.release()));
    expect(owned, `round ${round}`).toHaveLength(1);
  }
});

test('P-DB-3: of those that try until they get it, each gets it, and never two at once', async () => {
  const { path } = await newLockable();
  let owners = 0;
  const takeOnce = async (): Promise<void> => {
    const own = await lock(path).catch((error: unknown) => {
      expect(error).toBeInstanceOf(LockedError);
      return undefined;
    });
    if (own === undefined) return takeOnce();
    expect(++owners).toBe(1);
    await nextTurn();
    owners--;
    await own.release();
  };
  await Promise.all(Array.from({ length: 12 }, takeOnce));
});

test('P-DB-3: a process that asks while the owner releases the lock gets it or is told that it is held', async () => {
  const { path } = await newLockable();
  for (let round = 0; round < 20; round++) {
    const own = await lock(path);
    const next = lock(path).catch((error: unknown) => error);
    await own.release();
    const outcome = await next;
    if (outcome instanceof Error) expect(outcome).toBeInstanceOf(LockedError);
    else await (outcome as Lock).release();
  }
  await newLock(path);
});

test('P-DB-3: a process that asks for the owner and then hangs does not keep it from releasing the lock', async () => {
  const { path, folder } = await newLockable();
  const own = await lock(path);
  const [name = ''] = await socketsIn(folder);
  const asker = connect({ path: join(folder, name), allowHalfOpen: true });
  onTestFinished(() => void asker.destroy());
  const [answer] = await new Promise<Buffer[]>((resolve) => asker.once('data', (...data) => resolve(data)));
  expect(String(answer)).toBe(`${process.pid}\n`);
  await own.release();
  await newLock(path);
});

test('P-DB-3: an owner that is stopped, or asked by too many, keeps the lock', async () => {
  const { path, folder } = await newLockable();
  const owner = await newLockOwner(path);
  owner.stop();
  const held = { name: 'LockedError', pid: undefined, message: 'held by another process' };
  await expect(lock(path)).rejects.toMatchObject(held);
  const [socket = ''] = await socketsIn(folder);
  const askers = Array.from({ length: 1000 }, () => connect(join(folder, socket)));
  onTestFinished(() => askers.forEach((asker) => void asker.destroy()));
  const codes = await Promise.all(askers.map((asker) => Promise.race([connected(asker), refusal(asker)])));
  expect(new Set(codes)).toEqual(new Set(['', 'EAGAIN']));
  await expect(lock(path)).rejects.toMatchObject(held);
  expect(await socketsIn(folder)).toEqual([socket]);
  await owner.kill();
  await newLock(path);
});

test.each<[string, (asker: Socket) => void]>([
  ['answers nonsense', (asker) => asker.end('xin chào')],
  ['answers that nobody is there', (asker) => asker.end('nobody')],
  ['has no free file descriptor and closes the connection', (asker) => asker.destroy()],
  ['answers drop by drop', (asker) => drip(asker)],
  ['answers without end', (asker) => pour(asker)],
  ['answers a pid in more bytes than a pid has', (asker) => asker.write(`${'0'.repeat(16)}7\n`)],
])('P-DB-3: an owner that %s keeps the lock, and is left in time', async (_, onAsk) => {
  const { path } = await newLockable();
  await newStrangeOwner(path, onAsk);
  await expect(lock(path)).rejects.toMatchObject({ name: 'LockedError', pid: undefined });
});

test('P-DB-3: a squatter that may not write the data cannot stop the start, not even in a shared folder', async () => {
  const { path, folder } = await newLockable();
  await chmod(folder, 0o1777);
  await chmod(path, 0o600);
  const names = ['0'.repeat(16), 'f'.repeat(16)];
  const sockets = await Promise.all(names.map((name) => rivalOf(path, name)));
  // Root can be somebody else. Anybody else can only leave files that are no sockets.
  const isRoot = process.getuid?.() === 0;
  await newOwner(
    isRoot
      ? `import { createServer } from 'node:net';
         import { once } from 'node:events';
         for (const name of ${JSON.stringify(sockets)})
           await once(createServer((asker) => asker.write('1')).listen(name), 'listening');`
      : `import { writeFileSync } from 'node:fs';
         for (const name of ${JSON.stringify(sockets)}) writeFileSync(name, '1');`,
    isRoot ? 65_534 : undefined,
  );
  await newLock(path);
  await expect(JsonArrayFile.open(path)).rejects.toMatchObject({
    message: `${path} is held by process ${process.pid}`,
  });
});

/** A process of some user that says it owns the lock. */
const newSquatter = (socket: string, answer: string, uid: number | undefined) =>
  newOwner(
    `import { createServer } from 'node:net';
     import { once } from 'node:events';
     const server = createServer((asker) => asker.end(${JSON.stringify(answer)}));
     await once(server.listen(${JSON.stringify(socket)}), 'listening');`,
    uid,
  );

test('P-DB-3: where others may write the file, a squatter is named, and can be shut out', async () => {
  const { path, folder } = await newLockable();
  await chmod(folder, 0o1777);
  await chmod(path, 0o666);
  const remedy = '; if that is no server of yours, chmod go-w the file to shut it out';
  const others = [
    { uid: 65_534, answer: '1\n', held: `process 1 of user nobody (uid 65534)${remedy}` },
    { uid: 54_321, answer: '', held: `another process of the user with uid 54321${remedy}` },
  ];
  // Only root can be somebody else. A process of the same user needs no name.
  const own = { uid: undefined, answer: '1\n', held: 'process 1' };
  for (const { uid, answer, held } of process.getuid?.() === 0 ? others : [own]) {
    const squatter = await newSquatter(await rivalOf(path, `${uid}`), answer, uid);
    await expect(lock(path)).rejects.toMatchObject({ name: 'LockedError', message: `held by ${held}` });
    if (uid !== undefined) {
      await chmod(path, 0o644);
      await (await lock(path)).release();
      // It owns the file now, so it may hold it.
      await chown(path, uid, uid);
      const message = `held by ${held.replace(remedy, '')}`;
      await expect(lock(path)).rejects.toMatchObject({ message });
      await chown(path, 0, 0);
      await chmod(path, 0o666);
    }
    await squatter.kill();
  }
  await newLock(path);
});

function drip(asker: Socket): void {
  const drops = setInterval(() => asker.write('1'), 100);
  asker.on('close', () => clearInterval(drops));
}

function pour(asker: Socket): void {
  while (asker.write('1'.repeat(65_536)));
  asker.on('drain', () => pour(asker));
}

async function connected(socket: Socket): Promise<string> {
  return new Promise((resolve) => socket.on('connect', () => resolve('')));
}

/** The code with which a connection is refused. */
async function refusal(socket: Socket): Promise<string> {
  return new Promise((resolve) =>
    socket.on('error', ({ code }: NodeJS.ErrnoException) => resolve(String(code))),
  );
}
