import type { Page } from 'playwright-core';
import { expect, test } from 'vitest';
import { useBrowser } from '../helpers/browser.ts';
import { openLab } from '../helpers/lab.ts';

const browser = useBrowser();

const flows = (page: Page) =>
  page.locator('[data-flow]').evaluateAll((all) => all.map((flow) => flow.getAttribute('data-flow')));

test('the sequence shows what happened in its order: the reply before `settled`', async () => {
  const { lab, page } = await openLab(browser());
  await lab.add();
  await lab.say('name');
  await expect.poll(() => flows(page)).toContain('committed');
  expect(await flows(page)).toEqual([
    'name',
    'claim',
    'changes: claim',
    'commit: claim',
    'stretch: registered',
    'name ✓',
    'settled',
    'committed',
  ]);
  // So it is in the wire log: there, too, the client's text has taken the place of the masked one.
  await expect.poll(() => lab.wire().last().textContent()).toContain('Lab A');
  expect(await lab.wire().count()).toBe(2);
});

/** Arrows to the outside that end nearer to another lifeline than to the one where they begin. */
const astray = (page: Page) =>
  page.locator('svg.sequence[data-flows]').evaluate((picture) => {
    const lifelines = Array.from(picture.querySelectorAll('.life'), (life) => life.getBoundingClientRect().x);
    return Array.from(picture.querySelectorAll('.flow line'), (line) => {
      const { left, right } = line.getBoundingClientRect();
      const isOn = (place: number) => lifelines.some((x) => Math.abs(x - place) < 2);
      if (!isOn(right) || isOn(left)) return [];
      const isAstray = lifelines.some(
        (x) => Math.abs(x - right) > 2 && Math.abs(x - left) < right - left - 2,
      );
      return isAstray ? [line.parentElement?.dataset['flow']] : [];
    }).flat();
  });

test('an event to the outside ends between the lifelines; one send to all is one row that unfolds', async () => {
  const { lab, page } = await openLab(browser());
  for (const _ of 'ABCDEF') {
    await lab.add();
    await lab.say('name');
    await expect.poll(() => lab.state()).toBe('registered.idle');
  }
  await lab.say('send');
  const unfold = page.getByRole('button', { name: 'receive message, to 5 peers' });
  await unfold.waitFor();
  const messages = page.locator('[data-flow="receive message"]');
  expect(await messages.locator('text').allTextContents()).toEqual(['receive message ×5']);
  expect(await messages.locator('line').count()).toBeGreaterThan(1);
  expect(await astray(page)).toEqual([]);
  await unfold.focus();
  await page.keyboard.press('Enter');
  await page.locator('.unfold[aria-expanded="true"]').waitFor();
  const labels = ['receive message ×5', 'c1 · A', 'c2 · B', 'c3 · C', 'c4 · D', 'c5 · E'];
  expect(await messages.locator('text').allTextContents()).toEqual(labels);
  expect(await astray(page)).toEqual([]);
  await page.keyboard.press('Enter');
  await page.locator('.unfold[aria-expanded="true"]').waitFor({ state: 'detached' });
  expect(await messages.count()).toBe(1);
});

test('a row of many and those that it unfolds to lead to their moment, by click and by key, and stay as they are', async () => {
  const { lab, page } = await openLab(browser());
  for (const _ of 'ABC') {
    await lab.add();
    await lab.say('name');
    await expect.poll(() => lab.state()).toBe('registered.idle');
  }
  await lab.say('send');
  const unfold = page.getByRole('button', { name: 'receive message, to 2 peers' });
  await unfold.click();
  await page.locator('.unfold[aria-expanded="true"]').waitFor();
  expect(await page.locator('.page').getAttribute('data-mode')).toBe('live');
  await lab.say('get');
  await page.locator('[data-flow="get ✓"]').waitFor();
  const messages = page.locator('[data-flow="receive message"]');
  const labels = ['receive message ×2', 'c1 · A', 'c2 · B'];
  await messages.filter({ hasText: 'c2 · B' }).click();
  await page.locator('.page[data-mode="paused"]').waitFor();
  await expect.poll(() => page.locator('[data-flow="get ✓"]').count()).toBe(0);
  expect(await messages.locator('text').allTextContents()).toEqual(labels);
  await page.locator('#live').click();
  await page.locator('[data-flow="get ✓"]').waitFor();
  await messages.filter({ hasText: 'c1 · A' }).press('ArrowUp');
  await page.locator('.flow:focus', { hasText: 'receive message ×2' }).press('Enter');
  await expect.poll(() => page.locator('[data-flow="get ✓"]').count()).toBe(0);
  expect(await messages.locator('text').allTextContents()).toEqual(labels);
  await page.locator('.flow:focus', { hasText: 'receive message ×2' }).waitFor();
  expect(await page.locator('.flow[tabindex="0"]').count()).toBe(1);
});
