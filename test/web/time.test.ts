import fc from 'fast-check';
import { afterEach, expect, test, vi } from 'vitest';
import { formatTimestamp } from '../../src/protocol/timestamp.ts';
import { Clock } from '../../web/chat/time.ts';

afterEach(() => void vi.unstubAllEnvs());

const zones = Intl.supportedValuesOf('timeZone');
/** Whole seconds, as timestamps are. */
const moment = fc
  .integer({ min: Date.UTC(1971, 0, 1) / 1000, max: Date.UTC(2037, 11, 31) / 1000 })
  .map((seconds) => new Date(seconds * 1000));
/** What a server in this zone writes. */
const written = (date: Date, zone: string) => {
  vi.stubEnv('TZ', zone);
  return formatTimestamp(date, 'documented');
};

test('P-TIME-1: in every zone, what the server wrote is the moment at which it wrote it, or an earlier one that read the same', () => {
  const seen: string[] = [];
  fc.assert(
    fc.property(moment, fc.constantFrom(...zones), (date, zone) => {
      const text = written(date, zone);
      // The reader is somewhere else.
      vi.stubEnv('TZ', 'Pacific/Chatham');
      const read = new Clock(zone).read(text) as Date;
      expect(written(read, zone)).toBe(text);
      expect(read.getTime()).toBeLessThanOrEqual(date.getTime());
      if (read.getTime() === date.getTime()) seen.push(zone);
    }),
    { numRuns: 1000 },
  );
  expect(seen.length).toBeGreaterThan(950);
});

test.each([
  ['an ordinary day', 'Asia/Ho_Chi_Minh', '22/11/2026 22/1400', '2026-11-22T15:14:00Z'],
  ['before the clocks go forward', 'Europe/Berlin', '29/03/2026 01/5959', '2026-03-29T00:59:59Z'],
  ['after they have', 'Europe/Berlin', '29/03/2026 03/0000', '2026-03-29T01:00:00Z'],
  ['in the gap', 'Europe/Berlin', '29/03/2026 02/3000', '2026-03-29T01:30:00Z'],
  ['before they go back', 'Europe/Berlin', '25/10/2026 01/5959', '2026-10-24T23:59:59Z'],
  ['what they say twice', 'Europe/Berlin', '25/10/2026 02/3000', '2026-10-25T00:30:00Z'],
  ['after they have gone back', 'Europe/Berlin', '25/10/2026 03/0000', '2026-10-25T02:00:00Z'],
  ['by half an hour only', 'Australia/Lord_Howe', '05/04/2026 01/4500', '2026-04-04T14:45:00Z'],
  ['a day that there was not', 'Pacific/Apia', '31/12/2011 00/0000', '2011-12-30T10:00:00Z'],
  ['the evening before it', 'Pacific/Apia', '29/12/2011 23/5959', '2011-12-30T09:59:59Z'],
  ['before zones of whole minutes', 'Europe/Paris', '01/01/1900 00/0921', '1900-01-01T00:00:00Z'],
])('P-TIME-1: %s (%s, %s)', (_, zone, text, moment) => {
  expect(new Clock(zone).read(text)?.toISOString()).toBe(moment.replace('Z', '.000Z'));
});

test('P-TIME-1: the reader sees the own time, and the day on which it is that', () => {
  vi.stubEnv('TZ', 'Asia/Ho_Chi_Minh');
  const clock = new Clock('UTC');
  const [evening, night] = ['22/11/2026 15/1400', '22/11/2026 18/0000'].map(
    (text) => clock.read(text) as Date,
  );
  expect(clock.format(evening as Date, 'time', 'vi')).toBe('22:14');
  expect(clock.machineTime(evening as Date)).toBe('2026-11-22T15:14:00.000Z');
  expect(clock.isSameDay(evening as Date, night as Date)).toBe(false);
});

test.each([undefined, 'Nowhere/Known', ''])(
  'P-TIME-1: of a server in a zone unknown (%s) it is shown what its clock said, though the reader’s passes it over',
  (zone) => {
    vi.stubEnv('TZ', 'Europe/Berlin');
    const clock = new Clock(zone);
    const date = clock.read('29/03/2026 02/3000') as Date;
    expect(clock.zone).toBeUndefined();
    expect(clock.format(date, 'time', 'vi')).toBe('2:30');
    expect(clock.machineTime(date)).toBe('2026-03-29T02:30:00.000');
    const next = clock.read('30/03/2026 00/1000') as Date;
    expect([clock.isSameDay(date, date), clock.isSameDay(date, next)]).toEqual([true, false]);
  },
);

test.each(['', 'x', '31/06/2026 10/0600', '12/09/275760 10/0600'])('P-TIME-1: "%s" is no moment', (text) => {
  expect(new Clock('UTC').read(text)).toBeUndefined();
  expect(new Clock().read(text)).toBeUndefined();
});
