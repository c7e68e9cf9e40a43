import { execFile, execFileSync } from 'node:child_process';
import { readdir, readFile, stat, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { expect, onTestFinished, test, vi } from 'vitest';
import { type ChatOptions, createChat } from '../../src/chat.ts';
import { RedisStore } from '../../src/data/redis-store.ts';
import { jsonOf } from '../../src/ledger/message.ts';
import { newClient, newMember } from '../helpers/client.ts';
import { figuresOf, runCopy, when, writtenForm } from '../helpers/data.ts';
import { messageOf, messagesIn } from '../helpers/history-file.ts';
import { newPort } from '../helpers/port.ts';
import { publishedHistory } from '../helpers/published-history.ts';
import { newPrefix, newRedis, type RedisServer, sharedRedis } from '../helpers/redis.ts';
import { newFolder } from '../helpers/server.ts';

const run = promisify(execFile);
const shared = sharedRedis();
/** They take several pages, so that something can happen between two. */
const { messages } = publishedHistory(12_000);
const json = writtenForm(messages);

/** A file with a history, another that is not there, and a room that is new. */
async function newPlaces(content = json) {
  const folder = await newFolder();
  const [file, copy] = [join(folder, 'data.json'), join(folder, 'copy.json')] as const;
  await writeFile(file, content);
  const redis = await shared();
  const prefix = newPrefix();
  return { file, copy, redis, url: redis.url, prefix, room: `room ${prefix} at ${redis.url}` };
}

/** Starts a server in a room. It takes the settings that are given, and is stopped after the test. */
async function newServerIn(url: string, prefix: string, options: ChatOptions = {}) {
  const chat = await createChat({ port: 0, ledger: url, ledgerPrefix: prefix, ...options });
  onTestFinished(() => chat.close());
  return { chat, url: await chat.listen() };
}

/** Sends a command to Redis while everything in this process stands still. */
function call(redis: RedisServer, ...args: string[]): void {
  execFileSync('redis-cli', ['-u', redis.url, '--no-auth-warning', ...args]);
}

const historyOf = async (redis: RedisServer, prefix: string) =>
  redis.call('LRANGE', `{${prefix}}:history`, '0', '-1');
const keysOf = async (redis: RedisServer, prefix: string) =>
  ((await redis.call('KEYS', `{${prefix}}:*`)) as string[]).toSorted();

test('P-MOD-2: positions go on in a copy where they were', async () => {
  const { file, copy, url, prefix } = await newPlaces();
  await writeFile(`${file}.base`, '{"base":700}');
  await runCopy([file, url, '--to-prefix', prefix]);
  const { url: address, chat } = await newServerIn(url, prefix);
  const reply = await (await newMember(address, 'An')).ask({ data: 'get', after: 0, before: 701 });
  expect(reply).toMatchObject({ data: { message: messages.slice(0, 1), first: 700, total: 12_700 } });
  await chat.close();
  await runCopy([url, copy, '--from-prefix', prefix]);
  expect(JSON.parse(await readFile(`${copy}.base`, 'utf8'))).toEqual({ base: 700 });
  expect(await readFile(copy, 'utf8')).toBe(json);
});

test('a file that is copied to Redis and back is the same, and so are the figures', async () => {
  const { file, copy, redis, url, prefix, room } = await newPlaces();
  const there = await runCopy([file, url, '--to-prefix', prefix]);
  expect(there.printed).toEqual([`${file}: ${figuresOf(messages)}`, `${room}: ${figuresOf(messages)}`]);
  expect(await keysOf(redis, prefix)).toEqual([`{${prefix}}:history`]);
  expect(await historyOf(redis, prefix)).toEqual(messages.map(jsonOf));
  const back = await runCopy([url, copy, '--from-prefix', prefix]);
  expect(back.printed).toEqual([`${room}: ${figuresOf(messages)}`, `${copy}: ${figuresOf(messages)}`]);
  expect(await readFile(copy, 'utf8')).toBe(json);
  expect([there.said, back.said].join()).not.toContain('warning');
});

test('the figures are those of the command for Redis in the guide for hosts', async () => {
  const { file, redis, url, prefix } = await newPlaces();
  const { printed } = await runCopy([file, url, '--to-prefix', prefix]);
  const guide = await readFile(new URL('../../docs/operations.md', import.meta.url), 'utf8');
  const [, command = ''] = /^(redis-cli .* \| sha256sum)$/m.exec(guide) ?? [];
  expect(command).not.toBe('');
  const here = command.replace('redis-cli', `redis-cli -p ${redis.port}`).replace('{chat}', `{${prefix}}`);
  const { stdout } = await run('sh', ['-c', here]);
  expect(printed[1]).toContain(`SHA-256 ${stdout.split(' ')[0]}`);
});

test('a room is copied to another prefix of the same Redis', async () => {
  const { file, redis, url, prefix } = await newPlaces();
  await runCopy([file, url, '--to-prefix', prefix]);
  await runCopy([url, url, '--from-prefix', prefix, '--to-prefix', `${prefix}-2`]);
  expect(await historyOf(redis, `${prefix}-2`)).toEqual(messages.map(jsonOf));
  expect(await historyOf(redis, prefix)).toEqual(messages.map(jsonOf));
});

test('a server starts on a room that was copied, and what is said there is copied back while it runs', async () => {
  const { file, copy, url, prefix } = await newPlaces();
  await runCopy([file, url, '--to-prefix', prefix]);
  const server = await newServerIn(url, prefix);
  const an = await newMember(server.url, 'An');
  expect(await an.ask({ data: 'get' })).toMatchObject({ data: { message: messages } });
  const said = await an.ask({ data: 'send', content: 'mới' });
  await runCopy([url, copy, '--from-prefix', prefix]);
  const { timestamp } = said;
  expect(await messagesIn(copy)).toEqual([...messages, { name: 'An', content: 'mới', timestamp }]);
});

test('nothing is copied to a room that has a history', async () => {
  const { file, redis, url, prefix, room } = await newPlaces();
  await redis.call('RPUSH', `{${prefix}}:history`, jsonOf(messageOf(0)));
  await expect(runCopy([file, url, '--to-prefix', prefix])).rejects.toThrow(
    `cannot copy to ${room}: it has a history`,
  );
  expect(await historyOf(redis, prefix)).toEqual([jsonOf(messageOf(0))]);
  expect(await keysOf(redis, prefix)).toEqual([`{${prefix}}:history`]);
});

test('nothing is copied to a room on which a server runs, also if it has started meanwhile; its members notice nothing', async () => {
  const { file, redis, url, prefix, room } = await newPlaces();
  const store = await RedisStore.open({ url, prefix, shown: room }, () => {});
  onTestFinished(() => store.close());
  const stage = await store.stage();
  await stage.append([Buffer.from(jsonOf(messageOf(0)))]);
  const server = await newServerIn(url, prefix);
  const why = 'a server runs on it; stop it, or if it was killed, start it once more and stop it';
  expect(await stage.publish(0)).toBe(why);
  await expect(runCopy([file, url, '--to-prefix', prefix])).rejects.toThrow(`cannot copy to ${room}: ${why}`);
  const an = await newMember(server.url, 'An');
  expect(await an.ask({ data: 'get' })).toMatchObject({ data: { message: [], online: ['An'] } });
  expect(await an.ask({ data: 'send', content: 'một' })).toMatchObject({ status: true });
  expect(await historyOf(redis, prefix)).toMatchObject([expect.stringContaining('một')]);
});

test('nothing is copied to a room whose members can come back; once they have left, it is', async () => {
  const { file, redis, url, prefix, room } = await newPlaces();
  const { chat, url: address } = await newServerIn(url, prefix, { resumeSeconds: 3600 });
  const an = await newClient(address);
  await an.ask({ data: 'name', name: 'An', resume: true });
  await chat.close();
  await expect(runCopy([file, url, '--to-prefix', prefix])).rejects.toThrow(
    `cannot copy to ${room}: it has members who can still come back`,
  );
  await redis.call('DEL', `{${prefix}}:nicknames`);
  await runCopy([file, url, '--to-prefix', prefix]);
  expect(await historyOf(redis, prefix)).toEqual(messages.map(jsonOf));
});

test('a copy that is repeated says that all is there, and changes nothing', async () => {
  const { file, redis, url, prefix, room } = await newPlaces();
  const { printed } = await runCopy([file, url, '--to-prefix', prefix]);
  const again = await runCopy([file, url, '--to-prefix', prefix]);
  expect(again.printed).toEqual(printed);
  expect(again.said).toContain(`${room} holds the same messages already\n`);
  expect(await keysOf(redis, prefix)).toEqual([`{${prefix}}:history`]);
});

test('an empty history makes no room', async () => {
  const { file, copy, redis, url, prefix, room } = await newPlaces('[]');
  expect((await runCopy([file, url, '--to-prefix', prefix])).printed[1]).toBe(`${room}: ${figuresOf([])}`);
  expect(await keysOf(redis, prefix)).toEqual([]);
  await expect(runCopy([url, copy, '--from-prefix', prefix])).rejects.toThrow(
    `cannot use ${room}: there is no such room`,
  );
  expect(await readdir(join(file, '..'))).toEqual(['data.json']);
});

test('a room in which nobody has said anything yet is an empty history', async () => {
  const { copy, url, prefix } = await newPlaces();
  await newServerIn(url, prefix);
  await runCopy([url, copy, '--from-prefix', prefix]);
  expect(await readFile(copy, 'utf8')).toBe('[]');
});

test('Redis that ends while it is copied to: the same command goes on with what is there', async () => {
  const { file, copy } = await newPlaces();
  const redis = await newRedis();
  const stop = when('copying', () => call(redis, 'SHUTDOWN', 'NOSAVE'));
  await expect(runCopy([file, redis.url], stop)).rejects.toThrow('; the same command goes on where this one');
  await redis.start();
  const { said } = await runCopy([file, redis.url]);
  expect(said).toMatch(/going on with the key \{chat\}:copy: messages copied [1-9]/);
  await runCopy([redis.url, copy]);
  expect(await readFile(copy, 'utf8')).toBe(json);
});

test('Redis that is full: the error says so, and the same command goes on when it is not', async () => {
  const { file } = await newPlaces();
  const redis = await newRedis();
  const fill = when('copying', () => call(redis, 'CONFIG', 'SET', 'maxmemory', '1'));
  await expect(runCopy([file, redis.url], fill)).rejects.toThrow(/^OOM [^\n]*; the same command goes on/);
  await redis.call('CONFIG', 'SET', 'maxmemory', '0');
  await runCopy([file, redis.url]);
  expect(await historyOf(redis, 'chat')).toEqual(messages.map(jsonOf));
});

test('Redis that hangs does not hold up an interruption', async () => {
  const { file, copy } = await newPlaces();
  const redis = await newRedis();
  await runCopy([file, redis.url]);
  onTestFinished(() => void vi.useRealTimers());
  const interruption = new AbortController();
  const hang = when('copying', () => {
    // So the time in which Redis must reply is never over.
    vi.useFakeTimers({ toFake: ['setTimeout'] });
    redis.pause();
    setImmediate(() => interruption.abort());
  });
  await expect(runCopy([redis.url, copy], { signal: interruption.signal, ...hang })).rejects.toThrow(
    'interrupted; the same command goes on where this one has stopped',
  );
});

test('a copy in the making that is not the source’s is left alone', async () => {
  const { file, redis, url, prefix } = await newPlaces();
  await redis.call('RPUSH', `{${prefix}}:copy`, jsonOf(messageOf(0)));
  await expect(runCopy([file, url, '--to-prefix', prefix])).rejects.toThrow(
    `the key {${prefix}}:copy is not the beginning of ${file}; remove it to begin anew`,
  );
  expect(await keysOf(redis, prefix)).toEqual([`{${prefix}}:copy`]);
});

test('two commands do not make one copy', async () => {
  const { file, redis, url, prefix } = await newPlaces();
  const write = when('copying', () => call(redis, 'RPUSH', `{${prefix}}:copy`, jsonOf(messageOf(0))));
  await expect(runCopy([file, url, '--to-prefix', prefix], write)).rejects.toThrow(
    `something else writes to the key {${prefix}}:copy`,
  );
  expect(await redis.call('LINDEX', `{${prefix}}:copy`, '-1')).toBe(jsonOf(messageOf(0)));
});

test.each(['copying', 'checking the copy'])(
  'a room that is replaced while this is shown as %s is noticed',
  async (what) => {
    const { file, copy, redis, url, prefix, room } = await newPlaces();
    await runCopy([file, url, '--to-prefix', prefix]);
    const replace = when(what, () => call(redis, 'LSET', `{${prefix}}:history`, '0', jsonOf(messageOf(0))));
    await expect(runCopy([url, copy, '--from-prefix', prefix], replace)).rejects.toThrow(
      `${room} has changed while it was copied`,
    );
    await expect(stat(copy)).rejects.toMatchObject({ code: 'ENOENT' });
  },
);

test('a room that grows while it is copied is copied as it was, and a warning says so', async () => {
  const { file, copy, redis, url, prefix, room } = await newPlaces();
  await runCopy([file, url, '--to-prefix', prefix]);
  const grow = when('copying', () => call(redis, 'RPUSH', `{${prefix}}:history`, jsonOf(messageOf(0))));
  const { said } = await runCopy([url, copy, '--from-prefix', prefix], grow);
  expect(said).toContain(`warning: ${room} has grown since it was read: messages not copied 1\n`);
  expect(await readFile(copy, 'utf8')).toBe(json);
});

test('what is not a message is refused, and its position named', async () => {
  const { copy, redis, url, prefix, room } = await newPlaces();
  await redis.call('RPUSH', `{${prefix}}:history`, jsonOf(messageOf(0)), '{"name":"An"}');
  await expect(runCopy([url, copy, '--from-prefix', prefix])).rejects.toThrow(
    `cannot use ${room}: {${prefix}}:history is not a chat history: position 1: a message has no string under "content"`,
  );
});

test('a Redis that may lose what was copied is used, with a warning', async () => {
  const { file } = await newPlaces();
  const redis = await newRedis({ appendfsync: 'everysec' });
  const { said } = await runCopy([file, redis.url]);
  expect(said).toContain('warning: Redis may lose what was acknowledged: appendfsync is everysec');
});

test('a password is shown nowhere, and may come from the environment', async () => {
  const { file, copy } = await newPlaces();
  const redis = await newRedis({ requirepass: 'secret' });
  const shown = `room chat at redis://:***@127.0.0.1:${redis.port}/0`;
  const there = await runCopy([file, 'env:PLACE'], { env: { PLACE: redis.url } });
  const back = await runCopy([redis.url, copy]);
  expect(there.printed[1]).toBe(`${shown}: ${figuresOf(messages)}`);
  expect(back.printed[0]).toBe(`${shown}: ${figuresOf(messages)}`);
  const wrong = redis.url.replace('secret', 'guessed');
  const { message } = await runCopy([wrong, copy]).catch((error) => error);
  expect(message).toMatch(/^cannot reach room chat at redis:\/\/:\*\*\*@127.0.0.1:\d+\/0: WRONGPASS /);
  expect([there.said, back.said, message].join()).not.toMatch(/secret|guessed/);
});

test('a Redis that cannot be reached is named', async () => {
  const { file } = await newPlaces();
  const url = `redis://:secret@localhost:${await newPort()}/0`;
  await expect(runCopy([file, url])).rejects.toMatchObject({
    code: 'LEDGER_UNUSABLE',
    message: `cannot reach room chat at ${url.replace('secret', '***')}: connection refused (ECONNREFUSED)`,
  });
});
