import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import type { Page } from 'playwright-core';
import { expect, test } from 'vitest';
import { recordingOf } from '../../src/check/record.ts';
import { useBrowser, violationsOf } from '../helpers/browser.ts';
import { newMember } from '../helpers/client.ts';
import { openLab } from '../helpers/lab.ts';
import { newFolder } from '../helpers/server.ts';

const browser = useBrowser();
const enlarged = useBrowser('--blink-settings=defaultFontSize=32');

/** Does an element lie within another one, or within the window, up to a pixel? */
const isWithin = (page: Page, inner: string, outer: string) =>
  page.evaluate(
    ([selector = '', around = '']) => {
      const box = document.querySelector(selector)?.getBoundingClientRect();
      const room = document.querySelector(around)?.getBoundingClientRect();
      if (box === undefined || room === undefined || box.width === 0 || box.height === 0) return false;
      const isInRoom = box.left >= room.left - 1 && box.right <= room.right + 1;
      return isInRoom && box.top >= room.top - 1 && box.bottom <= room.bottom + 1;
    },
    [inner, outer],
  );

test.each([
  [1280, 720, 'en-GB', 'light'],
  [1280, 720, 'vi-VN', 'dark'],
  [1024, 768, 'en-GB', 'dark'],
  [1024, 768, 'vi-VN', 'light'],
] as const)(
  'at %i × %i, %s, chart, sequence and wire are in view together, the chart fits, and the controls are one line',
  async (width, height, locale, colorScheme) => {
    const { lab, page } = await openLab(browser(), { viewport: { width, height }, locale, colorScheme });
    for (const _ of 'ABC') {
      await lab.add();
      await lab.say('name');
      await expect.poll(() => lab.state()).toBe('registered.idle');
    }
    for (const panel of ['.chart', '.sequence', '.wire'])
      expect([panel, await isWithin(page, `.panel${panel}`, '.page')]).toEqual([panel, true]);
    for (const machine of ['', 'client', 'room']) {
      await page.locator('#machine').selectOption(machine);
      await page.locator(`[data-chart="${machine || 'connection'}"]`).waitFor();
      await expect
        .poll(() => isWithin(page, '.statechart', '.chart .frame'), { message: machine })
        .toBe(true);
    }
    const overflow = (selector: string) =>
      page.locator(selector).evaluate(({ scrollWidth, clientWidth }) => scrollWidth - clientWidth);
    expect(await overflow('.sequence .scroll')).toBe(0);
    expect(await overflow('html')).toBe(0);
    const middle = (selector: string) =>
      page.locator(selector).evaluate((element) => {
        const { top, bottom } = element.getBoundingClientRect();
        return Math.round((top + bottom) / 2);
      });
    // The controls of time are one line.
    expect(await middle('#import')).toBe(await middle('#back'));
  },
);

test('text at 200 % makes the chart larger, and its names twice as large', async () => {
  const measured = async (page: Page) => {
    await page.locator('[data-actor="room"] .pick').click();
    const chart = page.locator('.statechart[data-chart="room"]');
    const name = chart.locator('[data-state="open.committing"] .name');
    return {
      chart: (await chart.boundingBox())?.width ?? 0,
      name: (await name.boundingBox())?.height ?? 0,
    };
  };
  const usual = await measured((await openLab(browser())).page);
  const { page } = await openLab(enlarged(), { bypassCSP: true });
  const large = await measured(page);
  expect(large.chart / usual.chart).toBeGreaterThan(1.2);
  expect(large.name / usual.name).toBeGreaterThan(1.8);
  expect(await violationsOf(page)).toEqual([]);
});

test('the last transition can be read beside the chart, however small that is', async () => {
  const { lab, page } = await openLab(browser());
  await lab.add();
  const taken = page.locator('[data-taken]');
  await lab.say('get');
  await expect.poll(() => taken.textContent()).toBe('get / refuseStranger');
  const place = () => page.locator('.statechart').boundingBox();
  const before = await place();
  await lab.say('name');
  await expect.poll(() => taken.textContent()).toBe('settled [isNamed] / hold');
  expect(await place()).toEqual(before);
});

test('the chart of any machine can be shown, the client library’s too, until an actor is selected', async () => {
  const { lab, page } = await openLab(browser());
  await lab.add();
  await page.locator('#machine').selectOption('client');
  await page.locator('[data-chart="client"] [data-state="linked.registered.syncing"]').waitFor();
  expect(await page.locator('.chart .caption').textContent()).toContain('src/client/machine.ts');
  expect(await page.locator('[data-live]').count()).toBe(0);
  await page.locator('[data-actor="room"] .pick').click();
  await page.locator('[data-chart="room"]').waitFor();
  expect(await page.locator('#machine').inputValue()).toBe('');
});

test('a nickname of 100 letters leaves room for the state of its client, and can be read', async () => {
  const { lab, page } = await openLab(browser(), {}, { maxName: 100 });
  const nickname = 'Nguyễn Bình '.repeat(9).slice(0, 100).replace(/ $/, 'h');
  await lab.add();
  await page.getByRole('textbox', { name: 'Nickname' }).fill(nickname);
  await lab.say('name');
  const shown = page.locator('[data-client="A"] bdi', { hasText: nickname });
  await shown.waitFor();
  expect(await shown.getAttribute('title')).toBe(nickname);
  expect(await isWithin(page, '[data-client="A"] .status', '[data-client="A"] .pick')).toBe(true);
  expect(await isWithin(page, '[data-client="A"] bdi', '[data-client="A"] .pick')).toBe(true);
});

test('a paused lab shows a new client, which can be used', async () => {
  const { url, lab, page } = await openLab(browser());
  await lab.add();
  await page.locator('#pause').click();
  await page.locator('.page[data-mode="paused"]').waitFor();
  await page.locator('#add').click();
  const added = page.locator('[data-client="B"]');
  await added.locator('.status', { hasText: 'open' }).waitFor();
  expect(await added.locator('.leaf').textContent()).toBe('not in this view yet');
  await page.locator('[data-desk="B"]').waitFor();
  await lab.say('name');
  const an = await newMember(url, 'An');
  expect(await an.ask({ data: 'get', limit: 0 })).toMatchObject({ data: { online: ['Lab B', 'An'] } });
  await page.locator('#live').click();
  await added.locator('.leaf', { hasText: 'c2 registered.idle' }).waitFor();
});

test.each([
  ['en-GB', 'the oldest 12345 entries are no longer kept', 'This should have come instead: a reply'],
  ['vi-VN', '12345 mục cũ nhất không còn được giữ', 'Đáng lẽ phải nhận được: a reply'],
])(
  'in %s a recording says what was dropped, and one of check what it has expected',
  async (locale, said, instead) => {
    const { page } = await openLab(browser(), { locale });
    expect(await page.locator('[data-dropped]').count()).toBe(0);
    const nothing = { actors: [], clients: [], lines: [], flows: [], skipped: 0, framesSkipped: 0 };
    const entries = [{ at: 1, kind: 'picture', picture: { ...nothing, dropped: 12345 } }];
    const file = join(await newFolder(), 'recording.json');
    await writeFile(file, JSON.stringify({ format: 'classic-chatbox-lab', version: 1, entries }));
    await page.locator('#file').setInputFiles(file);
    await expect.poll(() => page.locator('[data-dropped]').allTextContents()).toEqual([said]);

    const transcript = ['A> {"data":"get"}', 'A< {"type":"ping"}', 'A< (close 1011)'];
    const finding = { transcript, expected: 'a reply', received: 'close 1011' };
    await writeFile(file, recordingOf(finding, { at: 0, dialect: 'documented' }));
    await page.locator('#file').setInputFiles(file);
    await expect.poll(() => page.locator('.lines .expected').allTextContents()).toEqual([instead]);
    expect(await page.locator('.lines li:has(.expected) > code').textContent()).toBe('CLOSE 1011');
  },
);

test.each(['disk', 'kill'])('what the fault %s leaves in the history is said before', async (fault) => {
  const { url, page } = await openLab(browser());
  await page.locator('[data-side="faults"]').click();
  const article = page.locator(`[data-fault="${fault}"]`);
  const said = await article.locator('[data-remains]').textContent();
  const [, content, author] = /“(\w+)” by “(\w+) …”/.exec(`${said}`) ?? [];
  await article.getByRole('button').click();
  await page.locator(`[data-fault="${fault}"][data-running]`).waitFor();
  await page.locator(`[data-fault="${fault}"]:not([data-running])`).waitFor();
  const an = await newMember(url, 'An');
  const { data } = await an.ask({ data: 'get' });
  expect(data).toMatchObject({
    message: [{ name: expect.stringMatching(new RegExp(`^${author} `)), content }],
  });
});

test('a fault that leaves nothing in the history says nothing of it', async () => {
  const { page } = await openLab(browser());
  await page.locator('[data-side="faults"]').click();
  const said = page.locator('.fault:has([data-remains])');
  expect(await said.evaluateAll((all) => all.map((one) => one.getAttribute('data-fault')))).toEqual([
    'disk',
    'kill',
    'moderator',
  ]);
});
