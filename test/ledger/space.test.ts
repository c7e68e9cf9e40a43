import { freemem } from 'node:os';
import { expect, onTestFinished, test, vi } from 'vitest';
import { freeMemory, inUnits } from '../../src/ledger/space.ts';

test.each([
  [0, '0 bytes'],
  [100, '100 bytes'],
  [1024, '1 KiB'],
  [1536, '1.5 KiB'],
  [2 ** 20, '1 MiB'],
  [2 ** 30, '1 GiB'],
  [5.04 * 2 ** 30, '5 GiB'],
  [2 ** 50, '1 PiB'],
  [2 ** 63, '8192 PiB'],
])('%d bytes are %s', (bytes, text) => {
  expect(inUnits(bytes)).toBe(text);
});

test('the memory that is left is what a container allows beyond what the process uses, and no more than is free', () => {
  const limit = vi.spyOn(process, 'constrainedMemory');
  onTestFinished(() => limit.mockRestore());
  const used = process.memoryUsage.rss();
  limit.mockReturnValue(used + 2 ** 20);
  expect(freeMemory()).toBeLessThanOrEqual(2 ** 21);
  limit.mockReturnValue(1);
  expect(freeMemory()).toBe(0);
  // No limit, as Node says it in several ways.
  for (const none of [0, 2 ** 63]) {
    limit.mockReturnValue(none);
    expect(freeMemory()).toBeGreaterThan(freemem() / 2);
  }
});
