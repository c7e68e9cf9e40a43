/** Time in the lab: milliseconds, how long the ledger writes, and playing at the pace at which things happened. */
import { expect, test } from 'vitest';
import { clockOf, durationOf, secondsOf } from '../../web/lab/clock.ts';
import type { Flow } from '../../web/lab/picture.ts';
import type { Recorded } from '../../web/lab/recorded.ts';
import { readRecording, textOf } from '../../web/lab/recording.ts';
import { World } from '../../web/lab/world.ts';
import { Writes, writesIn } from '../../web/lab/writes.ts';

test('a time is shown with its milliseconds, a duration in the unit that suits it', () => {
  const at = new Date(2026, 10, 27, 9, 5, 7, 42).getTime();
  expect([clockOf(at), secondsOf(at)]).toEqual(['09:05:07.042', '07.042']);
  expect([0.424, 4.0749, 12.4, 999, 1500, 61_000].map(durationOf)).toEqual([
    ...['0.42 ms', '4.07 ms', '12 ms', '999 ms', '1.5 s', '61 s'],
  ]);
});

test('a commit takes until it is committed or broken, and what else the ledger tells ends none', () => {
  const writes = new Writes();
  const heard = [
    ['committed', 1],
    ['commit', 10],
    ['stretch', 12],
    ['committed', 13.5],
    ['settled', 14],
    ['commit', 20],
    ['broken', 29],
    ['broken', 30],
  ] as const;
  expect(heard.map(([type, at]) => writes.hear(type, at))).toEqual([
    ...[undefined, undefined, undefined, 3.5, undefined, undefined, 9, undefined],
  ]);
});

/** What the inspector tells of a commit that took 2.75 ms, at a time of the page. */
function commitAt(at: number): Recorded[] {
  const base = { rootId: 'x:0', id: '0', createdAt: `${at}`, _version: '0.7.2' } as const;
  const actor = (sessionId: string, name: string): Recorded => {
    const snapshot = { status: 'active' } as const;
    return { at, kind: 'told', told: { ...base, sessionId, type: '@xstate.actor', name, snapshot } };
  };
  const event = (sessionId: string, sourceId: string, type: string, elapsed: number): Recorded => {
    const told = {
      ...base,
      sessionId,
      sourceId,
      at: elapsed,
      type: '@xstate.event',
      event: { type },
    } as const;
    return { at, kind: 'told', told };
  };
  return [
    actor('x:1', 'room'),
    actor('x:2', 'ledger'),
    event('x:2', 'x:1', 'commit', 100.5),
    event('x:1', 'x:2', 'stretch', 103),
    event('x:1', 'x:2', 'committed', 103.25),
  ];
}

function worldOf(entries: readonly Recorded[]): World {
  const world = new World({});
  for (const entry of entries) world.apply(entry);
  return world;
}

test('each arrow has its time, and the last one of a commit how long that took; a recording keeps both', () => {
  const entries = commitAt(5000);
  const world = worldOf(entries);
  expect(world.flows.map(({ label, at, tookMs }) => [label, at, tookMs])).toEqual([
    ['commit', 5000, undefined],
    ['stretch', 5000, undefined],
    ['committed', 5000, 2.75],
  ]);
  expect(writesIn(world.flows)).toEqual([[0, 2]]);
  expect(writesIn(world.flows.slice(1))).toEqual([]);
  const read = readRecording(textOf([world.picture], undefined));
  expect(worldOf(read.entries).flows).toEqual(world.flows);
});

test.each([
  ['a time of the server', (entries: Recorded[]) => Object.assign(Object(entries[2]).told, { at: 'soon' })],
  [
    'a time of an arrow',
    ([, , , , last]: Recorded[]) => Object.assign(Object(last), spoiled({ at: 'soon' })),
  ],
  ['a duration', ([, , , , last]: Recorded[]) => Object.assign(Object(last), spoiled({ tookMs: '3' }))],
])('a file in which %s is no number is no recording', (_, spoil) => {
  const entries = commitAt(5000);
  expect(readRecording(textOf(entries, undefined)).entries).toHaveLength(5);
  spoil(entries);
  expect(() => readRecording(textOf(entries, undefined))).toThrow('this is no recording');
});

/** A picture with one arrow, which has these fields. */
function spoiled(fields: Record<string, unknown>) {
  const { picture } = worldOf(commitAt(5000)).picture;
  return { kind: 'picture', picture: { ...picture, flows: [{ ...(picture.flows[0] as Flow), ...fields }] } };
}
