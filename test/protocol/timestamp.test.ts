import fc from 'fast-check';
import { afterEach, expect, test, vi } from 'vitest';
import { contentLimit, formatTimestamp } from '../../src/protocol/timestamp.ts';

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
