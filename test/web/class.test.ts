/** The lab's class view: all connections at once, and one of them in the spotlight. */
import type { Page } from 'playwright-core';
import { expect, test } from 'vitest';
import { chartOf } from '../../src/charts/chart.ts';
import { connectionMachine } from '../../src/machines/connection.ts';
import { everybody, leavesOf, moved, type Seat, seatsOf, suits } from '../../web/lab/class/seats.ts';
import type { Recorded } from '../../web/lab/recorded.ts';
import { World } from '../../web/lab/world.ts';
import { useBrowser, violationsOf } from '../helpers/browser.ts';
import { newClient, newMember } from '../helpers/client.ts';
import { openLab } from '../helpers/lab.ts';

const browser = useBrowser();

/** A recording in which so many connections have come. */
function recordingOf(count: number): Recorded[] {
  const base = { rootId: 'x:0', id: '0', createdAt: '1000', _version: '0.7.2' } as const;
  const of = (number: number) => ({ ...base, sessionId: `x:${number}` });
  const names = Array.from({ length: count }, (_, index) => index + 1);
  const told = [
    ...names.map((number) => ({
      ...of(number),
      type: '@xstate.actor' as const,
      name: `c${number}`,
      machine: 'connection',
      snapshot: { status: 'active' as const },
    })),
    ...names.map((number) => ({
      ...of(number),
      type: '@xstate.snapshot' as const,
      event: { type: number % 3 === 0 ? 'send' : 'settled' },
      snapshot: {
        status: number === count ? ('done' as const) : ('active' as const),
        value: { registered: number % 3 === 0 ? 'sending' : 'idle' },
        context: { nickname: `An ${number}`, underWay: 2 },
      },
    })),
    {
      type: '@chat.queues' as const,
      queues: [{ sessionId: 'x:2', frames: 4, isPaused: true, waitingBytes: 12 }],
    },
  ];
  return told.map((one) => ({ at: 1000, kind: 'told', told: one }));
}

function worldOf(count: number): World {
  const world = new World({ connection: chartOf(connectionMachine) });
  for (const entry of recordingOf(count)) world.apply(entry);
  return world;
}

test('a seat is a living connection with what waits in it, and each filter leaves those that suit it', () => {
  const seats = seatsOf(worldOf(7));
  expect(seats.map(({ name }) => name)).toEqual(['c1', 'c2', 'c3', 'c4', 'c5', 'c6']);
  expect(seats[1]).toEqual({
    ...{ session: 'x:2', name: 'c2', leaf: 'registered.idle', mood: 'idle', nickname: 'An 2' },
    ...{ owner: undefined, frames: 4, isPaused: true, waitingBytes: 12, underWay: 0, event: 'settled' },
  } satisfies Seat);
  expect(seats[2]).toMatchObject({ leaf: 'registered.sending', mood: 'busy', underWay: 2, frames: 0 });
  const left = (filter: Partial<typeof everybody>) =>
    seats.filter((seat) => suits(seat, { ...everybody, ...filter })).map(({ name }) => name);
  expect(left({})).toHaveLength(6);
  expect(left({ leaf: 'registered.sending' })).toEqual(['c3', 'c6']);
  expect(left({ text: ' an 4 ' })).toEqual(['c4']);
  expect(left({ text: 'SENDING' })).toEqual(['c3', 'c6']);
  expect(left({ isWaiting: true })).toEqual(['c2', 'c3', 'c6']);
  expect(left({ isWaiting: true, leaf: 'registered.idle' })).toEqual(['c2']);
  expect(leavesOf(seats)).toEqual([
    ['registered.idle', 4],
    ['registered.sending', 2],
  ]);
});

test.each([
  ['ArrowRight', 0, 1],
  ['ArrowRight', 9, undefined],
  ['ArrowLeft', 0, undefined],
  ['ArrowDown', 1, 5],
  ['ArrowDown', 7, undefined],
  ['ArrowUp', 5, 1],
  ['Home', 7, 0],
  ['End', 0, 9],
  ['Enter', 0, undefined],
])('in a grid of ten with four in a row, %s leads from %i to %s', (key, from, to) => {
  expect(moved(key, from, 4, 10)).toBe(to);
});

const focused = (page: Page) => page.evaluate(() => document.activeElement?.getAttribute('data-seat'));
const seats = (page: Page) =>
  page.locator('.seat').evaluateAll((all) => all.map((seat) => seat.getAttribute('data-seat')));

test('a class is seen at once: its states, what waits, a filter, and one connection in the spotlight', async () => {
  const { lab, page, url } = await openLab(browser(), { bypassCSP: true }, { rate: 0.001, burst: 2 });
  await lab.add();
  await newMember(url, 'An');
  const binh = await newClient(url);
  for (let count = 0; count < 5; count++) binh.say({ data: 'get' });
  await page.locator('[data-actor="c3"]').waitFor();
  await page.locator('.brand').click();
  await page.keyboard.press('c');
  await page.locator('.seats[data-seats="3"]').waitFor();
  // What lies behind it is not drawn.
  expect(await page.locator('.wire, .tree, .sequence').count()).toBe(0);
  await page.locator('[data-seat="c2"][data-leaf="registered.idle"][data-mood="idle"]').waitFor();
  await page.locator('[data-seat="c3"] [data-waits]', { hasText: 'inbox 3' }).waitFor();
  expect(await page.locator('[data-seat="c1"] .owner').textContent()).toBe('A');
  expect(await violationsOf(page)).toEqual([]);
  await page.locator('#class-waiting').check();
  await page.locator('.seats[data-seats="1"]').waitFor();
  expect(await seats(page)).toEqual(['c3']);
  await page.locator('#class-waiting').uncheck();
  await page.locator('#class-state').selectOption('unregistered.idle');
  await page.locator('.seats[data-seats="2"]').waitFor();
  expect(await seats(page)).toEqual(['c1', 'c3']);
  await page.locator('#class-state').selectOption('');
  await page.locator('#search').fill('registered.c');
  await page.getByText('No connection suits the filter.').waitFor();
  await page.locator('#search').fill('');
  await page.locator('[data-seat="c1"]').focus();
  await page.keyboard.press('ArrowRight');
  expect(await focused(page)).toBe('c2');
  // A key of the grid is no step through time.
  expect(await page.locator('.page').getAttribute('data-mode')).toBe('live');
  await page.keyboard.press('Enter');
  await page.locator('[data-spotlight="c2"]:focus .statechart[data-chart="connection"]').waitFor();
  expect(await lab.state()).toBe('registered.idle');
  await page.keyboard.press('ArrowDown');
  await page.locator('[data-spotlight="c3"] [data-queues="c3"]').waitFor();
  await expect.poll(() => lab.state()).toBe('unregistered.idle');
  await page.keyboard.press('Escape');
  await expect.poll(() => focused(page)).toBe('c3');
  await page.keyboard.press('c');
  await page.locator('.wire').waitFor();
  expect(await page.locator('[data-chosen]').textContent()).toBe('c3');
  // A recording of two hundred is gone through in the same way.
  const recording = { format: 'classic-chatbox-lab', version: 1, entries: recordingOf(201) };
  const buffer = Buffer.from(JSON.stringify(recording));
  await page.locator('#file').setInputFiles({ name: 'of.json', mimeType: 'application/json', buffer });
  await page.locator('.place[data-count="403"]').waitFor();
  await page.locator('#class').click();
  await page.locator('.seats[data-seats="200"][data-size="small"]').waitFor();
  await page.locator('[data-seat="c200"]').click();
  await page.locator('[data-spotlight="c200"] .statechart').waitFor();
  await page.locator('#place').fill('100');
  await page.locator('[data-spotlight="?"]').waitFor();
  await page.locator('#class-back').click();
  await page.locator('.seats[data-seats="100"]').waitFor();
});
