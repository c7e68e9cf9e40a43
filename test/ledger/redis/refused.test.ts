import { setImmediate } from 'node:timers/promises';
import { expect, test } from 'vitest';
import type { Change } from '../../../src/ledger/ledger.ts';
import { until } from '../../helpers/gate.ts';
import { Listened, newRedisLedger } from '../../helpers/ledger.ts';
import { newPrefix, sharedRedis } from '../../helpers/redis.ts';

const redis = sharedRedis();

test('a Redis that answers, but cannot renew the lease, is asked again after a pause, until it can', async () => {
  const prefix = newPrefix();
  const backMs: number[] = [];
  const onStatus = (text: string) => {
    if (text === 'Redis is back') backMs.push(performance.now());
  };
  const ledger = new Listened(await newRedisLedger(await redis(), prefix, { onStatus }));
  const call = async (...args: string[]) => (await redis()).call(...args);
  await call('SET', `{${prefix}}:orphans`, 'no set');
  await until(() => backMs.length === 4);
  const [first = 0, , , fourth = 0] = backMs;
  // Between the first success and the last are the beginnings of three attempts. Timers may be a millisecond early.
  expect(fourth - first).toBeGreaterThan(2 * 199);
  await call('DEL', `{${prefix}}:orphans`);
  const claim: Change = { type: 'claim', by: '1', nickname: 'An', key: 'an' };
  const isRegistered = () => ledger.stretches.flat().some(({ type }) => type === 'registered');
  // A change that is refused is refused within the same turn.
  for (; !isRegistered(); await setImmediate()) await ledger.commit(claim);
});
