/** What the lab's picture shows of what was recorded. */
import { expect, test } from 'vitest';
import type { ShownEvent } from '../../src/inspect/told.ts';
import { countOf } from '../../web/lab/queues/batches.ts';
import { spansOf } from '../../web/lab/queues/spans.ts';
import type { Recorded, RecordedTold } from '../../web/lab/recorded.ts';
import { readRecording } from '../../web/lab/recording.ts';
import { World } from '../../web/lab/world.ts';
import { toldOfThree } from '../helpers/three.ts';
import { newWorld, recordingOf, worldOf } from '../helpers/world.ts';

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
  const world = newWorld();
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
  const { past, depth, depths } = world.batches;
  expect({ past, depth }).toEqual({
    past: [
      {
        at: 6,
        acts: changes.map((one) => ({ type: undefined, by: undefined, more: undefined, ...one })),
        until: 8,
      },
    ],
    depth: expect.objectContaining({ mailbox: 1, waiting: 1 }),
  });
  expect(spansOf(depths, 12).map(({ mailbox, waiting, ms }) => [mailbox, waiting, ms])).toEqual([
    [1, 0, 1],
    [2, 0, 1],
    [1, 1, 1],
    [1, 0, 1],
    [0, 1, 2],
    [1, 1, 3],
  ]);
  expect(countOf(changes)).toBe(7);
  const later = worldOf([world.picture]).batches;
  expect({ past: later.past, depths: later.depths }).toEqual({ past, depths });
});
