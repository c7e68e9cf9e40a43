import { expect, test } from 'vitest';
import { useBrowser, violationsOf } from '../helpers/browser.ts';
import { openLab } from '../helpers/lab.ts';

const browser = useBrowser();

test('the language is the browser’s, can be changed, and stays changed', async () => {
  const { lab, page } = await openLab(browser(), { locale: 'vi-VN' });
  await lab.add();
  await page.getByRole('heading', { name: 'Sơ đồ trạng thái' }).waitFor();
  expect(await page.locator('html').getAttribute('lang')).toBe('vi');
  await page.locator('button[data-lang="en"]').click();
  await page.getByRole('heading', { name: 'Statechart' }).waitFor();
  await page.reload();
  await page.getByRole('heading', { name: 'Statechart' }).waitFor();
});

test.each([
  ['en', 'Glossary', 'Arrows: event [guard] / action', 'guard'],
  ['vi', 'Thuật ngữ', 'Mũi tên: sự kiện [điều kiện] / hành động', 'điều kiện (guard)'],
])('the arrows have a legend, and a glossary explains the words, %s', async (locale, title, legend, word) => {
  const { page } = await openLab(browser(), { locale, bypassCSP: true });
  expect(await page.locator('.keys').textContent()).toContain(legend);
  await page.getByRole('button', { name: title }).click();
  const glossary = page.getByRole('dialog', { name: title });
  await glossary.getByText(word, { exact: true }).waitFor();
  expect(await violationsOf(page)).toEqual([]);
  await page.keyboard.press('Escape');
  await glossary.waitFor({ state: 'hidden' });
});

test('everything can be done from the keyboard', async () => {
  const { lab, page } = await openLab(browser());
  await page.keyboard.press('n');
  await page.locator('[data-client="A"][data-status="open"]').waitFor();
  await expect.poll(() => page.locator('[data-chosen]').textContent()).toBe('c1');
  await page.getByRole('textbox', { name: 'Nickname' }).focus();
  await page.keyboard.press('ControlOrMeta+a');
  await page.keyboard.type('n 0 / -');
  await page.keyboard.press('Enter');
  await expect.poll(() => lab.state()).toBe('registered.idle');
  expect(await page.locator('[data-client="A"] bdi').textContent()).toBe('n 0 / -');
  await page.evaluate(() => (document.activeElement as HTMLElement).blur());
  await page.keyboard.press('+');
  await page.locator('#zoom-fit[aria-pressed="false"]').waitFor();
  await page.keyboard.press('0');
  expect(await page.locator('#zoom-fit').getAttribute('aria-pressed')).toBe('true');
  await page.keyboard.press('ArrowLeft');
  await page.locator('.page[data-mode="paused"]').waitFor();
  await page.keyboard.press('/');
  expect(await page.evaluate(() => document.activeElement?.id)).toBe('search');
  await page.locator('#place').focus();
  await page.keyboard.press(' ');
  await page.locator('.page[data-mode="live"]').waitFor();
});

test.each([
  ['light', 1280, 'en'],
  ['dark', 1280, 'vi'],
  ['dark', 1920, 'en'],
  ['dark', 1024, 'vi'],
  ['light', 400, 'vi'],
] as const)('axe-core finds nothing on the page, %s, %i px, %s', async (colorScheme, width, locale) => {
  const options = { colorScheme, locale, viewport: { width, height: 720 }, bypassCSP: true };
  const { lab, page } = await openLab(browser(), options);
  await lab.add();
  await lab.say('name');
  await lab.add();
  await lab.say('wrongForm');
  await expect.poll(() => lab.wire().count()).toBe(4);
  await page.locator('[data-rule]').first().click();
  expect(await violationsOf(page)).toEqual([]);
  await page.locator('[data-side="faults"]').click();
  await page.locator('[data-fault="claims"] button').click();
  await page.locator('[data-fault="claims"]:has([data-result="met"]):not([data-running])').waitFor();
  await page.locator('#pause').click();
  expect(await violationsOf(page)).toEqual([]);
  const overflow = await page.evaluate(() => document.documentElement.scrollWidth - window.innerWidth);
  expect(overflow).toBeLessThanOrEqual(0);
});
