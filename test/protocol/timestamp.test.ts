import fc from 'fast-check';
import { afterEach, expect, test, vi } from 'vitest';
import { contentLimit, type Dialect, formatTimestamp, parseTimestamp } from '../../src/protocol/timestamp.ts';

afterEach(() => void vi.unstubAllEnvs());

/** A date by its clock on the wall, wherever this runs. */
const wall = new Date(2026, 10, 22, 10, 6, 0);

test('P-TIME-1: the documented dialect is DD/MM/YYYY HH/mmss, as the seed writes it', () => {
  expect(formatTimestamp(wall, 'documented')).toBe('22/11/2026 10/0600');
});

test('P-TIME-1: the published dialect is DD/MM/YYYY, HH:mm:ss', () => {
  expect(formatTimestamp(wall, 'published')).toBe('22/11/2026, 10:06:00');
});

test('P-TIME-1: every field is padded, months count from 1 and hours run to 23', () => {
  expect(formatTimestamp(new Date(2026, 0, 2, 3, 4, 5), 'documented')).toBe('02/01/2026 03/0405');
  expect(formatTimestamp(new Date(2026, 0, 2, 3, 4, 5), 'published')).toBe('02/01/2026, 03:04:05');
  expect(formatTimestamp(new Date(2026, 11, 31, 23, 59, 59, 999), 'documented')).toBe('31/12/2026 23/5959');
  expect(formatTimestamp(new Date(2026, 11, 31, 0, 0, 0), 'published')).toBe('31/12/2026, 00:00:00');
});

test.each([
  { zone: 'Asia/Ho_Chi_Minh', text: '22/11/2026 10/0600' },
  { zone: 'UTC', text: '22/11/2026 03/0600' },
  { zone: 'America/St_Johns', text: '21/11/2026 23/3600' },
])("P-TIME-1: the time is the server's local one, in $zone too", ({ zone, text }) => {
  vi.stubEnv('TZ', zone);
  expect(formatTimestamp(new Date(Date.UTC(2026, 10, 22, 3, 6, 0)), 'documented')).toBe(text);
});

/** Moments after zones of whole minutes came in. */
const moment = fc.date({
  min: new Date(Date.UTC(1975, 0, 1)),
  max: new Date(Date.UTC(2099, 11, 31)),
  noInvalidDate: true,
});

test('P-TIME-1: the published dialect is what British English writes, at any moment', () => {
  fc.assert(
    fc.property(moment, (date) => {
      expect(formatTimestamp(date, 'published')).toBe(date.toLocaleString('en-GB'));
    }),
  );
});

test('P-TIME-1: both dialects write the same digits in the same order', () => {
  fc.assert(
    fc.property(moment, (date) => {
      const documented = formatTimestamp(date, 'documented');
      expect(documented).toMatch(/^\d\d\/\d\d\/\d{4} \d\d\/\d{4}$/);
      expect(documented.replace(/\D/g, '')).toBe(formatTimestamp(date, 'published').replace(/\D/g, ''));
    }),
  );
});

test('P-TIME-2: the dialect sets the content limit', () => {
  expect(contentLimit).toEqual({ documented: 100, published: 4000 });
});

const dialects: Dialect[] = ['documented', 'published'];

test.each(dialects)('P-TIME-1: what the %s dialect writes is read again, to the second', (dialect) => {
  vi.stubEnv('TZ', 'UTC');
  fc.assert(
    fc.property(moment, (date) => {
      const seconds = Math.floor(date.getTime() / 1000);
      expect(parseTimestamp(formatTimestamp(date, dialect))).toBe(seconds * 1000);
    }),
  );
});

test.each([
  { text: '22/11/2026 10/0600', fields: '2026-11-22T10:06:00Z' },
  { text: '22/11/2026, 10:06:00', fields: '2026-11-22T10:06:00Z' },
  { text: '29/02/2024 00/0000', fields: '2024-02-29T00:00:00Z' },
  { text: '31/12/1999, 23:59:59', fields: '1999-12-31T23:59:59Z' },
  // There the clocks went from 2 to 3 that night.
  { text: '29/03/2026 02/3000', fields: '2026-03-29T02:30:00Z' },
])("P-TIME-1: $text is read as it stands, whatever the reader's own clocks did", ({ text, fields }) => {
  vi.stubEnv('TZ', 'Europe/Berlin');
  expect(parseTimestamp(text)).toBe(Date.parse(fields));
});

test.each([
  ...['', 'x', '22/11/2026', '10/0600', '2026-11-22T10:06:00', 'Sun Nov 22 2026 10:06:00'],
  ...[
    '22/11/26 10/0600',
    '2/1/2026 10/0600',
    '22/11/2026 9/0600',
    '22/11/2026 10/060',
    '22/11/2026 10/06000',
  ],
  ...[' 22/11/2026 10/0600', '22/11/2026 10/0600 ', '22/11/2026 10/0600\n', '22/11/2026\t10/0600'],
  ...['22-11-2026 10/0600', '22/11/2026  10/0600', '22/11/2026,10:06:00', '-1/11/2026 10/0600'],
  ...['٢٢/١١/٢٠٢٦ ١٠/٠٦٠٠', '22/11/2026 10/0600x', 'x22/11/2026 10/0600'],
])('P-TIME-1: "%s" is no timestamp', (text) => {
  expect(parseTimestamp(text)).toBeUndefined();
});

test.each(['22/11/2026, 10/0600', '22/11/2026 10:06:00', '22/11/2026 10:0600', '22/11/2026, 10:0600'])(
  'P-TIME-1: "%s" is half one dialect and half the other, and no timestamp',
  (text) => {
    expect(parseTimestamp(text)).toBeUndefined();
  },
);

test.each([
  ...['31/06/2026 10/0600', '29/02/2026 10/0600', '30/02/2024 10/0600', '32/01/2026 10/0600'],
  ...['00/01/2026 10/0600', '01/00/2026 10/0600', '01/13/2026 10/0600', '00/00/0000 00/0000'],
  ...['22/11/2026 24/0000', '22/11/2026 99/0000', '31/12/2026, 24:00:00'],
  ...['22/11/2026 10/6000', '22/11/2026 10/0060', '22/11/2026, 10:60:00', '22/11/2026, 10:06:99'],
])('P-TIME-1: %s is no moment', (text) => {
  expect(parseTimestamp(text)).toBeUndefined();
});

test('P-TIME-1: whatever looks like a timestamp and is read is what its dialect writes', () => {
  vi.stubEnv('TZ', 'UTC');
  const alike = fc.stringMatching(/^[0-3]\d\/[01]\d\/\d{4}(, | )[0-2]\d[:/][0-6]\d:?[0-6]\d$/);
  fc.assert(
    fc.property(fc.oneof(alike, fc.string()), (text) => {
      const wall = parseTimestamp(text);
      if (wall !== undefined)
        expect(dialects.map((dialect) => formatTimestamp(new Date(wall), dialect))).toContain(text);
    }),
    { numRuns: 2000 },
  );
});
