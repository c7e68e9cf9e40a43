import { setImmediate } from 'node:timers/promises';
import { expect, test } from 'vitest';
import { connectRedis } from '../../../src/ledger/redis/client.ts';
import { newRedis, sharedRedis } from '../../helpers/redis.ts';

const redis = sharedRedis();

test('a Redis that hangs counts as lost', async () => {
  const server = await newRedis();
  const lost: unknown[] = [];
  const { call } = await connectRedis({
    url: server.url,
    timeoutMs: 100,
    onLost: (error) => lost.push(error),
  });
  server.pause();
  await expect(call(['PING'])).rejects.toThrow('no answer in time');
  expect(lost).toHaveLength(1);
});

test('a Redis that hangs is not connected to, although its connections are accepted', async () => {
  const server = await newRedis();
  server.pause();
  await expect(connectRedis({ url: server.url, timeoutMs: 100 })).rejects.toThrow('no answer in time');
});

test('a process that is busy for longer than Redis may take does not take its answer for late', async () => {
  const { url } = await redis();
  const { call, close } = await connectRedis({ url, timeoutMs: 200 });
  // Answered after a tenth of a second.
  const answer = call(['BLPOP', 'nothing', '0.1']);
  for (let turn = 0; turn < 3; turn++) await setImmediate();
  Atomics.wait(new Int32Array(new SharedArrayBuffer(4)), 0, 0, 400);
  expect(await answer).toBeNull();
  close();
});
