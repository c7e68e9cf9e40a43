import { existsSync, statSync } from 'node:fs';
import { readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { setImmediate } from 'node:timers/promises';
import { expect, test } from 'vitest';
import { figuresOf, runCopy, writtenForm } from '../helpers/data.ts';
import { messagesIn } from '../helpers/history-file.ts';
import { newProcess } from '../helpers/process.ts';
import { publishedHistory } from '../helpers/published-history.ts';
import { newPrefix, newRedis, sharedRedis } from '../helpers/redis.ts';
import { newFolder } from '../helpers/server.ts';
import { newTalkers } from '../helpers/talker.ts';

const shared = sharedRedis();
const { messages } = publishedHistory(60_000);
const json = writtenForm(messages);
/** Where the copying is killed, as shares of the whole. */
const moments = [0.1, 0.6, 1];

/** A source, and the path of a target. */
async function newPair() {
  const folder = await newFolder();
  const [from, to] = [join(folder, 'from.json'), join(folder, 'data.json')] as const;
  await writeFile(from, json);
  return { from, to };
}

/** Copies, and kills the process when so much has been copied, again and again; then lets it finish. */
async function copyKilled(
  args: readonly string[],
  copied: () => number | Promise<number>,
): Promise<string[]> {
  for (const moment of moments) {
    const copying = newProcess(['data', 'copy', ...args]);
    let isOver = false;
    void copying.exited.then(() => {
      isOver = true;
    });
    while (!isOver && (await copied()) < moment) await setImmediate();
    await copying.stop('SIGKILL');
  }
  const copying = newProcess(['data', 'copy', ...args]);
  expect(await copying.exited).toEqual({ code: 0, signal: null });
  return copying.lines;
}

test('P-DB-4: a copy to a file that is killed again and again ends like one that nothing has interrupted', async () => {
  const { from, to } = await newPair();
  const sizeOf = (path: string) => statSync(path, { throwIfNoEntry: false })?.size ?? 0;
  const lines = await copyKilled([from, to], () => (sizeOf(to) + sizeOf(`${to}.partial`)) / json.length);
  expect(lines).toEqual([`${from}: ${figuresOf(messages)}`, `${to}: ${figuresOf(messages)}`]);
  expect(await readFile(to, 'utf8')).toBe(json);
  expect(existsSync(`${to}.partial`)).toBe(false);
});

test('a copy to Redis that is killed again and again ends like one that nothing has interrupted', async () => {
  const { from, to } = await newPair();
  const redis = await shared();
  const prefix = newPrefix();
  const lengthOf = async (key: string) => Number(await redis.call('LLEN', `{${prefix}}:${key}`));
  const copied = async () => ((await lengthOf('copy')) + (await lengthOf('history'))) / messages.length;
  const lines = await copyKilled([from, redis.url, '--to-prefix', prefix], copied);
  const room = `room ${prefix} at ${redis.url}`;
  expect(lines).toEqual([`${from}: ${figuresOf(messages)}`, `${room}: ${figuresOf(messages)}`]);
  expect(await redis.call('KEYS', `{${prefix}}:*`)).toEqual([`{${prefix}}:history`]);
  await runCopy([redis.url, to, '--from-prefix', prefix]);
  expect(await readFile(to, 'utf8')).toBe(json);
});

test('Ctrl-C: one line says how to go on, and the same command does', async () => {
  const { from } = await newPair();
  const redis = await newRedis();
  await redis.call('CLIENT', 'PAUSE', '600000', 'WRITE');
  const first = newProcess(['data', 'copy', from, redis.url]);
  while (!/flags=b/.test(String(await redis.call('CLIENT', 'LIST')))) await setImmediate();
  expect(await first.stop('SIGINT')).toEqual({ code: 1, signal: null });
  expect(first.lines).toEqual([]);
  expect(first.stderr).toBe('interrupted; the same command goes on where this one has stopped\n');
  await redis.call('CLIENT', 'UNPAUSE');
  const second = newProcess(['data', 'copy', from, redis.url]);
  expect(await second.exited).toEqual({ code: 0, signal: null });
  expect(await redis.call('LLEN', '{chat}:history')).toBe(messages.length);
});

test('P-DB-3, P-DB-4: a file to which a server is writing is copied, and the server does not notice', async () => {
  const folder = await newFolder();
  const data = join(folder, 'data.json');
  const args = ['--port', '0', '--data', data, '--dialect', 'published', '--log', 'silent'];
  const server = newProcess(args);
  const talkers = await newTalkers(await server.url(), ['An', 'Bình']);
  await Promise.all(
    talkers.map((talker) => new Promise<void>((resolve) => talker.talk(16, () => resolve()))),
  );
  const copies = Array.from({ length: 20 }, (_, number) => join(folder, `${number}.json`));
  for (const copy of copies) await runCopy([data, copy]);
  await server.stop('SIGTERM');
  expect(talkers.map(({ others }) => others)).toEqual([[], []]);
  const history = await messagesIn(data);
  const lengths: number[] = [];
  for (const copy of copies) {
    const copied = await messagesIn(copy);
    expect(copied).toEqual(history.slice(0, copied.length));
    lengths.push(copied.length);
  }
  // They are of different moments, and none lacks what the one before it had.
  expect(lengths).toEqual(lengths.toSorted((one, other) => one - other));
  expect(lengths[0]).toBeLessThan(lengths.at(-1) ?? 0);
});
