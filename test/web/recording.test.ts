import { execFile } from 'node:child_process';
import { readFileSync } from 'node:fs';
import { readdir, readFile, symlink, writeFile } from 'node:fs/promises';
import { join, resolve } from 'node:path';
import { promisify } from 'node:util';
import { expect, test } from 'vitest';
import { chartOf } from '../../src/charts/chart.ts';
import { machines } from '../../src/charts/machines.ts';
import type { ShownEvent, Told } from '../../src/inspect/told.ts';
import { Policy, sentence } from '../../src/moderation/policy.ts';
import { noRules, type Rules } from '../../src/moderation/rules.ts';
import { leafOf } from '../../web/lab/leaf.ts';
import { countOf } from '../../web/lab/queues/batches.ts';
import type { Recorded, RecordedTold } from '../../web/lab/recorded.ts';
import { readRecording, textOf } from '../../web/lab/recording.ts';
import { rulesOfAnswer, rulesOfRequest } from '../../web/lab/rules.ts';
import { World } from '../../web/lab/world.ts';
import { newMember } from '../helpers/client.ts';
import { newFolder, newServer } from '../helpers/server.ts';
import { toldOfThree } from '../helpers/three.ts';
import { newWatcher } from '../helpers/watcher.ts';

const charts = Object.fromEntries(
  Object.entries(machines).map(([name, machine]) => [name, chartOf(machine)]),
);

test('every rule that a frame is said to be an example of is a rule of the protocol', () => {
  const known = new Set(readFileSync('docs/protocol.md', 'utf8').match(/P-[A-Z]+-\d+/g));
  const requests = [
    'x',
    '{}',
    '7',
    '{"data":"name"}',
    '{"data":"name","name":"  "}',
    '{"data":"name","name":"An","resume":true}',
    '{"data":"name","name":"An","resume":"•"}',
    '{"type":"get"}',
    '{"data":"get","limit":-1}',
  ];
  const reasons = [
    'NameAlreadyUsed',
    'WrongFormatName',
    'UnknownRegister',
    'ErrorWhenSend',
    'ErrorWhenGet',
    'ErrorWhenChange',
  ];
  const answers = [
    '{"type":"ping","timeout":5}',
    ...['register', 'change', 'message', 'leave', 'remove', 'notice'].map((datatype) =>
      JSON.stringify({ type: 'receive', datatype }),
    ),
    ...['name', 'get', 'send'].map((type) => JSON.stringify({ type, status: true })),
    '{"type":"name","status":true,"resume":"•"}',
    ...reasons.map((reason) => JSON.stringify({ status: false, reason })),
  ];
  const found = [...requests.map(rulesOfRequest), ...answers.map(rulesOfAnswer)];
  for (const rules of found) {
    expect(rules).not.toEqual([]);
    for (const rule of rules) expect(known).toContain(rule);
  }
});

test('P-MOD-3: whatever the house says to a member leads to its rule', () => {
  const since = Date.now();
  const verdict = { until: since + 60_000, since, by: 'admin', isByHost: true, reason: 'flooding' };
  const visitor = { mask: 'm', moderator: undefined };
  const policyOf = (changes: Partial<Rules>) =>
    new Policy({
      rules: () => ({ ...noRules('key'), ...changes }),
      comparison: 'nickname',
      moderatorOf: (key) => (key === 'boss' ? 'Boss' : undefined),
      govern: () => {},
    });
  const toContent = (changes: Partial<Rules>) =>
    policyOf(changes).houseFor(visitor).objectionToContent('spam');
  const toName = (nickname: string) =>
    policyOf({ bans: [{ ...verdict, target: { key: 'an' } }] })
      .houseFor(visitor)
      .objectionToName(nickname);
  const said = [
    sentence('you are muted', verdict),
    toContent({ readonly: true }),
    toContent({ newcomersMs: 60_000 }),
    toContent({ words: ['spam'] }),
    toName('Boss'),
    toName('An'),
  ];
  for (const error of said)
    expect(rulesOfAnswer(JSON.stringify({ status: false, reason: 'ErrorWhenSend', error }))).toEqual([
      'P-MOD-3',
    ]);
  const full = { status: false, reason: 'ErrorWhenSend', error: 'no space left on device (ENOSPC)' };
  expect(rulesOfAnswer(JSON.stringify(full))).toEqual(['P-SEND-3']);
});

/** A recording of actors, and of events that they are sent. */
function recordingOf(actors: Record<string, string>, events: [to: string, event: ShownEvent][]): Recorded[] {
  const base = { rootId: 'x:0', id: '1', createdAt: '0', _version: '0.7.2' } as const;
  const born = Object.entries(actors).map(
    ([sessionId, name]): RecordedTold => ({
      type: '@xstate.actor',
      ...base,
      sessionId,
      name,
      machine: /^c\d/.test(name) ? 'connection' : undefined,
      snapshot: { status: 'active' },
    }),
  );
  const said = events.map(
    ([sessionId, event]): RecordedTold => ({ type: '@xstate.event', ...base, sessionId, event }),
  );
  return [...born, ...said].map((told) => ({ at: 0, kind: 'told', told }));
}

const by = 'c1';
const post = { type: 'post', by };
const posted = { type: 'posted', by };

test.each([
  [{ type: 'changes', changes: [post] }, 'changes: post'],
  [{ type: 'changes', changes: [{ type: 'claim', by }, post, post] }, 'changes: claim, post ×2'],
  [{ type: 'commit', changes: [post, { type: 'leave', by }] }, 'commit: post, leave'],
  [{ type: 'commit', changes: [post, post, { more: 7 }] }, 'commit: post ×2, …'],
  [
    { type: 'stretch', stretch: [{ type: 'registered', by }, posted, posted, posted] },
    'stretch: registered, posted ×3',
  ],
  [
    { type: 'stretch', stretch: [{ type: 'posted' }, posted, { type: 'posted' }] },
    'stretch: posted elsewhere ×2, posted',
  ],
  [
    { type: 'stretch', stretch: ['posted', 'left', 'registered', 'changed'].map((type) => ({ type, by })) },
    'stretch: posted, left, registered, …',
  ],
  [
    { type: 'stretch', stretch: ['removed', 'announced', 'kicked'].map((type) => ({ type })) },
    'stretch: removed, announced, kicked',
  ],
  [
    { type: 'stretch', stretch: [{ type: 'governed' }, { type: 'dropped', base: 7 }] },
    'stretch: governed, dropped',
  ],
  [{ type: 'stretch', stretch: [] }, 'stretch'],
  [{ type: 'committed' }, 'committed'],
])('what flows is named with what is in it: %j', (event, label) => {
  const { flows } = worldOf(recordingOf({ 'x:1': 'room' }, [['x:1', event]]));
  expect(flows.map((flow) => flow.label)).toEqual([label]);
});

test('what the code around an actor sends for it comes from that actor in the picture', () => {
  const events: [string, ShownEvent][] = [
    ['x:3', { type: 'settled', count: 1 }],
    ['x:3', { type: 'superseded' }],
    ['x:2', { type: 'confirm', by: 'c1' }],
    ['x:3', { type: 'lost' }],
  ];
  const { flows } = worldOf(recordingOf({ 'x:1': 'room', 'x:2': 'mailbox', 'x:3': 'c1' }, events));
  expect(flows.map(({ from, to }) => [from, to])).toEqual([
    ['x:1', 'x:3'],
    ['x:1', 'x:3'],
    ['x:3', 'x:2'],
    [undefined, 'x:3'],
  ]);
});

test.each([
  [{ way: 'in', kind: 'close', code: 1001 }, 'CLOSE 1001', 'first', []],
  [{ way: 'out', kind: 'close', code: 1005, isAnswer: true }, 'CLOSE', 'answer', []],
  [{ way: 'in', kind: 'cutoff' }, 'CUTOFF', 'cut', []],
  [{ way: 'out', kind: 'cutoff', silentSeconds: 11.6 }, 'CUTOFF 12 s', 'cut', ['P-EVT-4']],
  [{ way: 'out', kind: 'ping' }, 'PING', undefined, ['P-EVT-4']],
] as const)('the wire log shows %j as %s', (frame, text, ending, rules) => {
  const base = { sessionId: 'x:1', rootId: 'x:0', id: '1', createdAt: '0', _version: '0.7.2' } as const;
  const told: RecordedTold = { type: '@chat.frame', ...base, ...frame };
  const { lines, pings } = worldOf([...recordingOf({ 'x:1': 'c1' }, []), { at: 0, kind: 'told', told }]);
  expect([...lines, ...pings.lines]).toMatchObject([{ text, ending, rules }]);
});

test('how many sends of a connection are under way is known at each place of a recording', async () => {
  const { entries } = readRecording(await toldOfThree());
  const world = new World(charts);
  const seen: unknown[] = [];
  for (const entry of entries) {
    world.apply(entry);
    const { leaf, underWay } = world.named('c1') ?? {};
    const now = underWay === undefined ? leaf : `${leaf} ${underWay}`;
    if (now !== seen.at(-1)) seen.push(now);
  }
  expect(seen.slice(0, 6)).toEqual([
    'unregistered.idle',
    'unregistered.claiming',
    'registered.idle',
    'registered.sending 1',
    'registered.sending 2',
    'registered.sending 3',
  ]);
  expect(seen.at(-1)).toBe('registered.idle');
});

/** What is in the picture of a world. */
const pictureOf = ({ actors, clients, lines, flows, skipped, framesSkipped }: World) => ({
  actors: [...actors.values()],
  clients: [...clients.values()],
  lines,
  flows,
  skipped: [skipped, framesSkipped],
});

/** As a file has it: without what is undefined. */
const plain = (value: unknown) => JSON.parse(JSON.stringify(value));

function worldOf(entries: readonly Recorded[]): World {
  const world = new World(charts);
  for (const entry of entries) world.apply(entry);
  return world;
}

test('a recording is read as it was written, and its beginning can be put as a picture', async () => {
  const { chat, url } = await newServer();
  const watcher = await newWatcher(await chat.inspect({ port: 0 }));
  const an = await newMember(url, 'An');
  await an.ask({ data: 'send', content: 'một' });
  await an.leave();
  await watcher.sees(({ event }) => event?.type === 'hangup');
  const { entries } = readRecording(`[${watcher.texts.join()}]`);
  const whole = worldOf(entries);
  expect(pictureOf(worldOf(readRecording(textOf(entries, undefined)).entries))).toEqual(pictureOf(whole));
  for (const [session, { value, status }] of watcher.snapshots)
    if (status === 'active') expect(whole.actors.get(session)?.leaf).toBe(leafOf(value ?? ''));
  for (const cut of [1, Math.floor(entries.length / 2), entries.length]) {
    const shortened = [worldOf(entries.slice(0, cut)).picture, ...entries.slice(cut)];
    const read = readRecording(textOf(shortened, undefined)).entries;
    expect(plain(pictureOf(worldOf(read)))).toEqual(plain(pictureOf(whole)));
  }
});

test('a recording without its beginning keeps the page’s clients, and the number of skipped events', () => {
  const at = 1;
  const clientsAndCounts = ({ clients, skipped, framesSkipped }: World) => [
    [...clients.values()],
    skipped,
    framesSkipped,
  ];
  const whole = worldOf([
    { at, kind: 'client', client: 'A', status: 'connecting' },
    { at, kind: 'client', client: 'B', status: 'connecting' },
    { at, kind: 'client', client: 'A', status: 'open' },
    { at, kind: 'got', client: 'A', text: '{"type":"name","name":"An","status":true}' },
    { at, kind: 'client', client: 'B', status: 'closed', code: 1013 },
    { at, kind: 'told', told: { type: '@chat.skipped', count: 3, frames: 4 } },
  ]);
  const shortened = worldOf([whole.picture]);
  expect(clientsAndCounts(shortened)).toEqual(clientsAndCounts(whole));
  expect(clientsAndCounts(shortened)).toEqual([
    [
      { id: 'A', status: 'open', code: undefined, nickname: 'An', session: undefined },
      { id: 'B', status: 'closed', code: 1013, nickname: undefined, session: undefined },
    ],
    3,
    4,
  ]);
});

test.each([
  '',
  '7',
  'null',
  '{}',
  '[7]',
  '[null]',
  '[{"type":"@xstate.event"}]',
  '{"format":"classic-chatbox-lab","version":1,"entries":[{}]}',
  '{"format":"classic-chatbox-lab","version":1,"entries":[{"at":1,"kind":"picture"}]}',
  '{"format":"classic-chatbox-lab","version":1,"entries":[{"at":1,"kind":"picture","picture":{"actors":[7],"clients":[],"lines":[],"flows":[]}}]}',
  '{"format":"classic-chatbox-lab","version":1,"entries":[{"at":1,"kind":"picture","picture":{"actors":[],"clients":[],"lines":[{}],"flows":[]}}]}',
  '{"format":"classic-chatbox-lab","version":1,"entries":[{"at":1,"kind":"picture","picture":{"actors":[],"clients":[],"lines":[{"text":"","whose":{},"rules":[],"ending":"x"}],"flows":[]}}]}',
  '{"format":"classic-chatbox-lab","version":1,"entries":[{"at":1,"kind":"picture","picture":{"actors":[],"clients":[],"lines":[],"flows":[],"batches":[{"at":1,"acts":[7]}]}}]}',
])('%s is no recording', (text) => {
  expect(() => readRecording(text)).toThrow();
});

test('what a frame says of itself stands in its line, and anything else in its place makes no recording', () => {
  const header = { opcode: 9, isFinal: true, isMasked: false, length: 0 };
  const base = { sessionId: 'x:1', rootId: 'x:0', id: '1', createdAt: '5', _version: '0.7.2' } as const;
  const told: Told = { type: '@chat.frame', ...base, way: 'out', kind: 'close', code: 1001, header };
  const world = new World({});
  for (const entry of readRecording(JSON.stringify([told])).entries) world.apply(entry);
  expect(world.lines).toMatchObject([{ text: 'CLOSE 1001', header }]);
  for (const broken of [7, {}, { opcode: '9' }])
    expect(() => readRecording(JSON.stringify([{ ...told, header: broken }]))).toThrow(
      'this is no recording',
    );
});

test('a line of one of the page’s clients shows the header of its frame, once the server has taken it', () => {
  const base = { sessionId: 'x:1', rootId: 'x:0', id: '1', createdAt: '0', _version: '0.7.2' } as const;
  const told = (bytes: number): Recorded => {
    const header = { opcode: 1, isMasked: true, length: bytes };
    const frame = { way: 'in', kind: 'text', text: '•', bytes, header } as const;
    return { at: 0, kind: 'told', told: { type: '@chat.frame', ...base, ...frame } };
  };
  const said = ['hello', 'hallo', 'x'];
  const { lines } = worldOf([
    { at: 0, kind: 'client', client: 'A', status: 'connecting' },
    ...recordingOf({ 'x:1': 'c1' }, []),
    ...said.map((text): Recorded => ({ at: 0, kind: 'sent', client: 'A', text })),
    ...[5, 1].map(told),
  ]);
  expect(lines.map(({ text, header }) => [text, header?.length])).toEqual([
    ['hello', 5],
    ['hallo', undefined],
    ['x', 1],
  ]);
});

test('a commit is one thing with its changes inside, and how long it took; what waits before it is counted', () => {
  const actors = { 'x:1': 'mailbox', 'x:2': 'room', 'x:3': 'ledger' };
  const changes = [post, { type: 'leave', by }, { more: 5 }];
  const world = new World({});
  const events: [string, ShownEvent][] = [
    ['x:1', post],
    ['x:1', post],
    ['x:2', { type: 'changes', changes: [post] }],
    ['x:3', { type: 'commit', changes }],
    ['x:2', { type: 'changes', changes: [post] }],
    ['x:2', { type: 'committed' }],
    ['x:1', post],
  ];
  const entries = recordingOf(actors, events).map((entry, at) => ({ ...entry, at }));
  for (const entry of entries) world.apply(entry);
  const { past, mailbox, waiting } = world.batches;
  expect({ past, mailbox, waiting }).toEqual({
    past: [
      {
        at: 6,
        acts: changes.map((one) => ({ type: undefined, by: undefined, more: undefined, ...one })),
        until: 8,
      },
    ],
    mailbox: 1,
    waiting: 1,
  });
  expect(countOf(changes)).toBe(7);
  expect(worldOf([world.picture]).batches.past).toEqual(past);
});

test('a handshake is part of a recording, if it is told in full; a refused one is the connection of nobody', () => {
  const told = { type: '@chat.handshake', request: ['GET / HTTP/1.1'], response: ['HTTP/1.1 403 Forbidden'] };
  const entries = recordingOf({ 'x:1': 'connections', 'x:2': 'c1' }, []);
  const withTold = (handshake: object) =>
    JSON.stringify({
      format: 'classic-chatbox-lab',
      version: 1,
      entries: [...entries, { at: 1, kind: 'told', told: handshake }],
    });
  const { lines, actors, picture } = worldOf(readRecording(withTold({ ...told, sessionId: 'x:1' })).entries);
  expect(lines).toMatchObject([
    { isHandshake: true, isOut: true, text: 'GET / HTTP/1.1', whose: { name: 'connections' } },
    { isHandshake: true, isOut: false, text: 'HTTP/1.1 403 Forbidden' },
  ]);
  expect([...actors.values()].filter(({ handshake }) => handshake !== undefined)).toEqual([]);
  const accepted = { ...told, sessionId: 'x:2', isEarlier: true };
  const world = worldOf(readRecording(withTold(accepted)).entries);
  expect(world.lines).toEqual([]);
  expect(world.actors.get('x:2')?.handshake).toEqual({ request: told.request, response: told.response });
  expect(worldOf([world.picture]).actors.get('x:2')?.handshake).toBeDefined();
  for (const broken of [{ sessionId: 7 }, { request: 'GET /' }, { response: [7] }])
    expect(() => readRecording(withTold({ ...accepted, ...broken }))).toThrow('this is no recording');
  expect(picture.picture.lines).toEqual(lines);
});

test('what waits is part of a recording, if it is told in full', () => {
  const queue = { sessionId: 'x:1', frames: 4, isPaused: false, waitingBytes: 0 };
  const read = (queues: unknown) => readRecording(JSON.stringify([{ type: '@chat.queues', queues }]));
  expect(read([queue]).entries).toMatchObject([{ told: { queues: [queue] } }]);
  for (const broken of [7, [null], [{ ...queue, frames: '4' }], [{ ...queue, sessionId: 1 }]])
    expect(() => read(broken)).toThrow('this is no recording');
});

test('what waited in a connection is known at each place of a recording, and its beginning can be put as a picture', () => {
  const queue = { sessionId: 'x:1', frames: 4, isPaused: true, waitingBytes: 0 };
  const empty = { frames: 0, isPaused: false, waitingBytes: 0 };
  const world = new World({});
  const put = (at: number, queues: (typeof queue)[]) =>
    world.apply({ at, kind: 'told', told: { type: '@chat.queues', queues } });
  put(5, [queue]);
  put(6, []);
  const later = new World({});
  for (const entry of readRecording(textOf([world.picture], undefined)).entries) later.apply(entry);
  for (const { waiting } of [world, later])
    expect(waiting.of('x:1')).toEqual([queue, empty].map((wait) => expect.objectContaining(wait)));
  later.apply({ at: 7, kind: 'reset' });
  expect(later.waiting.of('x:1')).toEqual([]);
});

test('events that a test has saved say which machine they are of', () => {
  const told: Told = {
    type: '@xstate.actor',
    sessionId: 'x:1',
    rootId: 'x:0',
    id: '1',
    createdAt: '1795320000000',
    _version: '0.7.2',
    name: 'room',
    definition: '{"id":"room"}',
    snapshot: { status: 'active', value: { open: 'idle' } },
  };
  const [entry] = readRecording(JSON.stringify([told])).entries;
  expect(entry).toMatchObject({ at: 1_795_320_000_000, told: { machine: 'room' } });
  expect(JSON.stringify(entry)).not.toContain('definition');
});

const run = promisify(execFile);

/** Runs these tests, some of which must fail; resolves to what Vitest printed, and where the recordings are. */
async function failed(tests: string): Promise<{ stdout: string; recordings: string }> {
  const folder = await newFolder();
  const helpers = resolve('test/helpers');
  await symlink(resolve('node_modules'), join(folder, 'node_modules'));
  await writeFile(
    join(folder, 'some.test.ts'),
    `import { expect, test } from 'vitest';
    import { newMember } from '${helpers}/client.ts';
    import { newServer } from '${helpers}/server.ts';
    import { newSystem } from '${helpers}/system.ts';
    ${tests}`,
  );
  const recordings = join(folder, 'recordings');
  const env = { ...process.env, RECORDINGS: recordings, NO_COLOR: '1', FORCE_COLOR: undefined };
  const vitest = resolve('node_modules/vitest/vitest.mjs');
  const running = run(process.execPath, [vitest, 'run', '--root', folder], { cwd: folder, env });
  const { stdout } = await running.catch((error: { stdout: string }) => error);
  return { stdout, recordings };
}

test.each(['newServer', 'newSystem'])(
  'a failing test with %s leaves a recording, and one that passes leaves none',
  async (make) => {
    const { stdout, recordings } = await failed(
      `test.each([1, 2])('P-SEND-2: say %i', async (number) => {
      const { url } = await ${make}();
      const an = await newMember(url, 'An');
      await an.ask({ data: 'send', content: 'một' });
      expect(number).toBe(1);
    });`,
    );
    expect(stdout).toContain('1 failed | 1 passed');
    expect(await readdir(recordings)).toEqual(['P-SEND-2-say-2.json']);
    const { entries } = readRecording(await readFile(join(recordings, 'P-SEND-2-say-2.json'), 'utf8'));
    const world = worldOf(entries);
    expect([...world.actors.values()].find(({ name }) => name === 'c1')).toMatchObject({ nickname: 'An' });
    expect(world.lines.map(({ text }) => text).filter((text) => text.includes('"send"'))).toHaveLength(2);
  },
);

test('a failing test leaves a recording of each of its servers, those that it has closed too', async () => {
  const { stdout, recordings } = await failed(
    `test('P-DB-1: restart', async () => {
      for (const name of ['An', 'Bình']) {
        const { chat, url } = await newServer();
        await newMember(url, name);
        await chat.close();
      }
      expect(1).toBe(2);
    }, 5000);`,
  );
  expect(stdout).toContain('1 failed');
  expect(await readdir(recordings)).toEqual(['P-DB-1-restart-2.json', 'P-DB-1-restart.json']);
});
