import { expect, onTestFinished, test, vi } from 'vitest';
import { Playback } from '../../web/lab/playback.ts';
import type { Recorded } from '../../web/lab/recorded.ts';

/** The nth entry of a recording: a frame that the page's client has got. */
const entry = (at: number): Recorded => ({ at, kind: 'got', client: 'A', text: `${at}` });
const entries = (count: number, first = 1) =>
  Array.from({ length: count }, (_, index) => entry(first + index));

/** An event of XState's own, which changes nothing in the picture. */
const unseen: Recorded = {
  at: 0,
  kind: 'told',
  told: {
    type: '@xstate.event',
    sessionId: 'x:1',
    rootId: 'x:0',
    id: '1',
    createdAt: '0',
    _version: '0.7.2',
    event: { type: 'xstate.init' },
  },
};

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
  expect(playback.length).toBe(20_001);
  expect(drawn().at(-1)).toBe(last);
  playback.goLive();
  expect(drawn().at(-1)).toBe(30_001);
});
