/** Time in the lab: milliseconds, how long the ledger writes, and playing at the pace at which things happened. */
import { expect, test } from 'vitest';
import { clockOf, durationOf, secondsOf } from '../../web/lab/clock.ts';
import type { Flow } from '../../web/lab/picture.ts';
import type { Recorded } from '../../web/lab/recorded.ts';
import { readRecording, textOf } from '../../web/lab/recording.ts';
import { Marks, nearest } from '../../web/lab/timeline/marks.ts';
import { following, labelsIn, panned, wholeOf, zoomed } from '../../web/lab/timeline/view.ts';
import { World } from '../../web/lab/world.ts';
import { Writes, writesIn } from '../../web/lab/writes.ts';
import { useBrowser } from '../helpers/browser.ts';
import { openLab } from '../helpers/lab.ts';

const browser = useBrowser();

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

test('a zoom keeps what is under the pointer, and neither it nor a pan leaves the recording', () => {
  const whole = wholeOf([{ at: 1000 }, { at: 2000 }]);
  expect(wholeOf([{ at: 2000 }, { at: 1000 }])).toEqual(whole);
  expect(wholeOf([{ at: 1010 }, { at: 1000 }])).toEqual({ from: 995, to: 1015 });
  expect(whole).toEqual({ from: 980, to: 2020 });
  const half = zoomed(whole, whole, 0.5, 1240);
  expect(half).toEqual({ from: 1110, to: 1630 });
  expect(zoomed(half, whole, 2, 1240)).toEqual(whole);
  expect(zoomed(half, whole, 100, 1500)).toEqual(whole);
  const { from, to } = zoomed(half, whole, 1e-9, 1240);
  expect([to - from, from < 1240, to > 1240]).toEqual([5, true, true]);
  expect(panned(half, whole, 10)).toEqual({ from: 1120, to: 1640 });
  expect(panned(half, whole, 9999)).toEqual({ from: 1500, to: 2020 });
  expect(panned(half, whole, -9999)).toEqual({ from: 980, to: 1500 });
  expect(following(half, whole, 1630)).toBe(half);
  expect(following(half, whole, 1700)).toEqual({ from: 1284, to: 1804 });
  expect(following(half, whole, 1000)).toEqual({ from: 980, to: 1500 });
});

test.each([
  [{ from: 980, to: 2020 }, 10, [1000, 1200, 1400, 1600, 1800, 2000]],
  [{ from: 1001.5, to: 1006.5 }, 10, [1002, 1003, 1004, 1005, 1006]],
  [{ from: 0, to: 3_600_000 }, 3, [0, 1_800_000, 3_600_000]],
])('%j has at most %i labels, at round times', (view, most, labels) => {
  expect(labelsIn(view, most)).toEqual(labels);
});

test('a time line marks states, frames and commits; what is added to a recording is added to it', () => {
  const marks = new Marks();
  const entries = commitAt(5000);
  const ping = { at: 5000, kind: 'got', client: 'A', text: '{"type":"ping","timeout":5}' } as const;
  const of = () => {
    const { steps, frames, writes } = marks.read(entries, false);
    return { steps: steps.length, frames: frames.length, writes: [...writes] };
  };
  const write = { at: 5000, count: 5, from: 4997.25 };
  expect(of()).toEqual({ steps: 0, frames: 0, writes: [write] });
  entries.push({ at: 5010, kind: 'got', client: 'A', text: '{}' }, ping);
  expect(of()).toEqual({ steps: 0, frames: 1, writes: [write] });
  expect(marks.read(entries, true).frames).toHaveLength(2);
  expect(marks.read([ping], false).frames).toEqual([]);
});

test('a pointer means the nearest mark, unless none is near', () => {
  const marks = [10, 20, 20, 40].map((at, index) => ({ at, count: index + 1 }));
  const meant = [9, 14, 16, 31, 50, 90].map((at) => nearest(marks, at, 12)?.count);
  expect(meant).toEqual([1, 1, 2, 4, 4, undefined]);
});

test('the time line leads to what is clicked, is dragged and zoomed, and has keys for all of that', async () => {
  const { lab, page } = await openLab(browser());
  await lab.add();
  await lab.say('name');
  await expect.poll(() => lab.state()).toBe('registered.idle');
  await lab.say('send');
  await expect.poll(() => lab.wire().count()).toBe(4);
  await page.locator('.axis[data-writes="2"]').waitFor();
  const committed = page.locator('.flow[data-flow="committed"]').last();
  expect(await committed.locator('text').textContent()).toMatch(/^committed · [\d.]+ ms$/);
  expect(await page.locator('.sequence .when').last().textContent()).toMatch(/^\d\d\.\d{3}$/);
  const [time, panel] = await Promise.all(
    ['.sequence .when >> nth=-1', '.panel.sequence'].map((selector) => page.locator(selector).boundingBox()),
  );
  expect((time?.x ?? 0) + (time?.width ?? 0)).toBeLessThan((panel?.x ?? 0) + (panel?.width ?? 0));
  expect(await lab.wire().first().locator('time').textContent()).toMatch(/^\d\d:\d\d:\d\d\.\d{3}$/);
  expect(await page.locator('svg.sequence .write').count()).toBe(2);
  await page.locator('#pause').click();
  const axis = page.locator('.axis');
  const view = () =>
    axis.evaluate(({ dataset }) => ({ from: Number(dataset['from']), to: Number(dataset['to']) }));
  const whole = await view();
  const bar = Number(/^M([\d.]+)/.exec(`${await axis.locator('.writes').getAttribute('d')}`)?.[1]);
  await axis.click({ position: { x: bar + 1, y: 6 } });
  await page.locator('[data-last][data-flow="committed"]').waitFor();
  await expect.poll(() => lab.wire().count()).toBe(2);
  // The wheel zooms about the pointer.
  const box = await axis.boundingBox();
  const { x = 0, y = 0, width = 0 } = box ?? {};
  await page.mouse.move(x + width / 4, y + 20);
  await page.mouse.wheel(0, -1000);
  await expect.poll(async () => (await view()).from).toBeGreaterThan(whole.from);
  const near = await view();
  const quarter = ({ from, to }: typeof near) => from + (to - from) / 4;
  expect(Math.abs(quarter(near) - quarter(whole))).toBeLessThanOrEqual(2);
  // It is dragged, and that leads nowhere in the recording.
  const count = await page.locator('.place').getAttribute('data-count');
  await page.mouse.down();
  await page.mouse.move(x + width / 4 - 100, y + 20, { steps: 3 });
  await page.mouse.up();
  await expect.poll(async () => (await view()).from).toBeGreaterThan(near.from);
  expect(await page.locator('.place').getAttribute('data-count')).toBe(count);
  await axis.press('0');
  await expect.poll(view).toEqual(whole);
  await axis.press('+');
  await expect.poll(async () => (await view()).to).toBeLessThan(whole.to);
  expect(await page.locator('#zoom-fit').getAttribute('aria-pressed')).toBe('true');
  const before = await view();
  await axis.press('PageDown');
  await expect.poll(async () => (await view()).from).toBeGreaterThan(before.from);
  await axis.press('Home');
  await page.locator('.place[data-count="0"]').waitFor();
  await axis.press('ArrowRight');
  await page.locator('.place:not([data-count="0"])').waitFor();
  await axis.press('End');
  await expect.poll(() => lab.wire().count()).toBe(4);
  // The chart is zoomed about the pointer, and dragged. While it is narrower than its panel, it stays in its middle.
  const state = page.locator('[data-live="here"] > rect');
  const boxOf = async () => (await state.boundingBox()) ?? { x: 0, y: 0, width: 0, height: 0 };
  const middle = async () => {
    const { y: top, height } = await boxOf();
    return top + height / 2;
  };
  const first = await boxOf();
  const above = await middle();
  await page.mouse.move(first.x + first.width / 2, above);
  await page.mouse.wheel(0, -800);
  await expect.poll(async () => (await boxOf()).width).toBeGreaterThan(first.width * 2);
  const larger = await middle();
  expect(Math.abs(larger - above)).toBeLessThan(3);
  await page.mouse.down();
  await page.mouse.move(first.x, above + 40, { steps: 3 });
  await page.mouse.up();
  expect(Math.abs((await middle()) - larger - 40)).toBeLessThan(2);
  // A recording is seen again at the pace at which it happened.
  await page.locator('#file').setInputFiles(await lab.exported());
  await page.locator('.page[data-mode="replay"]').waitFor();
  await page.locator('#place').fill('0');
  await page.locator('#pace').selectOption('×4');
  await page.locator('#pause').click();
  await expect.poll(() => lab.wire().count()).toBe(4);
});
