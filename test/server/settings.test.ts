import { join } from 'node:path';
import { expect, test } from 'vitest';
import { newClient, newMember } from '../helpers/client.ts';
import { newPort } from '../helpers/port.ts';
import { newProcess, type ServerProcess, type SpawnOptions } from '../helpers/process.ts';
import { allOf, newPeer } from '../helpers/raw.ts';
import { newFolder } from '../helpers/server.ts';
import { wholeHistory } from '../helpers/talker.ts';

/** The same settings as flags and as variables: what they do must be the same. */
const variables = {
  '--dialect': 'DIALECT',
  '--nickname-comparison': 'NICKNAME_COMPARISON',
  '--max-content': 'MAX_CONTENT',
  '--max-name': 'MAX_NAME',
  '--max-payload': 'MAX_PAYLOAD',
  '--ping-interval': 'PING_INTERVAL',
  '--max-buffered': 'MAX_BUFFERED',
  '--handshake-timeout': 'HANDSHAKE_TIMEOUT',
};
type Flags = Partial<Record<keyof typeof variables, string>>;

const envOf = (flags: Flags) =>
  Object.fromEntries(
    Object.entries(flags).map(([flag, value]) => [variables[flag as keyof Flags], value]),
  ) as Record<string, string>;

async function start(args: string[], options?: SpawnOptions): Promise<ServerProcess> {
  return newProcess(['--port', '0', '--data', join(await newFolder(), 'data.json'), ...args], options);
}

/** One server with the settings as flags, one with them as variables, one whose flags win over other variables. */
async function startWith(flags: Flags, others: Flags = flags): Promise<ServerProcess[]> {
  const args = Object.entries(flags).map(([flag, value]) => `${flag}=${value}`);
  const servers = [start(args), start([], { env: envOf(flags) }), start(args, { env: envOf(others) })];
  return Promise.all(servers);
}

/** The longest content, nickname and frame, the form of the time, and whether `an` is another name than `An`. */
async function observe(url: string): Promise<object> {
  const an = await newMember(url, 'An');
  const other = await newClient(url);
  const isExact = (await other.ask({ data: 'name', name: 'an' }))['status'];
  await an.pending();
  const isTaken = async (request: object) => (await an.ask(request))['status'] === true;
  const longest = async (lengths: number[], requestOf: (text: string) => object) => {
    const taken: number[] = [];
    for (const length of lengths) if (await isTaken(requestOf('ạ'.repeat(length)))) taken.push(length);
    return taken.at(-1);
  };
  const content = await longest([7, 8, 100, 101, 4000, 4001], (text) => ({ data: 'send', content: text }));
  const name = await longest([3, 4, 100, 101], (text) => ({ data: 'name', name: text }));
  const { timestamp } = await an.ask({ data: 'get', limit: 0 });
  an.sayRaw(' '.repeat(30_000) + JSON.stringify({ data: 'nothing' }));
  const big = await Promise.race([an.closed(), an.next().then(({ reason }) => reason)]);
  return { isExact, content, name, time: String(timestamp).replace(/\d/g, '0'), big };
}

test('P-TIME-1, P-TIME-2: settings that are not set have their documented defaults', async () => {
  expect(await observe(await (await start([])).url())).toEqual({
    isExact: false,
    content: 100,
    name: 100,
    time: '00/00/0000 00/0000',
    big: 'UnknownType',
  });
});

test('P-TIME-1, P-TIME-2, P-NAME-3: every limit can be set by flag and by variable, and the flag wins', async () => {
  const flags: Flags = {
    '--dialect': 'published',
    '--nickname-comparison': 'exact',
    '--max-content': '7',
    '--max-name': '3',
    '--max-payload': '20000',
  };
  const others: Flags = {
    '--dialect': 'documented',
    '--nickname-comparison': 'nickname',
    '--max-content': '50',
    '--max-name': '50',
    '--max-payload': '65536',
  };
  for (const server of await startWith(flags, others)) {
    expect(await observe(await server.url())).toEqual({
      isExact: true,
      content: 7,
      name: 3,
      time: '00/00/0000, 00:00:00',
      big: 1009,
    });
  }
});

test('P-TIME-2: the published dialect alone allows 4000 characters', async () => {
  for (const server of await startWith({ '--dialect': 'published' }, { '--dialect': 'documented' }))
    expect(await observe(await server.url())).toMatchObject({ content: 4000, time: '00/00/0000, 00:00:00' });
});

test('P-EVT-3: the interval of the pings may be a fraction of a second', async () => {
  for (const server of await startWith({ '--ping-interval': '0.07' }, { '--ping-interval': '3600' })) {
    const client = await newClient(await server.url());
    for (let beat = 0; beat < 3; beat++) expect(await client.next()).toEqual({ type: 'ping', timeout: 0.07 });
  }
});

test('more waiting bytes than --max-buffered close with 1013, and fewer do not', async () => {
  const all = '1073741824';
  const long = { '--max-content': '60000', '--max-payload': '1000000' };
  const strict = await startWith({ '--max-buffered': '1024', ...long }, { '--max-buffered': all, ...long });
  const patient = await start(['--max-buffered', all, ...Object.entries(long).flat()]);
  for (const server of [...strict, patient]) {
    const url = await server.url();
    const author = await newMember(url, 'người nói');
    const slow = await newMember(url, 'Bình');
    await author.next();
    slow.socket.pause();
    // In all more than the kernel takes for a reader that has stopped.
    for (let count = 0; count < 400; count++) author.say({ data: 'send', content: 'x'.repeat(60_000) });
    const seen = new Set<unknown>();
    for (let count = 0; count < 400; count++) seen.add((await author.next())['datatype']);
    expect(seen.has('leave')).toBe(server !== patient);
    slow.socket.resume();
    if (server !== patient) expect(await slow.closed()).toBe(1013);
  }
});

test('a handshake that is not complete in time is over', async () => {
  for (const server of await startWith({ '--handshake-timeout': '0.2' }, { '--handshake-timeout': '3600' }))
    expect(await allOf(await newPeer(await server.url()))).toMatch('HTTP/1.1 408 ');
});

test('--host, --port and --data, and HOST, PORT and DATA_FILE: a flag wins', async () => {
  const [port, otherPort] = [await newPort(), await newPort()];
  const folder = await newFolder();
  const [dataFile, otherFile] = [join(folder, 'a', 'b', 'data.json'), join(folder, 'other.json')];
  const env = { HOST: '127.0.0.3', PORT: `${otherPort}`, DATA_FILE: otherFile };
  const flags = ['--host', '127.0.0.2', '--port', `${port}`, '--data', dataFile];
  const [byFlag, byVariable] = [newProcess(flags, { env }), newProcess([], { env })];
  expect(await byFlag.url()).toBe(`ws://127.0.0.2:${port}/`);
  expect(await byVariable.url()).toBe(`ws://127.0.0.3:${otherPort}/`);
  for (const server of [byFlag, byVariable]) {
    const an = await newMember(await server.url(), 'An');
    await an.ask({ data: 'send', content: server === byFlag ? 'a' : 'b' });
    await server.stop('SIGTERM');
  }
  for (const [path, content] of [[dataFile, 'a'] as const, [otherFile, 'b'] as const])
    expect(await wholeHistory(await newProcess(['--port=0', `--data=${path}`]).url())).toMatchObject([
      { content },
    ]);
});

test.each(['pretty', 'json', 'silent'])(
  'the log in form %s begins with the address, IPv6 too',
  async (form) => {
    const servers = [await start(['--log', form]), await start(['--host', '::1'], { env: { LOG: form } })];
    const [four, six] = await Promise.all(servers.map((server) => server.url()));
    expect(four).toMatch(/^ws:\/\/127\.0\.0\.1:\d+\/$/);
    expect(six).toMatch(/^ws:\/\/\[::1\]:\d+\/$/);
    await newMember(String(six), 'An');
    for (const server of servers)
      expect(server.lines.filter((line) => line.includes('listening'))).toHaveLength(1);
  },
);

test.each([
  [['--no-page'], {}, 426],
  [[], { PAGE: 'false' }, 426],
  [['--page'], { PAGE: 'false' }, 200],
  [[], {}, 200],
])('with %j and %j a plain request is answered %i', async (args, env, status) => {
  const server = await start(args, { env });
  const response = await fetch((await server.url()).replace('ws:', 'http:'));
  await response.text();
  expect(response.status).toBe(status);
});

test('the origins that may show the page in an iframe are set by flag or by variable, and nothing else gets into the policy', async () => {
  for (const [args, env] of [
    [['--embed-origins', 'https://blog.example'], {}],
    [[], { EMBED_ORIGINS: 'https://blog.example' }],
  ] as const) {
    const server = await start([...args], { env });
    const response = await fetch((await server.url()).replace('ws:', 'http:'));
    await response.text();
    expect(response.headers.get('content-security-policy')).toMatch(
      /frame-ancestors 'self' https:\/\/blog\.example$/,
    );
  }
  for (const bad of [
    'https://a.example; script-src *',
    "'none'",
    'blog.example',
    'javascript:x',
    'https://a.example,x',
  ]) {
    const server = await start(['--embed-origins', bad]);
    expect((await server.exited).code).toBe(1);
    expect(server.stderr).toContain('--embed-origins must be origins such as https://blog.example');
  }
});
