import { readFileSync } from 'node:fs';
import { expect, test } from 'vitest';

const read = (path: string) => readFileSync(new URL(`../${path}`, import.meta.url), 'utf8');
const all = (text: string, pattern: RegExp) => [...text.matchAll(pattern)].map(([, found]) => found);

const block = /^ *```.*\n[\s\S]*?^ *```$/gm;
const blocksOf = (text: string) => text.match(block) ?? [];
/** Text without its code blocks. */
const outside = (text: string) => text.replace(block, '');
const headingsOf = (text: string) => all(outside(text), /^(#+) /gm);
/** The code in each row of the tables, in whatever order its language puts it. */
const rowsOf = (text: string) =>
  all(outside(text), /^\|(.*)\|$/gm).map((row) => all(`${row}`, /(`[^`]+`)/g).sort());

/** What no translation changes: the levels of the headings, the code in each row of the tables. */
const shapeOf = (text: string) => ({ headings: headingsOf(text), rows: rowsOf(text) });

test('the protocol says the same in Vietnamese: rules, examples, tables, headings and anchors', () => {
  const [english, vietnamese] = [read('docs/protocol.md'), read('docs/protocol.vi.md')];
  const rules = /^\| (P-[A-Z]+-\d+) \|/gm;
  expect(all(english, rules)).not.toEqual([]);
  expect(all(vietnamese, rules)).toEqual(all(english, rules));
  expect(blocksOf(english)).toHaveLength(12);
  expect(blocksOf(vietnamese)).toEqual(blocksOf(english));
  expect(shapeOf(vietnamese)).toEqual(shapeOf(english));
  const anchors = all(english, /\(#([^)]+)\)/g);
  expect(all(vietnamese, /\(#([^)]+)\)/g)).toEqual(anchors);
  expect(all(vietnamese, /^<a id="([^"]+)"><\/a>$/gm)).toEqual(anchors);
});

test.each(['README', 'SECURITY', 'docs/operations', 'docs/scaling'])(
  '%s says the same in Vietnamese: commands, programs, tables and headings',
  (name) => {
    const [english, vietnamese] = [read(`${name}.md`), read(`${name}.vi.md`)];
    expect(rowsOf(english)).not.toEqual([]);
    expect(blocksOf(vietnamese)).toEqual(blocksOf(english));
    expect(shapeOf(vietnamese)).toEqual(shapeOf(english));
  },
);

test.each(['README.md', 'README.vi.md'])('%s quotes what a shell would not leave alone', (file) => {
  const given = all(read(file), /--(?:embed-origins|color)\s+([^`\s|].*?)`/g);
  expect(given.length).toBeGreaterThan(0);
  expect(given.filter((value) => !/^(?:"[^"]*"|[\w:/.-]+)$/.test(`${value}`))).toEqual([]);
});
