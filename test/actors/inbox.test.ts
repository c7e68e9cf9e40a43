import { setImmediate } from 'node:timers/promises';
import { describe, expect, test } from 'vitest';
import { Inbox } from '../../src/actors/inbox.ts';

const frame = (bytes: number) => ({ data: Buffer.alloc(bytes), isBinary: false });

/** An inbox with so many frames of so many bytes, and how often a new turn has been called out. */
function newInbox(count = 0, bytes = 10) {
  const called = { turns: 0 };
  const inbox = new Inbox(() => called.turns++);
  for (let at = 0; at < count; at++) inbox.push(frame(bytes));
  return { inbox, called };
}

/** Takes frames for as long as the turn lasts; returns how many. */
function takeTurn(inbox: Inbox): number {
  let taken = 0;
  for (; inbox.hasTurn && !inbox.isEmpty; taken++) {
    inbox.take();
    inbox.settled(1);
  }
  return taken;
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
    expect([inbox.first, inbox.isEmpty]).toEqual([undefined, true]);
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
    expect([inbox.isEmpty, inbox.isFull]).toEqual([true, true]);
    inbox.settled(1);
    expect(inbox.isFull).toBe(false);
    inbox.push(frame(200_000));
    expect(inbox.isFull).toBe(true);
  });

  test('is dropped when the connection closes, unlike a frame under way', () => {
    const { inbox } = newInbox(3, 100_000);
    inbox.take();
    inbox.drop();
    expect([inbox.isEmpty, inbox.isFull]).toEqual([true, false]);
    inbox.push(frame(200_000));
    expect(inbox.isFull).toBe(true);
    inbox.settled(1);
    expect(inbox.isFull).toBe(false);
  });
});

test.each([
  ['long', 60_000, 70],
  ['empty', 0, 4096],
])(
  'a closing connection may send %s frames for a while; what waited before does not count',
  (_, bytes, most) => {
    const { inbox } = newInbox(5000, 10_000);
    expect(inbox.drop()).toBe(false);
    let count = 0;
    do inbox.push(frame(bytes));
    while (!inbox.drop() && ++count < 10_000);
    expect(count).toBeGreaterThan(most / 2);
    expect(count).toBeLessThanOrEqual(most);
  },
);

test('a closing connection may send control frames for a while', () => {
  const { inbox } = newInbox(0, 0);
  inbox.drop();
  for (let count = 0; count < 5000; count++) inbox.control();
  expect(inbox.drop()).toBe(true);
});

describe('a turn of the event loop', () => {
  test('has room for 64 frames of a connection, and the next turn for as many', async () => {
    const { inbox, called } = newInbox(150);
    expect([takeTurn(inbox), called.turns]).toEqual([64, 0]);
    await setImmediate();
    expect([takeTurn(inbox), called.turns]).toEqual([64, 1]);
    await setImmediate();
    expect([takeTurn(inbox), inbox.isEmpty]).toEqual([22, true]);
  });

  test('begins anew, however few frames the last one had', async () => {
    const { inbox } = newInbox(100);
    for (let round = 0; round < 10; round++) {
      inbox.take();
      inbox.settled(1);
      expect(inbox.hasTurn).toBe(true);
      await setImmediate();
    }
    expect(takeTurn(inbox)).toBe(64);
  });

  test('counts control frames like others', () => {
    const { inbox } = newInbox(50);
    for (let ping = 0; ping < 60; ping++) inbox.control();
    expect(inbox.isFull).toBe(false);
    expect(takeTurn(inbox)).toBe(4);
  });

  test('that has no room for all control frames leaves them to the next ones, and the inbox is full meanwhile', async () => {
    const { inbox, called } = newInbox();
    for (let ping = 0; ping < 64 * 4; ping++) inbox.control();
    for (let turn = 1; turn < 4; turn++) {
      expect([inbox.isFull, inbox.hasTurn, called.turns]).toEqual([true, false, 0]);
      await setImmediate();
    }
    expect([inbox.isFull, inbox.hasTurn, called.turns]).toEqual([false, false, 0]);
    await setImmediate();
    expect([inbox.isFull, inbox.hasTurn, called.turns]).toEqual([false, true, 1]);
  });
});
