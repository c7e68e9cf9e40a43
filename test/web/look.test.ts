import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { expect, onTestFinished, test, vi } from 'vitest';
import { openChat, useBrowser, violationsOf } from '../helpers/browser.ts';
import { newMember } from '../helpers/client.ts';
import { newFolder, newServer } from '../helpers/server.ts';

const browser = useBrowser();

test.each([
  ['light', 1280, 'en'],
  ['dark', 1280, 'vi'],
  ['light', 320, 'vi'],
  ['dark', 320, 'en'],
  ['dark', 768, 'en'],
] as const)('axe-core finds nothing on the page, %s, %i px, %s', async (colorScheme, width, lang) => {
  const { url } = await newServer();
  const options = {
    colorScheme,
    viewport: { width, height: 720 },
    locale: lang,
    reducedMotion: 'reduce',
  } as const;
  const { page, chat } = await openChat(browser(), url, { ...options, bypassCSP: true });
  await chat.status('unregistered');
  expect(await violationsOf(page)).toEqual([]);
  const [label, button] = lang === 'en' ? ['Nickname', 'Join'] : ['Biệt danh', 'Vào'];
  await page.getByRole('textbox', { name: label }).fill('An');
  await page.getByRole('button', { name: button, exact: true }).click();
  await chat.status('registered');
  await page.locator('#message').waitFor();
  expect(await violationsOf(page)).toEqual([]);
  const binh = await newMember(url, 'Bình');
  for (const content of ['Chào An!', 'xem https://example.com/ nhé', 'x'.repeat(100)])
    await binh.ask({ data: 'send', content });
  await chat.sees('x'.repeat(100));
  expect(await violationsOf(page)).toEqual([]);
  const overflow = await page.evaluate(() => document.documentElement.scrollWidth - window.innerWidth);
  expect(overflow).toBeLessThanOrEqual(0);
});

test('everything can be done from the keyboard, in an order that makes sense', async () => {
  const { url } = await newServer();
  const { page, chat } = await openChat(browser(), url);
  await chat.status('unregistered');
  await page.getByRole('textbox', { name: 'Nickname' }).focus();
  await page.keyboard.type('An');
  await page.keyboard.press('Enter');
  await chat.status('registered');
  await expect.poll(() => page.evaluate(() => document.activeElement?.tagName)).toBe('TEXTAREA');
  await page.keyboard.type('từ bàn phím');
  await page.keyboard.press('Enter');
  await chat.sees('từ bàn phím');
  await page.getByRole('button', { name: 'Change nickname' }).focus();
  await page.keyboard.press('Enter');
  await expect.poll(() => page.evaluate(() => document.activeElement?.tagName)).toBe('INPUT');
  await page.keyboard.press('ControlOrMeta+a');
  await page.keyboard.type('An Lê');
  await page.keyboard.press('Enter');
  await expect.poll(() => chat.online()).toEqual(['An Lê (you)']);
  await page.getByRole('button', { name: 'Change nickname' }).focus();
  await page.keyboard.press('Enter');
  await expect.poll(() => page.evaluate(() => document.activeElement?.tagName)).toBe('INPUT');
  await page.keyboard.press('Escape');
  await page.getByRole('textbox', { name: 'New nickname' }).waitFor({ state: 'detached' });
});

test('the language is the browser’s, can be changed, and stays changed', async () => {
  const { url } = await newServer();
  const { page } = await openChat(browser(), url, { locale: 'vi-VN' });
  await page.getByRole('textbox', { name: 'Biệt danh' }).waitFor();
  expect(await page.locator('html').getAttribute('lang')).toBe('vi');
  await page.locator('button[data-lang="en"]').click();
  await page.getByRole('textbox', { name: 'Nickname' }).waitFor();
  await page.reload();
  await page.getByRole('textbox', { name: 'Nickname' }).waitFor();
  expect(await page.locator('html').getAttribute('lang')).toBe('en');
});

test('light or dark is the system’s, can be changed, and stays changed', async () => {
  const { url } = await newServer();
  const { page } = await openChat(browser(), url, { colorScheme: 'dark' });
  const background = () => page.evaluate(() => getComputedStyle(document.body).backgroundColor);
  const theme = () => page.locator('html').getAttribute('data-theme');
  await page.locator('[data-theme-switch]').waitFor();
  expect(await theme()).toBe('auto');
  const dark = await background();
  await page.locator('[data-theme-switch]').click();
  expect(await theme()).toBe('light');
  expect(await background()).not.toBe(dark);
  await page.reload();
  await page.locator('[data-theme-switch]').waitFor();
  expect(await theme()).toBe('light');
  await page.locator('[data-theme-switch]').click();
  await page.emulateMedia({ colorScheme: 'light' });
  expect(await background()).toBe(dark);
});

test('P-TIME-1: times of either dialect are shown as the reader writes them', async () => {
  for (const dialect of ['documented', 'published'] as const) {
    const { url } = await newServer({ dialect });
    const { page, chat } = await openChat(browser(), url, { locale: 'en-US' });
    await chat.join('An');
    await chat.say('mấy giờ?');
    await chat.sees('mấy giờ?');
    const time = page.locator('[data-row="message"] time').first();
    expect(await time.getAttribute('datetime')).toMatch(/^\d{4}-\d\d-\d\dT\d\d:\d\d/);
    expect(await time.textContent()).toMatch(/^\d{1,2}:\d\d\s?[AP]M$/u);
  }
});

test('P-TIME-1: the reader sees the own time, and the server’s in the tooltip, on whichever day that is', async () => {
  vi.stubEnv('TZ', 'UTC');
  onTestFinished(() => void vi.unstubAllEnvs());
  const data = join(await newFolder(), 'data.json');
  const written = ['22/11/2026 15/1400', '22/11/2026 18/0000'];
  await writeFile(
    data,
    JSON.stringify(written.map((timestamp) => ({ name: 'Bình', content: timestamp, timestamp }))),
  );
  const { url } = await newServer({ data });
  const options = { locale: 'en-GB', timezoneId: 'Asia/Ho_Chi_Minh' };
  const { page, chat } = await openChat(browser(), url, options);
  await chat.join('An');
  const times = page.locator('[data-row="message"] time');
  await expect.poll(() => times.allTextContents()).toEqual(['22:14', '1:00']);
  expect(await times.first().getAttribute('datetime')).toBe('2026-11-22T15:14:00.000Z');
  expect(await times.first().getAttribute('title')).toMatch(/22:14:00\n.*22\/11\/2026 15\/1400 UTC$/);
  const days = page.locator('[data-row="message"] .divider');
  expect(await days.allTextContents()).toEqual(['Sunday, 22 November 2026', 'Monday, 23 November 2026']);
});
