import { existsSync } from 'node:fs';
import { connect, type Socket } from 'node:net';
import { expect, onTestFinished, test } from 'vitest';
import { type Lock, LockedError, lockFile } from '../../src/ledger/lock.ts';
import { newLock, newLockable, newLockOwner } from '../helpers/lock-owner.ts';

test('P-DB-3: exactly one of many processes that find the socket file of a killed one gets the lock', async () => {
  const { file } = await newLockable();
  for (let round = 0; round < 15; round++) {
    await (await newLockOwner({ file, platform: 'darwin' })).kill();
    const all = await Promise.allSettled(Array.from({ length: 8 }, () => lockFile(file, 'darwin')));
    const owned = all.flatMap((one) => (one.status === 'fulfilled' ? [one.value] : []));
    await Promise.all(owned.map((lock) => lock.release()));
    expect(owned, `round ${round}`).toHaveLength(1);
  }
});

test.each(['linux', 'darwin'] as const)(
  'P-DB-3: a process that asks for the owner and then hangs does not keep it from releasing the lock (%s)',
  { timeout: 10_000 },
  async (platform) => {
    const { file, socket } = await newLockable();
    const lock = await lockFile(file, platform);
    const name = platform === 'linux' ? `\0classic-chatbox-server-${file.dev}-${file.ino}` : socket;
    const asker = connect({ path: name, allowHalfOpen: true });
    onTestFinished(() => void asker.destroy());
    const [answer] = await new Promise<Buffer[]>((resolve) => asker.once('data', (...data) => resolve(data)));
    expect(String(answer)).toBe(`${process.pid}\n`);
    await lock.release();
    await newLock(file, platform);
  },
);

test.each(['linux', 'darwin'] as const)(
  'P-DB-3: a process that asks while the owner releases the lock gets it or is told that it is held (%s)',
  async (platform) => {
    const { file } = await newLockable();
    for (let round = 0; round < 20; round++) {
      const lock = await lockFile(file, platform);
      const next = lockFile(file, platform).catch((error: unknown) => error);
      await lock.release();
      const outcome = await next;
      if (outcome instanceof Error) expect(outcome).toBeInstanceOf(LockedError);
      else await (outcome as Lock).release();
    }
    await newLock(file, platform);
  },
);

test('P-DB-3: an owner that is asked by too many processes keeps the lock', async () => {
  const { file, socket } = await newLockable();
  const owner = await newLockOwner({ file, platform: 'darwin' });
  owner.stop();
  const askers = Array.from({ length: 1000 }, () => connect(socket));
  onTestFinished(() => askers.forEach((asker) => void asker.destroy()));
  const codes = await Promise.all(askers.map((asker) => Promise.race([connected(asker), refusal(asker)])));
  expect(new Set(codes)).toEqual(new Set(['', 'EAGAIN']));
  await expect(lockFile(file, 'darwin')).rejects.toMatchObject({ name: 'LockedError', pid: undefined });
  expect(existsSync(socket)).toBe(true);
});

async function connected(socket: Socket): Promise<string> {
  return new Promise((resolve) => socket.on('connect', () => resolve('')));
}

/** The code with which a connection is refused. */
async function refusal(socket: Socket): Promise<string> {
  return new Promise((resolve) =>
    socket.on('error', ({ code }: NodeJS.ErrnoException) => resolve(String(code))),
  );
}
