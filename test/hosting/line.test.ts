import fc from 'fast-check';
import { expect, test } from 'vitest';
import type { Shown } from '../../src/hosting/flood.ts';
import { clipped, escapeLine, fieldsOf, lineOf } from '../../src/hosting/line.ts';

const options = { withContent: false, lang: 'en', colors: false } as const;

/** The bytes that a nickname takes in each form of the log, with its quotes. */
function bytesOf(nickname: string): number[] {
  const entry = { kind: 'register', connection: 'c1', nickname } as const;
  const before = Buffer.byteLength('★ register c1 ');
  const fields = fieldsOf(entry, options) as { nickname: string };
  const json = escapeLine(JSON.stringify(fields.nickname)).trimEnd();
  return [Buffer.byteLength(lineOf(entry, options)) - before, Buffer.byteLength(json)];
}

test('a nickname takes at most 200 bytes of either log, and is not cut off sooner than it must', () => {
  const character = fc.oneof(
    fc.string({ unit: 'binary', minLength: 1, maxLength: 1 }),
    fc.constantFrom('"', '\\', '\n', '\u200b', '\u202e', '\u{e0001}', '\ud800', 'ệ', '👋', 'x'),
  );
  fc.assert(
    fc.property(
      fc.array(character, { maxLength: 300, size: 'max' }).map((all) => all.join('')),
      (nickname) => {
        for (const bytes of bytesOf(nickname)) expect(bytes).toBeLessThanOrEqual(200);
        const shown = clipped(nickname);
        if (shown === nickname) return;
        expect(nickname.startsWith(shown.slice(0, -1))).toBe(true);
        const [next = ''] = nickname.slice(shown.length - 1);
        expect(shown.endsWith('…') && next !== '').toBe(true);
        expect(Math.max(...bytesOf(shown))).toBeGreaterThan(140);
      },
    ),
  );
});

test('a nickname of 100 plain characters is shown whole', () => {
  const nickname = 'ế'.repeat(33) + 'x'.repeat(67);
  expect(clipped(nickname)).toBe(nickname);
});

test.each<[Shown, string, string]>([
  [
    { kind: 'refusal', connection: 'c1', nickname: 'An', more: 1234 },
    '✗ refusal c1 "An" and 1,234 more',
    '✗ từ chối c1 "An" và 1.234 lần nữa',
  ],
  [
    { kind: 'error', error: 'no space left on device (ENOSPC)', more: 7 },
    '‼ error no space left on device (ENOSPC) and 7 more',
    '‼ lỗi no space left on device (ENOSPC) và 7 lần nữa',
  ],
  [
    { kind: 'rejection', address: '203.0.113.7', status: 403, reason: 'origin' },
    '⊘ rejection 203.0.113.7 403 origin',
    '⊘ chặn 203.0.113.7 403 origin',
  ],
  [
    { kind: 'rejection', address: '203.0.113.7', status: 403, reason: 'origin', more: 7 },
    '⊘ rejection 203.0.113.7 403 origin and 7 more',
    '⊘ chặn 203.0.113.7 403 origin và 7 lần nữa',
  ],
  [{ kind: 'warning', text: 'x' }, '⚠ warning x', '⚠ cảnh báo x'],
])('%j as a line in both languages', (shown, en, vi) => {
  expect(lineOf(shown, options)).toBe(en);
  expect(lineOf(shown, { ...options, lang: 'vi' })).toBe(vi);
});
