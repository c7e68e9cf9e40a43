import { chmod, cp, mkdir, readdir, readFile, rm, stat, symlink, writeFile } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import fc from 'fast-check';
import { expect, test } from 'vitest';
import { JsonArrayFile } from '../../src/ledger/json-array-file.ts';
import type { Message } from '../../src/protocol/replies.ts';
import { crashAfter } from '../helpers/crash.ts';
import {
  append,
  messageOf,
  messagesIn,
  messagesOf,
  type OpenFile,
  openFile,
} from '../helpers/history-file.ts';
import { layouts } from '../helpers/layouts.ts';
import { newFolder } from '../helpers/server.ts';

const messages = Array.from({ length: 6 }, (_, position) => messageOf(position));

async function newFile(layout = layouts.length - 1, all: readonly Message[] = messages): Promise<string> {
  const path = join(await newFolder(), 'data.json');
  await writeFile(path, layouts[layout]?.(all) ?? '');
  return path;
}

/** What is there after a drop, in the file and at the next start. */
async function expectKept(
  path: string,
  opened: OpenFile,
  base: number,
  all: readonly Message[],
): Promise<void> {
  expect(await messagesIn(path)).toEqual(all.slice(base));
  await opened.file.close();
  const again = await openFile(path);
  expect([again.history.base, messagesOf(again.history)]).toEqual([base, all.slice(base)]);
  expect(again.repairs).toEqual([]);
  expect((await readdir(dirname(path))).filter((name) => /next|new/.test(name))).toEqual([]);
}

/** Numbers of messages to append, as negative numbers, and of messages to drop. */
const steps = fc.array(fc.integer({ min: -3, max: 8 }), { maxLength: 8 });

test('P-MOD-2: whatever is dropped and appended, in any layout, the file has what is kept', async () => {
  await fc.assert(
    fc.asyncProperty(steps, fc.nat(layouts.length - 1), fc.nat(6), async (steps, layout, count) => {
      const all = messages.slice(0, count);
      const path = await newFile(layout, all);
      const opened = await openFile(path);
      let base = 0;
      for (const step of steps) {
        const more = Array.from({ length: -step }, (_, index) => messageOf(all.length + index, 40));
        if (step < 0) {
          await append(opened, more);
          all.push(...more);
        } else if (Math.min(base + step, all.length) > base) {
          base = Math.min(base + step, all.length);
          await opened.file.drop(base);
          opened.history.drop(base);
        }
        expect(await messagesIn(path)).toEqual(all.slice(base));
      }
      const wanted = [base - 1, base, all.length - 1, all.length];
      const removed = await opened.file.remove(wanted, false);
      const positions = [...new Set(wanted)].filter((position) => position >= base && position < all.length);
      expect(removed.map(({ position }) => position)).toEqual(positions);
      for (const position of positions) all[position] = { ...(all[position] as Message), content: '' };
      await expectKept(path, opened, base, all);
      await rm(dirname(path), { recursive: true });
    }),
    { numRuns: 60 },
  );
});

test('P-MOD-2: in a long file too, a message is found after a drop', async () => {
  const all = Array.from({ length: 5000 }, (_, position) => messageOf(position));
  const path = await newFile(layouts.length - 1, all);
  const opened = await openFile(path);
  await opened.file.drop(1500);
  await opened.file.drop(1501);
  for (const position of [1501, 1700, 2047, 2048, 4999]) {
    await opened.file.remove([position], false);
    all[position] = { ...messageOf(position), content: '' };
  }
  await expectKept(path, opened, 1501, all);
});

test.each([3, 6])(
  'P-MOD-2: a drop of %i of 6 that is stopped anywhere has happened or has not, and nothing is lost',
  async (base) => {
    const source = await newFile();
    const earlier = await openFile(source);
    await earlier.file.drop(1);
    await earlier.file.close();
    const all = [...messages, messageOf(6)];
    const seen: string[] = [];
    for (let count = 0, hasCrashed = true; hasCrashed; count++) {
      const folder = await newFolder();
      const path = join(folder, 'data.json');
      await cp(source, path);
      await cp(`${source}.base`, `${path}.base`);
      const opened = await openFile(path);
      let isAppended = false;
      hasCrashed = await crashAfter(count, async () => {
        const dropped = opened.file.drop(base);
        await append(opened, [messageOf(6)]);
        isAppended = true;
        await dropped;
      });
      await opened.file.close();
      const again = await openFile(path);
      const found = messagesOf(again.history);
      const kept = again.history.base;
      expect([1, base]).toContain(kept);
      expect(found).toEqual(all.slice(kept, kept + found.length));
      expect(kept + found.length).toBeGreaterThanOrEqual(isAppended ? 7 : 6);
      expect((await readdir(folder)).filter((name) => name.endsWith('.next'))).toEqual([]);
      // What is left of the drop does not disturb the next one.
      await again.file.drop(6);
      expect(await messagesIn(path)).toEqual(all.slice(6, kept + found.length));
      seen.push(`${kept}`);
      await again.file.close();
      await rm(folder, { recursive: true });
    }
    expect(seen.length).toBeGreaterThan(10);
    expect([seen.at(0), seen.at(-1)]).toEqual(['1', `${base}`]);
  },
);

test('P-MOD-2: messages are appended while others are dropped', async () => {
  const all = Array.from({ length: 3000 }, (_, position) => messageOf(position, 1000));
  const path = await newFile(layouts.length - 1, all);
  const opened = await openFile(path);
  let isDropped = false;
  const dropped = opened.file.drop(1000, { isGentle: true }).then(() => {
    isDropped = true;
  });
  let during = 0;
  while (!isDropped) {
    await append(opened, [messageOf(all.length)]);
    all.push(messageOf(all.length));
    during++;
  }
  await dropped;
  expect(during).toBeGreaterThan(1);
  await expectKept(path, opened, 1000, all);
});

test('P-MOD-1: a removal during a drop leaves no copy of the text', async () => {
  const all = Array.from({ length: 3000 }, (_, position) => messageOf(position, 1000));
  all[2000] = { name: 'An', content: 'bí mật', timestamp: 't' };
  const path = await newFile(layouts.length - 1, all);
  const opened = await openFile(path);
  const [, removed] = await Promise.all([opened.file.drop(1000), opened.file.remove([999, 2000], false)]);
  expect(removed).toMatchObject([{ position: 2000 }]);
  for (const name of await readdir(dirname(path)))
    if (!name.startsWith('.chat-'))
      expect(await readFile(join(dirname(path), name), 'utf8')).not.toContain('bí mật');
  all[2000] = { name: 'An', content: '', timestamp: 't' };
  await expectKept(path, opened, 1000, all);
});

test('P-MOD-2: a drop that is stopped leaves the file as it was, and nothing beside it', async () => {
  const path = await newFile();
  const opened = await openFile(path);
  const stop = new AbortController();
  const dropped = opened.file.drop(2, stop);
  stop.abort();
  await expect(dropped).rejects.toThrow('aborted');
  await expect(opened.file.drop(2, stop)).rejects.toThrow('aborted');
  expect(await messagesIn(path)).toEqual(messages);
  await opened.file.drop(3);
  await expectKept(path, opened, 3, messages);
});

test('P-MOD-2: the file that takes the place has its mode, and a symbolic link stays one', async () => {
  const path = await newFile();
  await chmod(path, 0o640);
  const link = join(await newFolder(), 'link.json');
  await symlink(path, link);
  const opened = await openFile(link);
  await opened.file.drop(4);
  expect((await stat(path)).mode & 0o777).toBe(0o640);
  expect((await stat(`${path}.base`)).mode & 0o777).toBe(0o600);
  expect(await readFile(`${path}.base`, 'utf8').then(JSON.parse)).toEqual({ base: 4 });
  expect(await readdir(dirname(link))).toEqual(['link.json']);
  await expectKept(path, opened, 4, messages);
});

test('P-DB-3: the file that takes the place is locked, and the lock of the other is gone', async () => {
  const path = await newFile();
  const opened = await openFile(path);
  await opened.file.drop(1);
  await expect(JsonArrayFile.open(path)).rejects.toMatchObject({ code: 'DATA_HELD' });
  const { ino } = await stat(path);
  const locks = (await readdir(dirname(path))).filter((name) => name.startsWith('.chat-'));
  expect(locks).toEqual([expect.stringMatching(`^\\.chat-${ino}-`)]);
  await opened.file.close();
  expect((await readdir(dirname(path))).sort()).toEqual(['data.json', 'data.json.base']);
});

/** Stops a task after each change of the disk that it makes, always on a file of six with a drop that was not finished. */
async function stopAfterEach(
  task: (path: string) => Promise<unknown>,
  check: (path: string) => Promise<unknown>,
): Promise<number> {
  for (let count = 0; ; count++) {
    const path = await newFile();
    await writeFile(`${path}.base`, '{"base":1,"next":4}');
    await writeFile(`${path}.next`, layouts.at(-1)?.(messages.slice(3)) ?? '');
    const hasCrashed = await crashAfter(count, () => task(path));
    await check(path);
    if (!hasCrashed) return count;
  }
}

test('P-MOD-2: a start after a crash in a drop can be stopped anywhere too', async () => {
  const start = async (path: string) => (await JsonArrayFile.open(path)).close();
  const steps = await stopAfterEach(start, async (path) => {
    const opened = await openFile(path);
    expect([opened.history.base, messagesOf(opened.history)]).toEqual([1, messages]);
    await opened.file.close();
  });
  expect(steps).toBeGreaterThan(4);
});

test('P-DB-5: a file that another program has changed is not replaced, wherever giving up is stopped', async () => {
  const whole = Buffer.from(layouts.at(-1)?.(messages) ?? '');
  const opened: OpenFile[] = [];
  const giveUp = async (path: string) => {
    const one = await openFile(path);
    opened.push(one);
    await writeFile(path, `${whole} `);
    await expect(one.file.drop(3)).rejects.toThrow('was changed by another program');
    expect((await readdir(dirname(path))).filter((name) => name.endsWith('.next'))).toEqual([]);
  };
  const steps = await stopAfterEach(giveUp, async (path) => {
    await opened.pop()?.file.close();
    const again = await openFile(path);
    expect([again.history.base, messagesOf(again.history)]).toEqual([1, messages]);
    await again.file.close();
  });
  expect(steps).toBeGreaterThan(10);
});

test('P-MOD-2: without its base, positions begin at 0 again, and one that is no base is refused', async () => {
  const path = await newFile();
  const opened = await openFile(path);
  await opened.file.drop(2);
  await opened.file.close();
  for (const text of [
    '{"base":-1}',
    '{"base":1.5}',
    '{}',
    '[]',
    'null',
    '{"base":2,"next":"3"}',
    '{"base":2',
  ]) {
    await writeFile(`${path}.base`, text);
    await expect(JsonArrayFile.open(path)).rejects.toMatchObject({
      code: 'DATA_INVALID',
      message: expect.stringContaining(`${path}.base`),
    });
  }
  await rm(`${path}.base`);
  const again = await openFile(path);
  expect([again.history.base, again.history.length]).toEqual([0, 4]);
});

test('P-MOD-2: a start that cannot finish an interrupted drop says so', async () => {
  const path = await newFile();
  await mkdir(`${path}.next`);
  await expect(openFile(path)).rejects.toMatchObject({
    code: 'DATA_UNUSABLE',
    message: expect.stringMatching(/^cannot finish an interrupted drop of messages: /),
  });
  expect(await messagesIn(path)).toEqual(messages);
});
