import { existsSync } from 'node:fs';
import { open, readdir, readFile, rename, symlink, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { Marks } from '../../src/ledger/marks.ts';
import { jsonOf } from '../../src/ledger/message.ts';
import { Scanner } from '../../src/ledger/scan.ts';
import type { Message } from '../../src/protocol/replies.ts';
import { append, messageOf, messagesIn, messagesOf, openFile } from '../helpers/history-file.ts';
import { layouts } from '../helpers/layouts.ts';
import { publishedHistory } from '../helpers/published-history.ts';
import { shown, shownAs, without } from '../helpers/removal.ts';
import { newFolder } from '../helpers/server.ts';

const messages: Message[] = [
  { name: 'Ánh', content: '}]\u0000 "bí mật" 👋', timestamp: '22/11/2026 10/0600' },
  { name: 'Bình\n', content: 'giấu ạ\\', timestamp: '22/11' },
  { name: '', content: '[{', timestamp: '' },
  { name: 'An', content: 'kín', timestamp: 't' },
];

/** A file with these bytes, in a folder of its own, opened. */
async function newOpenFile(content: string) {
  const folder = await newFolder();
  const path = join(folder, 'data.json');
  await writeFile(path, content);
  return { folder, path, ...(await openFile(path)) };
}

/** Where each message of a file starts and ends. */
function spansIn(bytes: Buffer): [number, number][] {
  const spans: [number, number][] = [];
  new Scanner((_, start, end) => spans.push([start, end])).push(bytes);
  return spans;
}

test.each(layouts.map((layout, at) => [at, layout] as const))(
  'P-MOD-1: any message is removed in its place, and no other byte changes (layout %i)',
  async (_, layout) => {
    for (const count of [1, 2, 4]) {
      const all = messages.slice(0, count);
      for (const position of all.keys()) {
        const { path, folder, file } = await newOpenFile(layout(all));
        const before = await readFile(path);
        const [start, end] = spansIn(before)[position] ?? [];
        const withName = position % 2 === 1;
        const left = without(all, [position], withName);
        expect(shown(await file.remove([position], withName))).toEqual(shownAs(left, [position]));
        const after = await readFile(path);
        expect(after.subarray(0, start).equals(before.subarray(0, start))).toBe(true);
        expect(after.subarray(end).equals(before.subarray(end))).toBe(true);
        expect(after.subarray(start, end).toString().trimEnd()).toBe(jsonOf(left[position] as Message));
        expect((await readdir(folder)).filter((name) => !name.startsWith('.chat-'))).toEqual(['data.json']);
        await file.append([Buffer.from(jsonOf(messageOf(1)))]);
        await file.close();
        expect(messagesOf((await openFile(path)).history)).toEqual([...left, messageOf(1)]);
      }
    }
  },
);

test('P-MOD-1: what is left of a message fits into its place, however another program has written it', async () => {
  const odd = [
    '{"timestamp":"","content":"","content":"k","name":"\\/\\u0041\\ud800"}',
    '{"n\\u0061me":"\\u0022\\u007f\\u2028","content":"k","timestamp":"\\u000a\\u000b"}',
    '{ "name" : "👋" ,\n "content":"kín" , "timestamp":"t" }',
  ];
  const text = `[${odd.join(' , ')}]`;
  const all: Message[] = JSON.parse(text);
  const { path, file } = await newOpenFile(text);
  const left = without(all, [0, 1, 2]);
  expect(shown(await file.remove([0, 1, 2], false))).toEqual(shownAs(left, [0, 1, 2]));
  expect(await messagesIn(path)).toEqual(left);
  expect((await readFile(path)).length).toBe(Buffer.byteLength(text));
});

test('P-MOD-1: what is not there, has been removed, or is named twice, is removed no second time', async () => {
  const { path, file } = await newOpenFile(JSON.stringify(messages));
  const strange = [3, 0, 0, -1, 1.5, 4, Number.NaN, Infinity];
  const content = without(messages, [0, 3]);
  expect(shown(await file.remove(strange, false))).toEqual(shownAs(content, [0, 3]));
  const before = await readFile(path);
  expect(await file.remove([0, 3, 4], false)).toEqual([]);
  expect(await readFile(path)).toEqual(before);
  const both = without(messages, [0, 3], true);
  expect(shown(await file.remove([0, 3], true))).toEqual(shownAs(both, [0, 3]));
  expect(await file.remove([0, 3], true)).toEqual([]);
  expect(await messagesIn(path)).toEqual(both);
  const empty = await newOpenFile('');
  expect(await empty.file.remove([0], false)).toEqual([]);
});

test('P-MOD-1: messages are removed while others are being appended, each in its own order', async () => {
  const opened = await newOpenFile(publishedHistory(3000).text);
  const model = messagesOf(opened.history);
  const removed = new Set<number>();
  const write = async () => {
    for (let round = 0; round < 40; round++) {
      const batch = Array.from({ length: 1 + (round % 60) }, (_, at) => messageOf(at, round));
      await append(opened, batch);
      model.push(...batch);
    }
  };
  const remove = async () => {
    for (let round = 0; round < 20; round++) {
      const latest = model.length - 1;
      const wanted = [round * 7, latest, latest - 1, 2000 - round].filter((at) => !removed.has(at));
      const found = await opened.file.remove(wanted, false);
      expect(found.map(({ position }) => position)).toEqual(wanted.sort((one, other) => one - other));
      for (const position of wanted) removed.add(position);
    }
  };
  await Promise.all([write(), remove()]);
  expect(await messagesIn(opened.path)).toEqual(without(model, [...removed]));
  await opened.file.close();
  expect(messagesOf((await openFile(opened.path)).history)).toEqual(without(model, [...removed]));
});

test('P-MOD-1: a message is found without reading more than a thousand others', async () => {
  const { messages: all, text } = publishedHistory(5000, { seed: 3 });
  const path = join(await newFolder(), 'data.json');
  await writeFile(path, text);
  const bytes = Buffer.from(text);
  const marks = new Marks();
  const spans = spansIn(bytes);
  for (const [position, [start]] of spans.entries()) marks.note(position, start);
  const handle = await open(path);
  let read = 0;
  const { read: plainRead } = handle;
  handle.read = async (...args: unknown[]) => {
    const result = await Reflect.apply(plainRead, handle, args);
    read += result.bytesRead;
    return result;
  };
  const [longest = 0] = spans.map(([start, end]) => end - start).sort((one, other) => other - one);
  for (const position of [0, 1, 1023, 1024, 2047, 4999]) {
    read = 0;
    const [found] = await marks.find(handle, [position], bytes.length - 1);
    const [start, end] = spans[position] ?? [];
    const json = Buffer.from(jsonOf(all[position] as Message));
    expect(found).toEqual({ position, json, start, end });
    expect(read).toBeLessThanOrEqual(1024 * (longest + 2) + 65_536);
  }
  read = 0;
  expect(await marks.find(handle, [...all.keys()], bytes.length - 1)).toHaveLength(5000);
  expect(read).toBeLessThan(2 * bytes.length);
  await handle.close();
});

test('P-MOD-1: the journal of a file behind a symbolic link stands beside that file', async () => {
  const [folder, elsewhere] = [await newFolder(), await newFolder()];
  await writeFile(join(elsewhere, 'target.json'), JSON.stringify(messages));
  await symlink(join(elsewhere, 'target.json'), join(folder, 'data.json'));
  const { file } = await openFile(join(folder, 'data.json'));
  const seen: string[][] = [];
  file.interpose((handle) => async (...part) => {
    seen.push((await readdir(elsewhere)).filter((name) => !name.startsWith('.chat-')));
    return handle.write(...part);
  });
  await file.remove([1], false);
  expect(seen).toEqual(Array(2).fill(['target.json', 'target.json.journal']));
  expect(await messagesIn(join(elsewhere, 'target.json'))).toEqual(without(messages, [1]));
});

test('P-MOD-1: a file that has been moved away, replaced or closed is not written to', async () => {
  const { path, file } = await newOpenFile(JSON.stringify(messages));
  await rename(path, `${path}.away`);
  await expect(file.remove([1], false)).rejects.toThrow('the data file was removed while the server runs');
  await writeFile(path, JSON.stringify(messages));
  const changed = 'the data file was changed by another program while the server runs';
  await expect(file.remove([1], false)).rejects.toThrow(changed);
  expect([await messagesIn(path), await messagesIn(`${path}.away`)]).toEqual([messages, messages]);
  await rename(`${path}.away`, path);
  await writeFile(path, ' '.repeat(JSON.stringify(messages).length + 60));
  await expect(file.remove([1], false)).rejects.toThrow(changed);
  await writeFile(path, JSON.stringify(messages));
  await file.close();
  await expect(file.remove([1], false)).rejects.toThrow('the data file is closed');
  expect(await messagesIn(path)).toEqual(messages);
  expect(existsSync(`${path}.journal`)).toBe(false);
});
