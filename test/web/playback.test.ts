import { expect, onTestFinished, test, vi } from 'vitest';
import { Playback } from '../../web/lab/playback.ts';
import type { Recorded, RecordedTold } from '../../web/lab/recorded.ts';

/** The nth entry of a recording: a frame that the page's client has got. */
const entry = (at: number): Recorded => ({ at, kind: 'got', client: 'A', text: `${at}` });
const entries = (count: number, first = 1) =>
  Array.from({ length: count }, (_, index) => entry(first + index));

const base = { rootId: 'x:0', id: '1', createdAt: '0', _version: '0.7.2' } as const;
const heard = (told: RecordedTold): Recorded => ({ at: 0, kind: 'told', told });
const born = (sessionId: string, name: string, machine?: string) =>
  heard({ ...base, type: '@xstate.actor', sessionId, name, machine, snapshot: { status: 'active' } });
const comesTo = (sessionId: string, value: string) => {
  const snapshot = { status: 'active', value } as const;
  return heard({ ...base, type: '@xstate.snapshot', sessionId, event: { type: 'x' }, snapshot });
};
function said(sessionId: string, type: string): Recorded {
  return heard({ ...base, type: '@xstate.event', sessionId, event: { type } });
}
const frame = (kind: 'ping' | 'pong' | 'text', text?: string) =>
  heard({ ...base, type: '@chat.frame', sessionId: 'c1', way: 'out', kind, ...(text && { text }) });

/** What one beat of the heartbeat adds to a recording. */
const beat = [
  comesTo('x:9', 'beating'),
  born('x:10', 'beat'),
  frame('text', '{"type":"ping","timeout":5}'),
  frame('ping'),
  frame('pong'),
  { at: 0, kind: 'got', client: 'A', text: '{"type":"ping","timeout":5}' },
  comesTo('x:9', 'waiting'),
] satisfies Recorded[];
const beats = (count: number) => Array.from({ length: count }, () => beat).flat();

/** An event of XState's own, which changes nothing in the picture. */
const unseen = said('x:1', 'xstate.init');

function newPlayback() {
  let changes = 0;
  const playback = new Playback({}, () => changes++);
  /** What is drawn when something has changed. */
  const drawn = () => {
    playback.catchUp();
    return playback.world.lines.map(({ text }) => Number(text));
  };
  return { playback, drawn, changes: () => changes };
}

test('live, everything that is recorded is shown; each change asks for a drawing', () => {
  const { playback, drawn, changes } = newPlayback();
  playback.record(entries(2));
  expect(drawn()).toEqual([1, 2]);
  playback.record(entries(1, 3));
  expect(drawn()).toEqual([1, 2, 3]);
  expect([playback.mode, playback.length, changes()]).toEqual(['live', 3, 2]);
});

test('paused, the view stays where it is, and steps to entries that change the picture', () => {
  const { playback, drawn } = newPlayback();
  playback.record([entry(1), unseen, unseen, entry(2)]);
  drawn();
  playback.pause();
  playback.record([entry(3)]);
  expect(drawn()).toEqual([1, 2]);
  expect(playback.mode).toBe('paused');
  const shown = [-1, -1, -1, 1, 1, 1, 1].map((by) => {
    playback.step(by as 1 | -1);
    return drawn();
  });
  expect(shown).toEqual([[1], [], [], [1], [1, 2], [1, 2, 3], [1, 2, 3]]);
  playback.seek(1);
  expect(drawn()).toEqual([1]);
  expect(playback.entries).toEqual([entry(1)]);
  playback.goLive();
  expect(drawn()).toEqual([1, 2, 3]);
});

test('a step passes over what the heartbeat does, unless pings are shown', () => {
  const { playback, drawn } = newPlayback();
  playback.record([born('x:9', 'heartbeat', 'heartbeat'), ...beats(3), entry(1), ...beats(100)]);
  drawn();
  playback.step(-1);
  expect(drawn()).toEqual([]);
  playback.step(1);
  expect(drawn()).toEqual([1]);
  playback.step(-1);
  playback.step(-1);
  expect(playback.world.count).toBe(0);
  playback.goLive();
  drawn();
  playback.showPings();
  const before = playback.length;
  playback.step(-1);
  expect(playback.world.count).toBe(before - 1);
});

test('pings have limits of their own: they drive nothing else out of the sequence and the wire log', () => {
  const { playback, drawn } = newPlayback();
  playback.record([born('c1', 'c1', 'connection'), said('c1', 'name'), entry(1), ...beats(2000)]);
  expect(drawn()).toEqual([1]);
  const { flows, lines, pings } = playback.world;
  expect([flows, lines].map(({ length }) => length)).toEqual([1, 1]);
  expect([pings.flows, pings.lines].map(({ length }) => length)).toEqual([40, 1000]);
  expect(new Set(pings.flows.map(({ label }) => label))).toEqual(new Set(['ping', 'PING', 'PONG']));
});

test('a step of an actor goes to its next or its last event, and nowhere if there is none', () => {
  const { playback } = newPlayback();
  playback.record([
    born('x:1', 'room', 'room'),
    born('x:2', 'mailbox'),
    born('x:9', 'heartbeat', 'heartbeat'),
    comesTo('x:1', 'idle'),
    said('x:2', 'post'),
    said('x:1', 'changes'),
    comesTo('x:1', 'committing'),
    entry(1),
    comesTo('x:9', 'beating'),
    said('x:2', 'leave'),
    entry(2),
  ]);
  playback.catchUp();
  const places = (session: string, steps: (1 | -1)[]) =>
    steps.map((by) => {
      playback.stepOf(session, by);
      return playback.world.count;
    });
  expect(places('x:1', [-1, -1, -1, 1, 1])).toEqual([7, 4, 4, 7, 7]);
  expect(places('x:2', [1, 1, -1, -1])).toEqual([10, 10, 5, 5]);
  // What the heartbeat does is passed over in other steps, but here it has been asked for.
  expect(places('x:9', [1])).toEqual([9]);
  expect(places('x:7', [-1])).toEqual([9]);
  expect(playback.mode).toBe('paused');
});

test('a line leads to the moment at which it was recorded, also after the oldest entries have become a picture', () => {
  const { playback, drawn } = newPlayback();
  playback.record(entries(30_000));
  drawn();
  const [line] = playback.world.lines.slice(-500);
  playback.record(entries(1, 30_001));
  expect(playback.length).toBe(20_001);
  playback.goTo(Number(line?.number));
  expect([drawn().at(-1), playback.mode]).toEqual([29_501, 'paused']);
  playback.goTo(Number(playback.world.lines[0]?.number));
  expect(drawn().at(-1)).toBe(28_502);
  // A moment that has become part of the picture is the picture.
  playback.goTo(1);
  expect([drawn().at(-1), playback.world.count]).toEqual([10_001, 1]);
});

test('in slow motion the view moves on by so many steps a second', () => {
  vi.useFakeTimers();
  onTestFinished(() => void vi.useRealTimers());
  const { playback, drawn } = newPlayback();
  playback.setPace(5);
  playback.record(entries(10));
  expect([drawn(), playback.mode]).toEqual([[], 'slow']);
  vi.advanceTimersByTime(600);
  expect(drawn()).toEqual([1, 2, 3]);
  playback.pause();
  vi.advanceTimersByTime(600);
  expect(drawn()).toEqual([1, 2, 3]);
  playback.setPace(0);
  playback.pause();
  expect(drawn()).toHaveLength(10);
});

test('an imported recording is shown, paused at its end, while what happens is recorded behind it', () => {
  const { playback, drawn } = newPlayback();
  playback.record(entries(2));
  playback.show(entries(3, 101));
  expect([drawn(), playback.mode]).toEqual([[101, 102, 103], 'replay']);
  playback.record(entries(1, 3));
  expect([drawn(), playback.length]).toEqual([[101, 102, 103], 3]);
  playback.goLive();
  expect([drawn(), playback.mode]).toEqual([[1, 2, 3], 'live']);
});

test('a file that makes no picture is not shown', () => {
  const { playback, drawn } = newPlayback();
  playback.record(entries(2));
  expect(drawn()).toEqual([1, 2]);
  expect(() => playback.show([{ at: 1, kind: 'picture', picture: {} as never }])).toThrow();
  expect([drawn(), playback.mode]).toEqual([[1, 2], 'live']);
});

test.each([
  ['stays the same', 29_000, 29_000],
  ['becomes that picture, if its place was among them,', 5, 10_001],
])('the oldest entries of a long recording become a picture: a paused view %s', (_, place, last) => {
  const { playback, drawn } = newPlayback();
  playback.record(entries(30_000));
  playback.seek(place);
  playback.record(entries(1, 30_001));
  expect([playback.length, playback.dropped]).toEqual([20_001, 10_001]);
  expect(drawn().at(-1)).toBe(last);
  playback.goLive();
  expect(drawn().at(-1)).toBe(30_001);
  playback.record(entries(10_000, 30_002));
  expect([playback.length, playback.dropped]).toEqual([20_001, 20_001]);
});

test('a recording is played at the pace at which it happened, or faster or slower; a pause holds the clock', () => {
  vi.useFakeTimers();
  onTestFinished(() => void vi.useRealTimers());
  const { playback, drawn } = newPlayback();
  playback.show([entry(1000), entry(1100), entry(1200), entry(2200), entry(6200)]);
  playback.seek(0);
  playback.setPace(0, 1);
  playback.pause(false);
  const seen = (ms: number) => {
    vi.advanceTimersByTime(ms);
    return drawn().length;
  };
  expect([seen(50), seen(50), seen(100), seen(900)]).toEqual([1, 1, 2, 3]);
  playback.pause(true);
  expect(seen(60_000)).toBe(3);
  // From where it stands: a second is left until the next entry.
  playback.setPace(0, 4);
  playback.pause(false);
  expect([seen(250), seen(100), seen(1000)]).toEqual([3, 4, 5]);
  expect(playback.mode).toBe('replay');
  // At its end it begins anew.
  playback.setPace(0, 0.25);
  playback.pause(true);
  playback.pause(false);
  expect([drawn().length, seen(50), seen(350), seen(100)]).toEqual([0, 1, 1, 2]);
  playback.setPace(0);
});

test('what happens is followed by the clock behind a pause, until it is live again', () => {
  vi.useFakeTimers({ now: 5000 });
  onTestFinished(() => void vi.useRealTimers());
  const { playback, drawn } = newPlayback();
  playback.record([entry(5000)]);
  drawn();
  playback.pause(true);
  playback.record([entry(5000), entry(5400)]);
  vi.advanceTimersByTime(1000);
  playback.setPace(0, 1);
  playback.pause(false);
  expect(playback.mode).toBe('slow');
  vi.advanceTimersByTime(100);
  expect(drawn()).toHaveLength(2);
  vi.advanceTimersByTime(400);
  expect(drawn()).toHaveLength(3);
  playback.record([entry(6500)]);
  expect(drawn()).toHaveLength(3);
  playback.goLive();
  expect([drawn().length, playback.mode, playback.speed]).toEqual([4, 'live', 0]);
});
