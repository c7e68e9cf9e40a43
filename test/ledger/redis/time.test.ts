/** Redis orders the changes and so also stamps them. It has no calendar, so its script has one. */
import fc from 'fast-check';
import { expect, test } from 'vitest';
import { modest } from '../../../src/ledger/redis/script.ts';
import { type Dialect, parseTimestamp } from '../../../src/protocol/timestamp.ts';
import { newPrefix, sharedRedis } from '../../helpers/redis.ts';

const redis = sharedRedis();

/** Days about which calendars are mistaken. */
const days = [
  '2024-02-28',
  '2024-02-29',
  '2024-03-01',
  '2100-02-28',
  '2000-02-29',
  '2026-12-31',
  '1999-12-31',
  '1970-01-01',
];

test.each<Dialect>(['documented', 'published'])(
  'P-TIME-1: the script writes any time as a calendar has it (%s)',
  async (dialect) => {
    const server = await redis();
    const meta = `{${newPrefix()}}:meta`;
    const run = (op: string, epoch: string, zone: number, ...args: string[]) =>
      server.call('EVAL', modest.text, '1', meta, op, 'node', epoch, `${zone}`, dialect, ...args);
    const [, epoch] = (await run('join', '', 0, '3600000', '0', 'nickname', '{}', '0')) as string[];
    let batch = 0;
    const check = async (ms: number) => {
      const zone = Math.round((ms - Date.now()) / 1000);
      batch++;
      await run('commit', `${epoch}`, zone, `${batch}`, `${batch}`, 'leave', 'nobody');
      const seen = Number(await server.call('HGET', meta, 'seen'));
      const [[, fields]] = (await server.call(
        'XREVRANGE',
        meta.replace('meta', 'log'),
        '+',
        '-',
        'COUNT',
        '1',
      )) as [[string, string[]]];
      const text = `${fields?.[5]}`;
      expect(text.includes(', ')).toBe(dialect === 'published');
      expect(parseTimestamp(text)).toBe(Math.floor(seen / 1000 + zone) * 1000);
    };
    for (const day of days) await check(Date.parse(day));
    const times = fc.date({ min: new Date('1970-01-02'), max: new Date('2399-12-31'), noInvalidDate: true });
    await fc.assert(
      fc.asyncProperty(times, (time) => check(time.getTime())),
      { numRuns: 300 },
    );
  },
);
