import { existsSync, writeFileSync } from 'node:fs';
import { mkdir, readdir, readFile, stat, symlink, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import type { Message } from '../../src/protocol/replies.ts';
import { runExport, when, writtenForm } from '../helpers/data.ts';
import { messageOf } from '../helpers/history-file.ts';
import { newProcess } from '../helpers/process.ts';
import { publishedHistory } from '../helpers/published-history.ts';
import { newFolder } from '../helpers/server.ts';

/** A history that has everything that a form must show or withstand. */
const messages: readonly Message[] = [
  { name: 'An', content: 'Chào *cả* nhà!\n\n    1. <b>"một"</b> & hai', timestamp: '26/11/2026 10/0600' },
  { name: '=An', content: '=1+1;@x\t-y', timestamp: '27/11/2026, 10:06:01' },
  { name: 'Bình', content: '', timestamp: '27/11/2026 10/0602' },
  { name: '', content: '', timestamp: '27/11/2026 10/0603' },
  { name: '**Chi**', content: '\u202e`x`\u0007 ', timestamp: 'hôm qua' },
];
const json = writtenForm(messages);

/** A file with this content, and a path where there is nothing yet. */
async function newPlaces(content: string = json) {
  const folder = await newFolder();
  const [file, out] = [join(folder, 'data.json'), join(folder, 'out')] as const;
  await writeFile(file, content);
  return { folder, file, out };
}

/** The text of the export in a form. */
async function exported(file: string, format: string, ...args: string[]): Promise<string> {
  return (await runExport([file, '--format', format, ...args])).text;
}

const published = publishedHistory(500);

test.each([
  ['as the server writes it', json, json],
  ['of the published server', published.text, writtenForm(published.messages)],
  ['in ASCII', publishedHistory(500, { isAscii: true }).text, writtenForm(published.messages)],
  ['indented', `\ufeff${JSON.stringify(messages, undefined, 4)}\n`, json],
  ['of no messages', '', '[]'],
])('a file %s becomes JSON as the server writes it', async (_, content, text) => {
  const { file } = await newPlaces(content);
  expect(await exported(file, 'json')).toBe(text);
});

test('each line of NDJSON is a message with its position', async () => {
  const { file } = await newPlaces();
  const lines = (await exported(file, 'ndjson')).split('\n');
  expect(lines.pop()).toBe('');
  expect(lines.map((line) => JSON.parse(line))).toEqual(
    messages.map((message, position) => ({ position, ...message })),
  );
  const { said } = await runExport([file, '--format', 'ndjson']);
  expect(said).toBe('');
  expect(lines[2]).toBe('{"position":2,"name":"Bình","content":"","timestamp":"27/11/2026 10/0602"}');
});

test('CSV is that of RFC 4180, and has no formula', async () => {
  const { file } = await newPlaces();
  expect(await exported(file, 'csv')).toBe(
    '\ufeffposition,name,content,timestamp\r\n' +
      '0,"An","Chào *cả* nhà!\n\n    1. <b>""một""</b> & hai","26/11/2026 10/0600"\r\n' +
      `1,"'=An","'=1+1;'@x\t'-y","27/11/2026, 10:06:01"\r\n` +
      '2,"Bình","","27/11/2026 10/0602"\r\n' +
      '3,"","","27/11/2026 10/0603"\r\n' +
      '4,"**Chi**","\u202e`x`\u0007 ","hôm qua"\r\n',
  );
});

test('Markdown has a heading for each day, and quotations that nothing leaves', async () => {
  const { file } = await newPlaces();
  // Whether there is a comma behind the weekday is Node's to know.
  expect((await exported(file, 'md')).replaceAll('day\\,', 'day')).toBe(`# data\\.json

## Thursday 26 November 2026

**An** · 10\\:06\\:00 · 0

> Chào \\*cả\\* nhà\\!
> 
> &#32;&#32;&#32;&#32;1\\. \\<b\\>\\"một\\"\\<\\/b\\> \\& hai

## Friday 27 November 2026

**\\=An** · 10\\:06\\:01 · 1

> \\=1\\+1\\;\\@x\t\\-y

**Bình** · 10\\:06\\:02 · 2

> *This message was removed.*

*name erased* · 10\\:06\\:03 · 3

> *This message was removed.*

**\\*\\*Chi\\*\\*** · hôm qua · 4

> \ufffd\\\`x\\\`\ufffd&#32;
`);
  const vietnamese = await exported(file, 'md', '--lang', 'vi');
  expect(vietnamese).toContain('## Thứ Năm');
  expect(vietnamese).toContain('> *Tin nhắn này đã bị gỡ.*');
});

test('lines of a message are lines in Markdown', async () => {
  const { file } = await newPlaces(
    writtenForm([{ ...messageOf(0), content: 'một\r\nhai\n\nba\n# bốn\u2028---\n' }]),
  );
  const quotation = (await exported(file, 'md')).split('\n').filter((line) => line.startsWith('>'));
  expect(quotation).toEqual(['> một\\', '> hai', '> ', '> ba\\', '> \\# bốn\\', '> \\-\\-\\-', '> ']);
});

test('P-DB-4: of a torn file the whole messages are exported, with a warning', async () => {
  const { file } = await newPlaces(json.slice(0, -30));
  const { text, said, code } = await runExport([file, '--format', 'json']);
  expect(text).toBe(writtenForm(messages.slice(0, -1)));
  expect(said).toMatch(/warning: a crash has torn \S+data\.json, or a server .*: bytes not exported \d+$/m);
  expect(code).toBe(0);
});

test('half a character is not lost unsaid', async () => {
  const { file } = await newPlaces(writtenForm([{ ...messageOf(0), content: 'x\ud800' }]));
  const { text, said } = await runExport([file, '--format', 'csv']);
  expect(text).toContain('"x\ufffd"');
  expect(said).toContain(
    'warning: half of a character, which only JSON can have, was replaced in messages: 1\n',
  );
  expect((await runExport([file, '--format', 'ndjson'])).said).not.toContain('warning');
});

test('P-MOD-2: several files are one export, and positions begin where the first message has its own', async () => {
  const { folder, file, out } = await newPlaces();
  const archive = join(folder, '2026-10.json');
  await writeFile(archive, writtenForm([messageOf(0), messageOf(1)]));
  const positions = async () => {
    const { text } = await runExport([archive, file, '--format', 'ndjson']);
    return [...text.matchAll(/^\{"position":(\d+),/gm)].map(([, position]) => Number(position));
  };
  expect(await positions()).toEqual([0, 1, 2, 3, 4, 5, 6]);
  await writeFile(`${file}.base`, '{"base":40}');
  expect(await positions()).toEqual([0, 1, 40, 41, 42, 43, 44]);
  const drop = when(`exporting ${file}: `, () => writeFileSync(`${file}.base`, '{"base":41}'));
  const { said } = await runExport([file, '--format', 'md', '--out', out], drop);
  expect(said).toContain(`a server has dropped messages from ${file} meanwhile: positions may be wrong\n`);
});

test.each([
  [
    ['--since', '2026-11-27'],
    [1, 2, 3],
  ],
  [['--until', '2026-11-26'], [0]],
  [['--since', '2026-11-26', '--until', '2026-11-27', '--author', 'AN '], [0]],
  [['--author', 'bình'], [2]],
  [['--author', 'x'], []],
])('%j exports the messages %j', async (args, expected) => {
  const { file } = await newPlaces();
  const lines = (await exported(file, 'ndjson', ...args)).split('\n').filter((line) => line !== '');
  expect(lines.map((line) => JSON.parse(line).position)).toEqual(expected);
});

test('a file is written as a whole, for its owner only, and never over another', async () => {
  const { folder, file, out } = await newPlaces();
  const command = [file, '--format', 'json', '--out', out];
  expect((await runExport(command)).printed).toEqual([`${out}: messages 5, of which removed 2`]);
  expect(await readFile(out, 'utf8')).toBe(json);
  expect((await stat(out)).mode & 0o777).toBe(0o600);
  await expect(runExport(command)).rejects.toThrow(`cannot write ${out}: it exists, and --force replaces it`);
  const shorter = [...command, '--author', 'An', '--json'];
  const { printed } = await runExport([...shorter, '--force']);
  expect(printed.map((line) => JSON.parse(line))).toEqual([{ out, messages: 1, removed: 0 }]);
  expect(await readFile(out, 'utf8')).toBe(writtenForm(messages.slice(0, 1)));
  expect(await readdir(folder)).toEqual(['data.json', 'out']);
});

test.each([
  ['a folder', (out: string) => mkdir(out)],
  ['a link', (out: string) => symlink('nowhere', out)],
])('%s is not replaced even by force', async (_, make) => {
  const { file, out } = await newPlaces();
  await make(out);
  await expect(runExport([file, '--format', 'json', '--out', out, '--force'])).rejects.toThrow(
    `cannot write ${out}: it is not a regular file`,
  );
});

test('nothing is written over a file that came to exist meanwhile', async () => {
  const { folder, file, out } = await newPlaces(published.text);
  const make = when(`exporting ${file}: `, () => writeFileSync(out, 'notes'));
  await expect(runExport([file, '--format', 'json', '--out', out], make)).rejects.toThrow(
    `cannot write ${out}: it exists, and --force replaces it`,
  );
  expect(await readFile(out, 'utf8')).toBe('notes');
  expect(await readdir(folder)).toEqual(['data.json', 'out']);
});

test('interrupted, or with a file that is no history, it leaves nothing behind', async () => {
  const { folder, file, out } = await newPlaces(writtenForm([messageOf(0, 3_000_000)]));
  const interruption = new AbortController();
  const interrupt = when(`exporting ${file}: `, () => interruption.abort());
  const command = [file, '--format', 'json', '--out', out];
  await expect(runExport(command, { signal: interruption.signal, ...interrupt })).rejects.toThrow(
    'interrupted',
  );
  await writeFile(file, '[{"name":"An"}]');
  await expect(runExport(command)).rejects.toMatchObject({ code: 'DATA_INVALID' });
  expect(await readdir(folder)).toEqual(['data.json']);
  await expect(runExport([out, '--format', 'json'])).rejects.toThrow(`cannot open ${out}: `);
});

test('an export does not take the place of what is exported', async () => {
  const { folder, file } = await newPlaces();
  const link = join(folder, 'link.json');
  await symlink(file, link);
  const command = [link, '--format', 'json', '--author', 'An', '--force', '--out', file];
  await expect(runExport(command)).rejects.toThrow('DEST must be another file than FILE');
  expect(await readFile(file, 'utf8')).toBe(json);
});

test('the executable writes to standard output, and says so where nobody reads that any more', async () => {
  const { file } = await newPlaces(
    writtenForm(Array.from({ length: 50 }, (_, at) => messageOf(at, 100_000))),
  );
  const whole = newProcess(['data', 'export', file, '--format', 'ndjson']);
  expect(await whole.exited).toEqual({ code: 0, signal: null });
  expect(whole.lines.map((line) => JSON.parse(line).position)).toEqual([...Array(50).keys()]);
  const left = newProcess(['data', 'export', file, '--format', 'json']);
  left.child.stdout.destroy();
  expect(await left.exited).toEqual({ code: 1, signal: null });
  expect(left.stderr).toBe('cannot write to standard output: broken pipe (EPIPE)\n');
});

test.each([
  [['a', '--format', 'xml'], 'data export takes files, and --format json, ndjson, csv, md or html'],
  [['--format', 'json'], 'data export takes files'],
  [['rediss://host/0', '--format', 'json'], 'it takes files; data copy makes '],
  [['a', '--format', 'md', '--lang', 'de'], '--lang must be en or vi'],
  [['a', '--format', 'md', '--since', '2026-02-30'], '--since must be a day such as 2026-11-27'],
])('%j is wrong usage', async (args, line) => {
  await expect(runExport(args)).rejects.toMatchObject({
    code: 'CONFIG_INVALID',
    message: expect.stringContaining(line),
  });
  expect(existsSync('a')).toBe(false);
});
