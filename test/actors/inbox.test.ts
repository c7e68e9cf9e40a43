import { describe, expect, test } from 'vitest';
import { Inbox } from '../../src/actors/inbox.ts';

const delays = { ms: 0, now: () => performance.now() };
const frame = (bytes: number) => ({ data: Buffer.alloc(bytes), isBinary: false, fragments: 1 });

/** An inbox with so many frames of so many bytes. */
function newInbox(count = 0, bytes = 10) {
  const inbox = new Inbox(() => {}, delays);
  for (let at = 0; at < count; at++) inbox.push(frame(bytes));
  return { inbox };
}

describe('a waiting frame', () => {
  test('P-REQ-7: comes out in the order in which it came', () => {
    const { inbox } = newInbox();
    const frames = [frame(1), frame(2), frame(3)];
    for (const one of frames) inbox.push(one);
    for (const one of frames) {
      expect(inbox.first).toBe(one);
      inbox.take();
    }
    expect([inbox.first, inbox.length]).toEqual([undefined, 0]);
  });

  test.each([
    ['64 frames', 64, 10],
    ['256 KiB', 4, 65_536],
    ['one frame of more than that', 1, 300_000],
  ])('is full with %s', (_, count, bytes) => {
    expect(newInbox(count - 1, bytes).inbox.isFull).toBe(false);
    const { inbox } = newInbox(count, bytes);
    expect(inbox.isFull).toBe(true);
    inbox.take();
    inbox.settled(1);
    expect(inbox.isFull).toBe(false);
  });

  test('counts until it is settled, the oldest first', () => {
    const { inbox } = newInbox();
    inbox.push(frame(200_000));
    inbox.push(frame(100_000));
    inbox.take();
    inbox.take();
    expect([inbox.length, inbox.isFull]).toEqual([0, true]);
    inbox.settled(1);
    expect(inbox.isFull).toBe(false);
    inbox.push(frame(200_000));
    expect(inbox.isFull).toBe(true);
  });

  test('is dropped when the connection closes, unlike a frame under way', () => {
    const { inbox } = newInbox(3, 100_000);
    inbox.take();
    inbox.clear(() => {});
    expect([inbox.length, inbox.isFull]).toEqual([0, false]);
    inbox.push(frame(200_000));
    expect(inbox.isFull).toBe(true);
    inbox.settled(1);
    expect(inbox.isFull).toBe(false);
  });
});

test('P-LIM-1: the first frame is due when it has waited as long as it must, and the next one pays for itself', async () => {
  let onDue = () => {};
  const due = new Promise<void>((resolve) => {
    onDue = resolve;
  });
  const inbox = new Inbox(() => onDue(), delays);
  for (let at = 0; at < 2; at++) inbox.push(frame(1));
  let paid = 0;
  const pay = () => {
    paid++;
    return 1;
  };
  expect([inbox.isDue(pay), inbox.isDue(pay), paid]).toEqual([false, false, 1]);
  await due;
  expect([inbox.isDue(pay), paid]).toEqual([true, 1]);
  inbox.take();
  expect([inbox.isDue(pay), paid]).toEqual([false, 2]);
  const { first } = inbox;
  const givenBack: unknown[] = [];
  inbox.clear((frame) => givenBack.push(frame));
  expect(givenBack).toEqual([first]);
  inbox.push(frame(1));
  expect([inbox.isDue(() => 0), inbox.isDue(pay), paid]).toEqual([true, true, 2]);
  inbox.clear((frame) => givenBack.push(frame));
  expect(givenBack).toHaveLength(1);
});
