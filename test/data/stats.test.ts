import { readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { XMLParser } from 'fast-xml-parser';
import { expect, test } from 'vitest';
import { barsOf, textPlot, titleOf } from '../../src/data/plot.ts';
import { runIn, when, writtenForm } from '../helpers/data.ts';
import { newFolder } from '../helpers/server.ts';

/** Four days, one of them empty; both dialects; a removed message, one of an erased author, and one without a date. */
const messages = [
  { name: 'An', content: '👋👋', timestamp: '21/11/2026 10/0600' },
  { name: 'An', content: 'x'.repeat(10), timestamp: '21/11/2026 23/5959' },
  { name: 'Bình', content: 'xin chào', timestamp: '22/11/2026, 00:00:00' },
  { name: 'An', content: '', timestamp: '22/11/2026, 00:00:01' },
  { name: '', content: '', timestamp: '24/11/2026, 08:30:00' },
  { name: 'Eve\u001b[2J\nroot', content: 'abc', timestamp: 'yesterday' },
];

/** A file with these messages, and the arguments that name it. */
async function newFile(content = writtenForm(messages)): Promise<string> {
  const path = join(await newFolder(), 'data.json');
  await writeFile(path, content);
  return path;
}

test('messages are counted by day, by author and by length, in all files together', async () => {
  const [path, other] = [await newFile(), await newFile(writtenForm(messages.slice(0, 1)))];
  const { code, printed } = await runIn(['stats', path, other, '--json', '--authors', '2']);
  expect(code).toBe(0);
  expect(printed.map((line) => JSON.parse(line))).toEqual([
    {
      ...{ messages: 7, removed: 2, undated: 1 },
      ...{ first: '2026-11-21 10:06:00', last: '2026-11-24 08:30:00' },
      lengths: { min: 2, median: 3, p95: 10, max: 10 },
      authors: 3,
      top: [
        { name: 'An', messages: 4 },
        { name: 'Bình', messages: 1 },
      ],
      days: [
        { day: '2026-11-21', messages: 3 },
        { day: '2026-11-22', messages: 2 },
        { day: '2026-11-24', messages: 1 },
      ],
    },
  ]);
});

test('what is printed fits the terminal and cannot control it', async () => {
  const { printed } = await runIn(['stats', await newFile()], { columns: 60 });
  expect(printed).toEqual([
    'messages    6, removed 2',
    'undated     1',
    'time        2026-11-21 10:06:00 to 2026-11-24 08:30:00, days with messages 3',
    'characters  min 2, median 3, 95 % up to 10, max 10',
    'authors     3',
    '  3  An',
    '  1  Bình',
    String.raw`  1  Eve\u001b[2J\u000aroot`,
    '',
    'Messages a day',
    '2 ██',
    '  ██',
    '  ██',
    '  ██',
    '  ██ █',
    '  ██ █',
    '  ██ █',
    '  ██ █',
    '  2026-11-21 to 2026-11-24',
  ]);
});

test('the plot has at most so many bars, and a day with one message is seen beside one with thousands', () => {
  const days = new Map([
    [20_000, 8000],
    [20_001, 0],
    [20_050, 1],
    [20_100, 5],
  ]);
  const bars = barsOf(days, 26);
  if (bars === undefined) throw new Error('no bars');
  expect(bars).toMatchObject({ first: 20_000, last: 20_100, daysPerBar: 4 });
  expect(bars.heights).toHaveLength(26);
  // The last bar has one day only.
  expect([bars.heights[0], bars.heights[12], bars.heights[25]]).toEqual([2000, 0.25, 5]);
  expect(titleOf(bars)).toBe('Messages a day, averages of 4 days');
  const lines = textPlot(bars);
  expect(lines.slice(7)).toEqual(['     █           ▁            ▁', '     2024-10-04      2025-01-12']);
  expect(lines[0]).toBe('2000 █');
});

test('--svg writes the plot as a picture', async () => {
  const path = await newFile();
  const svg = `${path}.svg`;
  await runIn(['stats', path, '--svg', svg]);
  const picture = new XMLParser({ ignoreAttributes: false }).parse(await readFile(svg, 'utf8')).svg;
  expect(picture.title).toBe('Messages a day, 2026-11-21 to 2026-11-24');
  const [ground, ...bars] = picture.rect.map((rect: Record<string, string>) => Number(rect['@_height']));
  expect(ground).toBeNaN();
  expect(bars).toEqual([208, 208, 104]);
});

test('a file without messages has nothing to plot', async () => {
  const path = await newFile('[]');
  const { code, printed } = await runIn(['stats', path, '--json']);
  expect(code).toBe(0);
  expect(JSON.parse(`${printed}`)).toEqual({
    ...{ messages: 0, removed: 0, undated: 0, first: null, last: null, lengths: null, authors: 0 },
    ...{ top: [], days: [] },
  });
  expect((await runIn(['stats', path])).printed).toEqual(['messages    0', 'authors     0']);
  await expect(runIn(['stats', path, '--svg', `${path}.svg`])).rejects.toThrow('there is nothing to plot');
});

test('P-DB-2: a file that is not a history is not counted', async () => {
  await expect(runIn(['stats', await newFile('[{}]')])).rejects.toMatchObject({ code: 'DATA_INVALID' });
});

test('interrupted, it says so', async () => {
  const interruption = new AbortController();
  const interrupt = when('counting', () => interruption.abort());
  const counting = runIn(['stats', await newFile()], { signal: interruption.signal, ...interrupt });
  await expect(counting).rejects.toThrow('interrupted; nothing was changed');
});
