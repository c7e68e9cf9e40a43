import { execFile } from 'node:child_process';
import { copyFile, readFile, rm, truncate, writeFile } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { promisify } from 'node:util';
import fc from 'fast-check';
import { expect, test } from 'vitest';
import { damaged, interruptRemoval } from '../helpers/damage.ts';
import { runIn, when, writtenForm } from '../helpers/data.ts';
import { messageOf, openFile } from '../helpers/history-file.ts';
import { newFolder } from '../helpers/server.ts';

const run = promisify(execFile);
const messages = Array.from({ length: 4 }, (_, position) => messageOf(position));
const json = writtenForm(messages);
const M = '{"name":"An","content":"x","timestamp":"t"}';

/** A file with this content. */
async function newFile(content: string | Uint8Array): Promise<string> {
  const path = join(await newFolder(), 'data.json');
  await writeFile(path, content);
  return path;
}

/** What the check says of a file with this content: the exit code and its lines, without the path. */
async function checked(content: string | Uint8Array) {
  const path = await newFile(content);
  const { code, printed, said } = await runIn(['check', path]);
  expect(said).not.toContain('\n');
  expect(await readFile(path)).toEqual(Buffer.from(content));
  return { code, lines: printed.map((line) => line.replace(`${path}: `, '')) };
}

test.each([
  ['as the server writes it', json, ['messages 4: a start loads it as it is']],
  ['indented', JSON.stringify(messages, undefined, 2), ['messages 4: a start loads it as it is']],
  ['without messages', '[]', ['messages 0: a start loads it as it is']],
  ['of no bytes', '', ['it is empty: a start makes it a history without messages']],
  ['of zero bytes', '\0\0', ['it is empty: a start makes it a history without messages']],
  [
    'with a byte order mark',
    `\ufeff${json}`,
    ['note: it begins with a byte order mark, which stays', 'messages 4: a start loads it as it is'],
  ],
  [
    'with a key twice',
    `[${M},\n{"name":"An","content":"}\\"","content":"y","timestamp":"t"}]`,
    [
      'note: messages that have a key twice: 1, the first in line 2, byte 46; the last value counts',
      'messages 2: a start loads it as it is',
    ],
  ],
])('a file %s is good', async (_, content, lines) => {
  expect(await checked(content)).toEqual({ code: 0, lines });
});

test.each([
  ['inside a message', `[${M}\n,{"name":"Bình","con`, 22],
  ['after a comma', `[${M},`, 1],
  ['before its bracket', `[${M}\n`, 1],
  ['by a power loss', `[${M}\n${'\0'.repeat(100)}`, 101],
  ['by zero bytes behind its bracket', `[${M}\n]\0\0\0`, 5],
])('P-DB-4: a file that is torn %s is repaired at a start', async (_, content, cut) => {
  const text = `messages 1, torn behind line 1, byte 44: a start keeps the messages and cuts off ${cut} bytes`;
  expect(await checked(content)).toEqual({ code: 1, lines: [text] });
});

test('P-DB-2: every fault is told with its line and byte, and all whole messages are found', async () => {
  const parts = [
    `[${M}`,
    '\n,{"name":"An","content":"x","timestamp":"t","id":1}',
    `\n,${M}`,
    `\n${M}`,
    '\n,{"name":"An","content":"x,"timestamp":"t"}',
    `\n,${M}\0\0,`,
    `\n,${M}\n]\n`,
    `log line\n${M} {"name":"`,
  ];
  const offsets = parts.map((__, index) => Buffer.byteLength(parts.slice(0, index).join('')));
  const { code, lines } = await checked(parts.join(''));
  const at = (part: number, more: number) => (offsets[part] ?? 0) + more;
  expect(code).toBe(1);
  expect(lines).toEqual([
    `line 2, byte ${at(1, 2)}: a message has the unknown key "id"`,
    `line 4, byte ${at(3, 1)}: expected ',' or ']' after the message, found '{'`,
    `line 5, byte ${at(4, 2)}: an object is neither a message nor the beginning of one`,
    `line 6, byte ${at(5, 47)}: expected nothing after the zero bytes, found ','`,
    `line 9, byte ${at(7, 0)}: expected nothing after the closing ']', found 'l'`,
    `line 10, byte ${at(7, 53)}: expected ',' or ']' after the message, found '{'`,
    'messages 6, faults 6: a start refuses it; data repair keeps the messages',
  ]);
});

test.each([
  [
    'invalid UTF-8',
    Buffer.from('5b7b226e616d65223aff', 'hex'),
    'line 1, byte 1: an object is neither a message nor',
  ],
  [
    'UTF-16',
    Buffer.from(`\ufeff${json}`, 'utf16le'),
    "line 1, byte 0: expected '[', the start of a JSON array, found",
  ],
  [
    'a compressed file',
    Buffer.from('1f8b0800', 'hex'),
    "line 1, byte 0: expected '[', the start of a JSON array",
  ],
  ['one message', Buffer.from(M), "line 1, byte 0: expected '[', the start of a JSON array, found '{'"],
])('P-DB-2: %s is refused', async (_, content, fault) => {
  const { code, lines } = await checked(content);
  expect(code).toBe(1);
  expect(lines[0]).toContain(fault);
  expect(lines).toHaveLength(2);
  expect(lines[1]).toContain('faults 1: a start refuses it');
});

test.each([
  [
    'base',
    '{"base":7}',
    0,
    ['note: positions begin at 7, as FILE.base says', 'messages 4: a start loads it as it is'],
  ],
  [
    'base',
    '{"base":7,"next":9}',
    0,
    ['note: positions begin at 9, as FILE.base says', 'messages 4: a start loads it as it is'],
  ],
  [
    'next',
    '',
    0,
    [
      'note: messages were being dropped from it: a start removes FILE.next',
      'messages 4: a start loads it as it is',
    ],
  ],
  [
    'journal',
    '',
    0,
    [
      'note: a removal has only been prepared: a start removes FILE.journal',
      'messages 4: a start loads it as it is',
    ],
  ],
  [
    'base',
    '{"base":-1}',
    1,
    ['messages 4, faults 0: a start refuses it: cannot use FILE.base: base and next must be positions'],
  ],
  [
    'moderation',
    '{"base',
    1,
    [expect.stringMatching(/^messages 4, faults 0: a start refuses it: cannot use FILE.moderation: ./)],
  ],
])('a file .%s beside it, %s, is explained', async (name, content, code, lines) => {
  const path = await newFile(json);
  await writeFile(`${path}.${name}`, content);
  const { code: found, printed } = await runIn(['check', path]);
  const told = printed.map((line) => line.replace(`${path}: `, '').replaceAll(path, 'FILE'));
  expect({ code: found, lines: told }).toEqual({ code, lines });
});

test('P-MOD-1: an interrupted removal is explained, and one in another file is a fault', async () => {
  const path = await newFile(json);
  await interruptRemoval(path, 1);
  const { code, printed } = await runIn(['check', path]);
  expect(code).toBe(0);
  expect(printed[0]).toContain('note: a removal is under way or was interrupted: a start finishes it first');
  await writeFile(path, writtenForm(messages.slice(1)));
  const other = await runIn(['check', path]);
  expect(other.code).toBe(1);
  expect(other.printed).toEqual([
    `${path}: messages 3, faults 0: a start refuses it: ${path}.journal is about a removal in another file`,
  ]);
});

test('while messages are dropped, positions begin where they did', async () => {
  const path = await newFile(json);
  await writeFile(`${path}.base`, '{"base":7,"next":9}');
  await writeFile(`${path}.next`, '[');
  const { printed } = await runIn(['check', path]);
  expect(printed[1]).toContain('note: positions begin at 7');
});

test('a long file is searched across its windows', async () => {
  const long = messageOf(7, 300_000);
  const open = '{"name":"An","content":"x,'.padEnd(200_000, 'y');
  const content = `[${JSON.stringify(long)}\n,${open}\n,${JSON.stringify(long)}]`;
  const { lines } = await checked(content);
  expect(lines).toHaveLength(2);
  expect(lines[1]).toContain('messages 2, faults 1');
});

test('what a start does is what the check has said', async () => {
  const folder = await newFolder();
  const [path, copy] = [join(folder, 'data.json'), join(folder, 'copy.json')];
  await fc.assert(
    fc.asyncProperty(damaged, fc.nat(40), async ({ text }, missing) => {
      const bytes = Buffer.from(text);
      await writeFile(path, bytes.subarray(0, Math.max(0, bytes.length - missing)));
      await copyFile(path, copy);
      const { printed } = await runIn(['check', path, '--json']);
      const verdict = JSON.parse(printed.at(-1) ?? '');
      const started = await openFile(copy).catch(() => undefined);
      await started?.file.close();
      const cut = started?.repairs.map(({ bytes: cutBytes }) => cutBytes);
      expect(verdict.start).toBe(cut === undefined ? 'refuses' : cut.length > 0 ? 'repairs' : 'loads');
      if (cut === undefined) return;
      expect(verdict).toMatchObject({ messages: started?.history.length, faults: 0 });
      expect(verdict.cut).toBe(cut[0]);
    }),
    { numRuns: 150 },
  );
});

test('--json: an object a line, and what is wrong with one file does not keep it from the next', async () => {
  const [good, bad] = [await newFile(json), await newFile(`[${M}\n,{}]`)];
  const { code, printed } = await runIn(['check', '/nowhere/data.json', bad, good, '--json']);
  expect(code).toBe(1);
  expect(printed.map((line) => JSON.parse(line))).toEqual([
    {
      ...{ file: '/nowhere/data.json', type: 'verdict', start: 'cannot read' },
      text: 'cannot open /nowhere/data.json: no such file or directory (ENOENT)',
    },
    {
      ...{ file: bad, type: 'fault', line: 2, byte: 46, until: 49 },
      text: 'a message has no string under "name"',
    },
    {
      ...{ file: bad, type: 'verdict', start: 'refuses', messages: 1, faults: 1 },
      text: 'messages 1, faults 1: a start refuses it; data repair keeps the messages',
    },
    {
      ...{ file: good, type: 'verdict', start: 'loads', messages: 4, faults: 0 },
      text: 'messages 4: a start loads it as it is',
    },
  ]);
});

test('a file that a server writes to meanwhile is read again', async () => {
  const path = await newFile(writtenForm(Array.from({ length: 300 }, (_, at) => messageOf(at, 10_000))));
  const shorten = when('checking', () => void truncate(path, 100));
  const { printed } = await runIn(['check', path], shorten);
  expect(printed).toEqual([expect.stringContaining('messages 0, torn behind line 1, byte 1')]);
});

test('interrupted, it says so', async () => {
  const path = await newFile(json);
  const interruption = new AbortController();
  interruption.abort();
  await expect(runIn(['check', path], { signal: interruption.signal })).rejects.toThrow('interrupted');
});

test('it changes nothing, also in the folder', async () => {
  const path = await newFile(`[${M},`);
  const list = (flags: string) => run('ls', [flags, '--full-time', dirname(path)]);
  // The folder and what is in it, but not what is around it, where others come and go.
  const look = () => Promise.all(['-lind', '-linA'].map(list));
  const before = await look();
  await runIn(['check', path]);
  expect(await look()).toEqual(before);
});

test('what stands beside a history is none, and is checked with it, as in a folder of backups', async () => {
  const path = await newFile(json);
  await writeFile(`${path}.moderation`, '{"bans":[]}');
  const { printed } = await runIn(['check', path]);
  const all = await runIn(['check', path, `${path}.moderation`]);
  expect(all.printed).toEqual([
    ...printed,
    `${path}.moderation: note: it is no history, but belongs to ${path}, and is checked with that`,
  ]);
  expect((await runIn(['check', `${path}.moderation`])).code).toBe(1);
  // Without its history it is a file like others.
  await rm(path);
  expect((await runIn(['check', `${path}.moderation`])).printed[0]).toContain("expected '['");
});
