/** On which Redis a server starts, and what it says otherwise. */
import { execFileSync } from 'node:child_process';
import { once } from 'node:events';
import { cpSync, mkdirSync, readdirSync, symlinkSync, writeFileSync } from 'node:fs';
import { type AddressInfo, connect, createServer } from 'node:net';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { inspect } from 'node:util';
import { describe, expect, onTestFinished, test } from 'vitest';
import type { LogEntry } from '../../src/actors/log.ts';
import { type Chat, type ChatOptions, createChat } from '../../src/chat.ts';
import { readCommand, readConfig, splitConfig } from '../../src/config.ts';
import type { RedisError } from '../../src/ledger/redis/client.ts';
import { StartError } from '../../src/start-error.ts';
import { newMember } from '../helpers/client.ts';
import { messageOf } from '../helpers/history-file.ts';
import { answerOf } from '../helpers/metrics.ts';
import { newPort } from '../helpers/port.ts';
import { newProcess } from '../helpers/process.ts';
import { newPrefix, newRedis, type RedisServer, sharedRedis } from '../helpers/redis.ts';
import { newFolder } from '../helpers/server.ts';

const redis = sharedRedis();

/** Starts a chat on Redis, with what it logs. Closed after the test. */
async function open(ledger: string, options: ChatOptions = {}): Promise<{ chat: Chat; texts: string[] }> {
  const texts: string[] = [];
  const log = (entry: LogEntry) => void texts.push(JSON.stringify(entry));
  const chat = await createChat({ port: 0, ledger, log, ...options });
  onTestFinished(() => chat.close());
  return { chat, texts };
}

/** What is said of a Redis on which no chat starts. It is one line. */
async function refusal(ledger: string, options?: ChatOptions): Promise<string> {
  const error = await open(ledger, options).catch((thrown: unknown) => thrown);
  expect(error).toBeInstanceOf(StartError);
  const { code, message } = error as StartError;
  expect(code).toBe('LEDGER_UNUSABLE');
  expect(message).not.toContain('\n');
  return message;
}

describe('a Redis that may lose what was acknowledged', () => {
  test.each([
    ['appendonly', 'no', 'yes'],
    ['appendfsync', 'everysec', 'always'],
    ['no-appendfsync-on-rewrite', 'yes', 'no'],
    ['maxmemory-policy', 'allkeys-lru', 'noeviction'],
  ])('is refused with what mends it, and is taken then: %s %s', async (name, value, right) => {
    const server = await newRedis({ [name]: value });
    const mend = `CONFIG SET ${name} ${right}`;
    const said = await refusal(server.url);
    expect(said).toContain(`${name} is ${value}; mend it with: redis-cli ${mend}`);
    expect(said).toContain('--ledger-durability relaxed');
    expect(await server.call(...mend.split(' '))).toBe('OK');
    await open(server.url);
  });

  test('is taken when that is accepted, and the log and /readyz say so', async () => {
    const server = await newRedis({ appendonly: 'no', appendfsync: 'no' });
    const { chat, texts } = await open(server.url, { ledgerDurability: 'relaxed', opsPort: 0 });
    await chat.listen();
    const weakness = /Redis may lose what was acknowledged: appendonly is no; .*; appendfsync is no; /;
    expect(texts).toContainEqual(expect.stringMatching(weakness));
    const { status, text } = await answerOf(chat.operations, 'readyz');
    expect([status, text.split('\n')]).toEqual([200, ['ready', expect.stringMatching(weakness), '']]);
  });

  test('is noticed when Redis comes back with other settings', async () => {
    const server = await newRedis();
    const { chat, texts } = await open(server.url, { opsPort: 0 });
    await chat.listen();
    const readiness = () => answerOf(chat.operations, 'readyz').then(({ text }) => text);
    expect(await readiness()).toBe('ready\n');
    await server.kill();
    await server.start({ appendfsync: 'everysec' });
    const weakness = /Redis may lose what was acknowledged: appendfsync is everysec; /;
    await expect.poll(readiness).toMatch(new RegExp(`^ready\n${weakness.source}`));
    expect(texts.filter((text) => weakness.test(text))).toHaveLength(1);
    await server.kill();
    await server.start();
    await expect.poll(readiness).toBe('ready\n');
  });

  test('may evict keys that expire, since none of a room does', async () => {
    await open((await newRedis({ 'maxmemory-policy': 'volatile-lru' })).url);
  });
});

/** The address of a Redis that says that it is another version. */
async function newOlder(port: number): Promise<string> {
  const server = createServer((client) => {
    const upstream = connect(port, '127.0.0.1');
    for (const [one, other] of [
      [client, upstream],
      [upstream, client],
    ] as const) {
      one.on('error', () => {});
      one.on('close', () => other.destroy());
    }
    client.pipe(upstream);
    upstream.on('data', (chunk: Buffer) => {
      client.write(chunk.toString('latin1').replace(/(?<=redis_version:)\d+/, '6'), 'latin1');
    });
  });
  onTestFinished(() => void server.close());
  await once(server.listen(0, '127.0.0.1'), 'listening');
  return `redis://127.0.0.1:${(server.address() as AddressInfo).port}/0`;
}

describe('a Redis that cannot keep a room is refused', () => {
  test('for its version', async () => {
    const { port } = await redis();
    expect(await refusal(await newOlder(port))).toMatch(
      /^Redis must be version 7\.0 or newer, and this is 6\./,
    );
  });

  test('because nothing listens, in one line', async () => {
    const url = `redis://127.0.0.1:${await newPort()}/0`;
    const server = newProcess(['--port', '0', '--ledger', url]);
    expect(await server.exited).toEqual({ code: 1, signal: null });
    expect(server.lines).toEqual([]);
    expect(server.stderr).toMatch(new RegExp(`^cannot use Redis at ${url}: [^\\n]*refused[^\\n]*\\n$`, 'i'));
  });

  test('because it has no such database', async () => {
    const { url } = await redis();
    expect(await refusal(url.replace(/0$/, '99'))).toMatch(/^cannot use Redis at .*\/99: .*DB index/);
  });

  test('because it is a replica', async () => {
    const server = await newRedis();
    await server.call('REPLICAOF', '127.0.0.1', `${(await redis()).port}`);
    expect(await refusal(server.url)).toBe(
      'this Redis is a replica; the room needs the one that takes writes',
    );
  });

  test('because it is a cluster', async () => {
    const { url } = await newRedis({ 'cluster-enabled': 'yes' });
    expect(await refusal(url)).toBe('Redis must not run as a cluster: a room is in one place');
  });

  test.each(['meta', 'history', 'nicknames', 'order', 'nodes', 'orphans', 'log'])(
    'because what it has as %s is something else',
    async (name) => {
      const server = await redis();
      const ledgerPrefix = newPrefix();
      await server.call('HSET', `{${ledgerPrefix}}:meta`, 'epoch', 'there before');
      await server.call('SET', `{${ledgerPrefix}}:${name}`, 'something else');
      expect(await refusal(server.url, { ledgerPrefix })).toMatch(/^cannot use Redis at .*WRONGTYPE/);
    },
  );

  test.each(['evalsha', 'llen', 'lrange', 'xread', 'info'])(
    'because its user may not %s',
    async (command) => {
      const server = await redis();
      const ledgerPrefix = newPrefix();
      await server.call('RPUSH', `{${ledgerPrefix}}:history`, JSON.stringify(messageOf(0)));
      const rules = ['on', '>geheim', '~*', '&*', '+@all', `-${command}`];
      await server.call('ACL', 'SETUSER', command, ...rules);
      const said = await refusal(server.url.replace('//', `//${command}:geheim@`), { ledgerPrefix });
      expect(said).toMatch(new RegExp(`^cannot use Redis at redis://127.*NOPERM.*'${command}'`));
    },
  );
});

/** What keeps a Redis from being used for the moment, and what ends that. */
const moments: [what: string, begin: () => Promise<{ server: RedisServer; end: () => Promise<unknown> }>][] =
  [
    [
      'refuses writes',
      async () => {
        const server = await newRedis({ 'min-replicas-to-write': '1' });
        return { server, end: () => server.call('CONFIG', 'SET', 'min-replicas-to-write', '0') };
      },
    ],
    [
      'is loading',
      async () => {
        const server = await newRedis();
        await server.call('EVAL', "for key = 1, 200000 do redis.call('SET', key, '') end", '0');
        await server.kill();
        const started = server.start({ 'key-load-delay': '50' });
        const errorOf = () => server.call('DBSIZE').catch(({ code }: RedisError) => code);
        await expect.poll(errorOf).toBe('LOADING');
        return { server, end: () => server.call('CONFIG', 'SET', 'key-load-delay', '0').then(() => started) };
      },
    ],
  ];

test.each(moments)('a Redis that %s is waited for, with one warning', async (_, begin) => {
  const { server, end } = await begin();
  const texts: string[] = [];
  const log = (entry: LogEntry) => void texts.push(JSON.stringify(entry));
  const opened = createChat({ port: 0, ledger: server.url, log });
  onTestFinished(async () => (await opened).close());
  /** How often the settings of Redis have been read: before the first attempt, and at each. */
  const looks = async () =>
    Number(/cmdstat_config\|get:calls=(\d+)/.exec(`${await server.call('INFO', 'commandstats')}`)?.[1]) / 4;
  await expect.poll(looks).toBeGreaterThan(3);
  await end();
  await opened;
  expect(texts.filter((text) => text.includes('the start waits for it'))).toHaveLength(1);
});

describe('the password of Redis', () => {
  const secret = 'geheim-4711';

  test('is needed where there is one, and has to be the right one', async () => {
    const { port } = await newRedis({ requirepass: secret });
    const address = `127.0.0.1:${port}/0`;
    expect(await refusal(`redis://${address}`)).toMatch(/^cannot use Redis at .*NOAUTH/);
    const said = await refusal(`redis://:${secret}x@${address}`);
    expect(said).toMatch(/^cannot use Redis at .*WRONGPASS/);
    expect(said).not.toContain(secret);
  });

  test('is never shown: not at the start, not when Redis goes, not at the end', async () => {
    const redis = await newRedis({ requirepass: secret });
    const args = ['--ping-interval', '3600', '--inspect', '--log-level', 'debug', '--ops-port', '0'];
    const server = newProcess(['--port', '0', '--ledger', redis.url, ...args]);
    const an = await newMember(await server.url(), 'An');
    const [line = ''] = await server.linesWith('operations on');
    const readiness = () => answerOf(/http:[^"]+/.exec(line)?.[0], 'readyz');
    await redis.kill();
    await expect.poll(async () => (await readiness()).status).toBe(503);
    const refused = await an.ask({ data: 'send', content: 'xin chào' });
    expect(refused).toMatchObject({ reason: 'ErrorWhenSend' });
    const { text } = await readiness();
    await server.stop('SIGTERM');
    expect([refused['error'], text, ...server.lines, server.stderr].join('\n')).not.toContain(secret);
  });

  test.each([
    [`u:${secret}%zz@127.0.0.1:1/0`, 'LEDGER_UNUSABLE'],
    [`u:${secret}:@x@127.0.0.1:1/0`, 'CONFIG_INVALID'],
    [`u:${secret}@127.0.0.1:99999/0`, 'CONFIG_INVALID'],
  ])('is not shown by createChat either when the address is not one (%#)', async (rest, code) => {
    const error = await createChat({ ledger: `redis://${rest}` }).catch((thrown: unknown) => thrown);
    expect(error).toMatchObject({ code });
    expect(inspect(error)).not.toContain(secret);
  });

  test.each([
    ['--json', `redis://:${secret}@redis.example/0`],
    ['--no-page', `rediss://user:${secret}@redis.example/0`],
  ])('is masked by config print %s', (flag, url) => {
    const command = readCommand(['config', 'print', '--ledger', url, flag], {}, '');
    const text = command.type === 'print' ? command.text : '';
    expect(text).toContain('***@redis.example/0');
    expect(text).not.toContain(secret);
  });

  test.each([
    `redis://:${secret}@`,
    `http://user:${secret}@redis.example`,
    `redis://user:a/${secret}@redis.example/0`,
    `redis://user:a b?${secret}@redis.example/0`,
    `redis://us@er:${secret}@one@redis.example/x`,
    `redis://user:${secret}@redis.example:99999/0`,
    `redis://user:${secret}@redis.example:65536`,
  ])('is masked when the address is not one (%#)', (url) => {
    const read = () => readCommand(['--ledger', url], {}, '');
    expect(read).toThrow(/^--ledger must be a URL such as .* not "/);
    expect(read).not.toThrow(secret);
  });
});

test.each([[{ dialect: 'published' }], [{ nicknameComparison: 'exact' }]] as const)(
  'a process with %j is refused where others run, and not when they have gone',
  async (other) => {
    const { url } = await redis();
    const ledgerPrefix = newPrefix();
    const { chat } = await open(url, { ledgerPrefix });
    expect(await refusal(url, { ledgerPrefix, ...other })).toBe(
      'the processes in this room use --dialect documented and --nickname-comparison nickname',
    );
    await chat.close();
    await open(url, { ledgerPrefix, ...other });
  },
);

test('a data file is refused beside Redis, wherever it is named', async () => {
  const folder = await newFolder();
  const file = join(folder, 'config.json');
  writeFileSync(file, JSON.stringify({ data: join(folder, 'data.json') }));
  const argv = ['--ledger', 'redis://127.0.0.1:1/0'];
  for (const config of [
    readConfig([...argv, '--data', join(folder, 'data.json')], {}),
    readConfig(argv, { DATA_FILE: join(folder, 'data.json') }),
    readConfig([...argv, '--config', file], {}),
  ])
    await expect(createChat(splitConfig(config).config)).rejects.toMatchObject({
      code: 'CONFIG_INVALID',
      message: 'with a ledger in Redis there is no data file: leave out one of ledger and data',
    });
});

describe('the package for Redis', () => {
  test.each([
    ['is not loaded with a file', { data: 'data.json' }, false],
    ['is loaded with Redis', { ledger: '' }, true],
  ])('%s', async (_, options, isLoaded) => {
    const folder = await newFolder();
    const given = 'data' in options ? { data: join(folder, 'data.json') } : { ledger: (await redis()).url };
    const module = `
      import { createRequire } from 'node:module';
      import { createChat } from '${new URL('../../dist/chat.js', import.meta.url)}';
      await createChat(${JSON.stringify({ ...given, ledgerPrefix: newPrefix() })});
      const { cache } = createRequire(import.meta.url);
      console.log(Object.keys(cache).some((path) => path.includes('@redis')));
      process.exit();`;
    const args = ['--input-type=module', '-e', module];
    expect(execFileSync(process.execPath, args, { encoding: 'utf8' })).toBe(`${isLoaded}\n`);
  });

  test('is not needed with a file; with Redis the start names the command that installs it', async () => {
    const folder = await newFolder();
    const root = fileURLToPath(new URL('../..', import.meta.url));
    for (const name of ['dist', 'package.json'])
      cpSync(join(root, name), join(folder, name), { recursive: true });
    mkdirSync(join(folder, 'node_modules'));
    for (const name of readdirSync(join(root, 'node_modules')))
      if (name !== '@redis')
        symlinkSync(join(root, 'node_modules', name), join(folder, 'node_modules', name));
    const options = { before: [join(folder, 'dist/server.js')] };
    const { url } = await redis();
    const refused = newProcess(['--port', '0', '--ledger', url], options);
    expect(await refused.exited).toEqual({ code: 1, signal: null });
    expect(refused.stderr).toBe('a Redis ledger needs another package: npm install @redis/client@6\n');
    const server = newProcess(['--port', '0', '--data', join(folder, 'data.json')], options);
    await newMember(await server.url(), 'An');
  });
});
