import { describe, expect, onTestFinished, test, vi } from 'vitest';
import { Ending } from '../../src/actors/ending.ts';

/** An ending, with a record of what it has done. */
function newEnding(expire = () => {}) {
  const done: string[] = [];
  const ending = new Ending({
    sendClose: (code) => void done.push(`close ${code}`),
    depart: (departure) => void done.push(departure),
    expire,
  });
  return { ending, done };
}

describe('the peer ends it', () => {
  test.each([1000, 1005, 3000, 4999])(
    'P-RES-3: a close frame with %i is a goodbye, after the frames before it',
    (code) => {
      const { ending, done } = newEnding();
      ending.socketClosed(code);
      expect([ending.isReading, ending.isOpen, done]).toEqual([true, false, []]);
      ending.readOut();
      expect([ending.isReading, ending.isClosed, done]).toEqual([false, true, ['hangup']]);
    },
  );

  test('P-RES-3: a page that is closed or reloaded (1001) may come back', () => {
    const { ending, done } = newEnding();
    ending.socketClosed(1001);
    ending.readOut();
    expect(done).toEqual(['lost']);
  });

  test('P-LIM-1: its frames are handled for half a minute at most', () => {
    vi.useFakeTimers();
    onTestFinished(() => void vi.useRealTimers());
    const { ending, done } = newEnding();
    ending.socketClosed(1000);
    vi.advanceTimersByTime(29_999);
    expect([ending.isReading, done]).toEqual([true, []]);
    vi.advanceTimersByTime(1);
    expect([ending.isReading, ending.isClosed, done]).toEqual([false, true, ['hangup']]);
    expect(vi.getTimerCount()).toBe(0);
  });

  test('P-RES-3: a page that has been read out may come back for as long as a broken connection', () => {
    vi.useFakeTimers();
    onTestFinished(() => void vi.useRealTimers());
    const expire = vi.fn();
    const { ending } = newEnding(expire);
    ending.socketClosed(1001);
    ending.readOut();
    ending.awaitPeer(40_000);
    vi.advanceTimersByTime(39_999);
    expect(expire).not.toHaveBeenCalled();
    vi.advanceTimersByTime(1);
    expect(expire).toHaveBeenCalledOnce();
    expect(vi.getTimerCount()).toBe(0);
  });

  test('P-RES-3: a broken connection may come back, and no more of its frames are handled', () => {
    const { ending, done } = newEnding();
    ending.socketClosed(1006);
    expect([ending.isReading, ending.isClosed, done]).toEqual([false, true, ['lost']]);
  });

  test.each([1006, 1002, 1001])('P-RES-3: a peer that broke the protocol does not come back (%i)', (code) => {
    const { ending, done } = newEnding();
    ending.fault();
    ending.socketClosed(code);
    ending.readOut();
    expect(done).toEqual(['hangup']);
  });
});

describe('the server ends it', () => {
  test('at once: the machine departs with the close frame, and the socket closes later', () => {
    const { ending, done } = newEnding();
    ending.close(1013, 'too slow', 'lost');
    expect([ending.isReading, ending.isClosed, done]).toEqual([false, false, ['close 1013', 'lost']]);
    ending.socketClosed(1006);
    expect([ending.isClosed, done]).toEqual([true, ['close 1013', 'lost']]);
  });

  test('once, even if it is told again', () => {
    const { ending, done } = newEnding();
    ending.close(1013, 'too slow', 'lost');
    ending.close(1011, 'internal error', 'hangup');
    expect(ending.finish(1001, 'the server is closing')).toBe(false);
    ending.sent();
    ending.readOut();
    ending.socketClosed(1000);
    ending.readOut();
    ending.close(1011, 'internal error', 'hangup');
    expect(done).toEqual(['close 1013', 'lost']);
  });

  test('while the peer has closed already', () => {
    const { ending, done } = newEnding();
    ending.socketClosed(1000);
    ending.close(1011, 'internal error', 'hangup');
    expect([ending.isClosed, done]).toEqual([true, ['close 1011', 'hangup']]);
  });

  test('after a freeze, behind a history that is going out', () => {
    const { ending, done } = newEnding();
    ending.freeze();
    expect(ending.isReading).toBe(false);
    expect(ending.finish(1001, 'the server is closing')).toBe(true);
    expect(done).toEqual([]);
    ending.sent();
    ending.sent();
    expect(done).toEqual(['close 1001', 'retired']);
  });

  test('a frozen peer that closes has gone for good', () => {
    for (const code of [1000, 1001, 1006]) {
      const { ending, done } = newEnding();
      ending.freeze();
      ending.socketClosed(code);
      expect([ending.isClosed, done]).toEqual([true, ['hangup']]);
    }
  });

  test('a freeze ends the handling of frames from a peer that has closed', () => {
    const { ending, done } = newEnding();
    ending.socketClosed(1000);
    ending.freeze();
    expect([ending.isReading, ending.isClosed, done]).toEqual([false, true, ['hangup']]);
  });

  test('P-RES-3: a holding waits for its peer until its time is over', async () => {
    await new Promise<void>((resolve) => newEnding(resolve).ending.awaitPeer(1));
  });

  test('P-RES-3: a connection that is gone waits for nothing', () => {
    const timers = () => process.getActiveResourcesInfo().filter((name) => name === 'Timeout').length;
    const { ending } = newEnding();
    const before = timers();
    ending.awaitPeer(1_000_000);
    expect(timers()).toBe(before + 1);
    ending.gone();
    expect(timers()).toBe(before);
  });

  test('a connection that is gone does nothing more', () => {
    const { ending, done } = newEnding();
    ending.socketClosed(1006);
    ending.gone();
    ending.close(1001, 'the server is closing', 'hangup');
    ending.freeze();
    ending.readOut();
    expect([ending.isClosed, done]).toEqual([false, ['lost']]);
  });
});
