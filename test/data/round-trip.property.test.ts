import { readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import fc from 'fast-check';
import { expect, test } from 'vitest';
import { guarded, unguarded } from '../../src/data/export/csv.ts';
import { runIn, writtenForm } from '../helpers/data.ts';
import { publishedHistory } from '../helpers/published-history.ts';
import { newFolder } from '../helpers/server.ts';

/** So long that it is read in several chunks, which end anywhere in a message. */
const published = publishedHistory(25_000);
type Paths = [string, string, string];

/** Made of what forms and spreadsheets take for more than text. */
const nasty = fc
  .array(
    fc.oneof(
      fc.constantFrom(
        '"',
        "'",
        ',',
        ';',
        '\n',
        '\r',
        '\t',
        '=',
        '+',
        '-',
        '@',
        '＝',
        ' ',
        '\u0000',
        '\ufeff',
      ),
      fc.constantFrom('\u2028', '\\', '{', '</p>', '[]', '\u202e', '👋', 'ạ'),
      fc.string({ unit: 'grapheme', maxLength: 3 }),
    ),
    { maxLength: 12 },
  )
  .map((parts) => parts.join(''));
const binary = fc.string({ unit: 'binary', maxLength: 10 });
const history = (text: fc.Arbitrary<string>) =>
  fc.array(fc.record({ name: text, content: text, timestamp: text }), { maxLength: 6 });

test.each([
  ['json', history(fc.oneof(nasty, binary))],
  ['ndjson', history(fc.oneof(nasty, binary))],
  ['csv', history(fc.oneof(nasty, binary).map((text) => text.toWellFormed()))],
])('what is exported as %s and imported is the same, byte for byte', async (format, histories) => {
  const folder = await newFolder();
  const [from, between, to] = ['from', 'between', 'to'].map((name) => join(folder, name)) as Paths;
  await fc.assert(
    fc.asyncProperty(histories, async (messages) => {
      await writeFile(from, JSON.stringify(messages));
      await runIn(['export', from, '--format', format, '--out', between, '--force']);
      await writeFile(to, '');
      await runIn(['import', between, '--from', format, '--into', to]);
      expect(await readFile(to, 'utf8')).toBe(writtenForm(messages));
    }),
    { numRuns: 40 },
  );
});

test.each(['json', 'ndjson', 'csv'])('a history of several pages comes back from %s', async (format) => {
  const folder = await newFolder();
  const [from, between, to] = ['from', 'between', 'to'].map((name) => join(folder, name)) as Paths;
  await writeFile(from, published.text);
  await runIn(['export', from, '--format', format, '--out', between]);
  await runIn(['import', between, '--from', format, '--into', to]);
  expect(await readFile(to, 'utf8')).toBe(writtenForm(published.messages));
});

test('a guarded text has no cell that begins like a formula, and the guards can be taken away', () => {
  fc.assert(
    fc.property(fc.oneof(nasty, fc.string({ unit: 'binary' })), (text) => {
      const cells = guarded(text).split(/[;\t\r\n]/);
      // Spreadsheets do not count white space, quotes and what is not seen.
      expect(cells.filter((cell) => /^[\s"\p{C}]*[=+\-@＝＋－＠]/u.test(cell))).toEqual([]);
      expect(unguarded(guarded(text))).toBe(text);
    }),
    { numRuns: 1000 },
  );
});

test('a long run of blanks is guarded in no time that grows with its square', () => {
  const blanks = `x${' '.repeat(1_000_000)}=`;
  expect(guarded(blanks)).toBe(blanks);
  expect(guarded(blanks.slice(1))).toBe(`${blanks.slice(1, -1)}'=`);
});
