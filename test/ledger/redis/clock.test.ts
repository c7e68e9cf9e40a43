/** The room's own clock, by which processes and holdings are given up. */
import { expect, test } from 'vitest';
import { modest } from '../../../src/ledger/redis/script.ts';
import { newPrefix, sharedRedis } from '../../helpers/redis.ts';

const redis = sharedRedis();

test.each([
  ['a short lease', 1000, 250],
  ['a long lease', 60_000, 1000],
])('with %s, a Redis that was away takes little of it from whoever was there', async (_, leaseMs, most) => {
  const server = await redis();
  const meta = `{${newPrefix()}}:meta`;
  const join = (node: string) =>
    server.call(
      'EVAL',
      modest.text,
      '1',
      meta,
      'join',
      node,
      '',
      '0',
      'documented',
      `${leaseMs}`,
      '0',
      'nickname',
      '{}',
      '0',
    );
  const clock = async () => Number(await server.call('HGET', meta, 'clock'));
  await join('one');
  const before = await clock();
  await server.call('HINCRBY', meta, 'seen', '-3600000');
  await join('other');
  expect((await clock()) - before).toBe(most);
  expect(await server.call('ZCARD', meta.replace('meta', 'nodes'))).toBe(2);
});
