import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { useBrowser } from '../helpers/browser.ts';
import { openLab } from '../helpers/lab.ts';
import { newFolder } from '../helpers/server.ts';
import { toldOfThree } from '../helpers/three.ts';
import type { TestWatcher } from '../helpers/watcher.ts';

const browser = useBrowser();

/** The state of a connection, as the inspector told it to somebody else. */
function stateOf(watcher: TestWatcher, name: string): string {
  const leaf = (value: unknown): string =>
    typeof value === 'string'
      ? value
      : Object.entries(Object(value))
          .map(([key, inner]) => `${key}.${leaf(inner)}`)
          .join();
  const [session] = [...watcher.names].find(([, known]) => known === name) ?? [];
  return leaf(watcher.snapshots.get(`${session}`)?.value);
}

test('after each request of a client the chart shows the state of the server, and highlights what was done', async () => {
  const { lab, watcher } = await openLab(browser());
  const connection = await lab.add();
  expect(connection).toBe('c1');
  await expect.poll(() => lab.state()).toBe('unregistered.idle');
  const steps = [
    ['get', 'unregistered.idle', 'get / refuseStranger'],
    ['notJson', 'unregistered.idle', 'unreadable / refuseUnreadable'],
    ['wrongForm', 'unregistered.idle', 'name / refuseNickname'],
    ['name', 'registered.idle', 'settled [isNamed] / hold'],
    ['unknown', 'registered.idle', 'unreadable / refuseUnreadable'],
    ['noKey', 'registered.idle', 'unreadable / refuseUnreadable'],
    ['send', 'registered.idle', 'settled [isLast] / countSettled'],
    ['tooLong', 'registered.idle', 'send / refuseContent'],
    ['get', 'registered.idle', 'get [isWindow] / recall'],
    ['wrongForm', 'registered.idle', 'name / refuseNickname'],
    ['name', 'registered.idle', 'settled / hold'],
    ['close', 'closed', 'hangup'],
  ] as const;
  for (const [button, state, lit] of steps) {
    await lab.say(button);
    await expect.poll(() => lab.lit(), { message: button }).toEqual([lit]);
    await expect.poll(() => lab.state(), { message: button }).toBe(state);
    expect(stateOf(watcher, connection), button).toBe(state);
  }
  await lab.page.locator('[data-client="A"][data-status="closed"]').waitFor();
});

test('a request that is under way is seen step by step', async () => {
  const { lab, page } = await openLab(browser());
  await lab.add();
  await lab.say('name');
  await expect.poll(() => lab.state()).toBe('registered.idle');
  await page.locator('#pause').click();
  await page.locator('.page[data-mode="paused"]').waitFor();
  const count = () => page.locator('.place').getAttribute('data-count');
  const state = () => page.locator('[data-live-state]').textContent();
  const seen = [await state()];
  while (seen.at(-1) !== 'unregistered.idle') {
    const before = await count();
    await page.locator('#back').click();
    // A step is drawn a moment later.
    await expect.poll(count).not.toBe(before);
    seen.push(await state());
  }
  expect([...new Set(seen)]).toEqual(['registered.idle', 'unregistered.claiming', 'unregistered.idle']);
  await page.locator('#live').click();
  await expect.poll(() => lab.state()).toBe('registered.idle');
});

test.each([
  ['en-GB', '3 under way'],
  ['vi-VN', '3 đang gửi'],
])(
  'in %s, %s stands beside the state, in the chart and in the tree, and a step back shows what was so',
  async (locale, note) => {
    const file = join(await newFolder(), 'three.json');
    await writeFile(file, await toldOfThree());
    const { page } = await openLab(browser(), { locale });
    await page.locator('#file').setInputFiles(file);
    await page.locator('.page[data-mode="replay"]').waitFor();
    await page.locator('[data-actor="c1"] .pick').click();
    const inTree = page.locator('[data-actor="c1"] .note');
    const inChart = page.locator('[data-state="registered.sending"] .note');
    expect([await inTree.count(), await inChart.count()]).toEqual([0, 0]);
    while ((await inTree.allTextContents()).join() !== note) await page.locator('#back').click();
    expect(await inChart.textContent()).toBe(note);
    const boxOf = (selector: string) => page.locator(selector).first().boundingBox();
    const [text, state] = [
      await inChart.boundingBox(),
      await boxOf('[data-state="registered.sending"] > rect'),
    ];
    expect((text?.x ?? 0) + (text?.width ?? 0)).toBeLessThan((state?.x ?? 0) + (state?.width ?? 0));
    expect(await page.locator('[data-live="here"]').getAttribute('data-state')).toBe('registered.sending');
  },
);

test('the room’s chart shows the commit, and the sequence what led to it', async () => {
  const { lab, page } = await openLab(browser());
  await lab.add();
  await page.locator('[data-actor="room"] .pick').click();
  await expect.poll(() => page.locator('[data-chosen]').textContent()).toBe('room');
  await lab.say('name');
  await expect.poll(() => lab.lit()).toEqual(['committed']);
  // What is being watched stays.
  expect(await page.locator('[data-chosen]').textContent()).toBe('room');
  const flows = () =>
    page.locator('[data-flow]').evaluateAll((all) => all.map((flow) => flow.getAttribute('data-flow')));
  await expect.poll(flows).toContain('name ✓');
  // The reply may come before the ledger has said that it is ready for the next commit.
  expect((await flows()).filter((flow) => flow !== 'name ✓')).toEqual([
    'name',
    'claim',
    'changes: claim',
    'commit: claim',
    'stretch: registered',
    'settled',
    'committed',
  ]);
  const lifelines = page.locator('[data-lifeline]');
  expect(await lifelines.allTextContents()).toEqual(['c1 · A', 'mailbox', 'room', 'ledger']);
});

test('the server has a chart, and an actor that is no machine says what it does and where', async () => {
  const { lab, page } = await openLab(browser());
  const pick = (name: string) => page.locator(`[data-actor="${name}"] .pick`).first().click();
  await pick('server');
  await expect.poll(() => lab.state()).toBe('running');
  const hint = page.locator('.chart .hint');
  for (const [name, does, file] of [
    ['mailbox', 'collects', 'src/actors/room.ts'],
    ['ledger', 'commits', 'src/actors/room.ts'],
    ['connections', 'parent of c1', 'src/actors/system.ts'],
  ] as const) {
    await pick(name);
    await expect.poll(() => page.locator('[data-chosen]').textContent()).toBe(name);
    expect(await hint.textContent()).toContain(does);
    expect(await hint.textContent()).toContain(file);
  }
});

test('in the sequence no label is cut off, and what goes out or comes in stands before its lifeline', async () => {
  const { lab, page } = await openLab(browser());
  await lab.add();
  await lab.add();
  await lab.say('name');
  await page.locator('[data-client="A"] .pick').click();
  for (const button of ['notJson', 'get', 'wrongForm', 'name', 'send', 'tooLong', 'get'])
    await lab.say(button);
  // The first `get` is a stranger's. Behind the second, the room may still hear that its commit is done.
  await page.locator('[data-flow="get ✓"]').waitFor();
  const wrong = () =>
    page.locator('svg.sequence[data-flows]').evaluate((picture) => {
      const edges = picture.getBoundingClientRect();
      const [lifeline = 0] = Array.from(
        picture.querySelectorAll('.life'),
        (line) => line.getBoundingClientRect().left,
      );
      return Array.from(picture.querySelectorAll('.flow'), (flow) => {
        const [text, arrow] = ['text', 'line'].map((part) =>
          flow.querySelector(part)?.getBoundingClientRect(),
        );
        if (text === undefined || arrow === undefined) return [];
        const isOuter = arrow.left < lifeline && arrow.right <= lifeline + 1;
        const isCut = Math.min(text.left, arrow.left) < edges.left || text.right > edges.right;
        return isCut || (isOuter && text.right > lifeline) ? [flow.getAttribute('data-flow')] : [];
      }).flat();
    });
  expect(await wrong()).toEqual([]);
  const width = () =>
    page
      .locator('svg.heads rect')
      .first()
      .evaluate((head) => head.getBoundingClientRect().width);
  const before = await width();
  await page.getByRole('button', { name: 'A+' }).click();
  await expect.poll(width).toBeCloseTo((before * 18) / 14, 0);
  expect(await wrong()).toEqual([]);
});

test('the chosen actor is in sight in the tree, and in the chart its state and how it got there', async () => {
  const { lab, page } = await openLab(browser());
  await lab.add();
  const isInSight = (chosen: string, room: string) =>
    page.evaluate(
      (selectors) => {
        const [inner, outer] = selectors.map((one) => document.querySelector(one)?.getBoundingClientRect());
        if (inner === undefined || outer === undefined) return false;
        const [x, y] = [inner.left + inner.width / 2, inner.top + inner.height / 2];
        return outer.left <= x && x <= outer.right && outer.top <= y && y <= outer.bottom;
      },
      [chosen, room],
    );
  await expect.poll(() => isInSight('.tree [aria-current]', '.tree .scroll')).toBe(true);
  await page.locator('[data-side="faults"]').click();
  await expect.poll(() => isInSight('.tree [aria-current]', '.tree .scroll')).toBe(true);
  await page.locator('[data-side="clients"]').click();
  for (const [button, lit] of [
    ['name', 'settled [isNamed] / hold'],
    ['send', 'settled [isLast] / countSettled'],
    ['name', 'settled / hold'],
    ['close', 'hangup'],
  ] as const) {
    await lab.say(button);
    await expect.poll(() => lab.lit(), { message: button }).toEqual([lit]);
    for (const shown of ['[data-live="here"] > rect', '.edge[data-fired="now"] > rect'])
      await expect
        .poll(() => isInSight(shown, '.chart .frame'), { message: `${button} ${shown}` })
        .toBe(true);
  }
});
