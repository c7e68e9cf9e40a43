import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import type { Locator, Page } from 'playwright-core';
import { expect, test } from 'vitest';
import { openChat, useBrowser, violationsOf } from '../helpers/browser.ts';
import { newMember } from '../helpers/client.ts';
import { newFolder, newServer } from '../helpers/server.ts';

const browser = useBrowser();

async function boxOf(locator: Locator) {
  const box = await locator.boundingBox();
  if (box === null) throw new Error('it is not shown');
  return box;
}

async function talk(
  contents: readonly string[],
  options: Parameters<typeof openChat>[2] = {},
  name = 'Bình',
) {
  const { url, chat: server } = await newServer({ maxContent: 4000 });
  const { page, chat } = await openChat(browser(), url, options);
  await chat.join('An');
  const binh = await newMember(url, name);
  for (const content of contents) await binh.ask({ data: 'send', content });
  await expect.poll(() => chat.log.locator('[data-content]').count()).toBe(contents.length);
  return { page, chat, url, server };
}

test('a text of a hundred lines is folded, and unfolds with the keyboard', async () => {
  const { page, chat } = await talk([`a${'\n'.repeat(99)}z`], { bypassCSP: true });
  const bubble = chat.log.locator('[data-content]');
  expect((await boxOf(bubble)).height).toBeLessThan(450);
  const button = page.getByRole('button', { name: 'Show all' });
  await button.focus();
  await page.keyboard.press('Enter');
  await expect.poll(async () => (await boxOf(bubble)).height).toBeGreaterThan(1500);
  expect(await violationsOf(page)).toEqual([]);
  await page.getByRole('button', { name: 'Show less' }).click();
  await expect.poll(async () => (await boxOf(bubble)).height).toBeLessThan(450);
});

test.each(['\u200b', '\u2800', '\u00ad\n\u2060'])(
  'what cannot be seen is not sent, and shown as that: %j',
  async (text) => {
    const { page, chat } = await talk([text]);
    expect(await chat.log.locator('[data-content]').textContent()).toContain('Nothing that can be seen');
    await chat.composer.fill(text);
    const send = page.getByRole('button', { name: 'Send' });
    expect(await send.isDisabled()).toBe(true);
    await chat.composer.fill(`${text}x`);
    expect(await send.isDisabled()).toBe(false);
  },
);

test('combining marks, however many, paint in their own row only', async () => {
  const piled = `a${'\u0301'.repeat(60)}`;
  const { page, chat, url } = await talk(['x'], {}, piled);
  const other = await newMember(url, `b${'\u0302'.repeat(60)}`);
  for (const content of ['trước', piled, 'sau']) await other.ask({ data: 'send', content });
  await chat.sees('sau');
  const rows = chat.log.locator('.row');
  const count = await rows.count();
  expect(await chat.log.locator('[data-row="notice"]').count()).toBe(2);
  for (let index = 1; index < count; index++) {
    const clip = await boxOf(rows.nth(index - 1));
    const before = await page.screenshot({ clip });
    await rows.nth(index).evaluate((row) => row.style.setProperty('visibility', 'hidden'));
    expect((await page.screenshot({ clip })).equals(before)).toBe(true);
    await rows.nth(index).evaluate((row) => row.style.removeProperty('visibility'));
  }
});

test('a link in a text from right to left is in one piece, and names do not turn round what is beside them', async () => {
  const data = join(await newFolder(), 'data.json');
  const link = 'https://example.com/שלום/b';
  const message = { name: '\u202eevil', content: `שלום ${link} עולם`, timestamp: '22/11/2026 10/0600' };
  await writeFile(data, JSON.stringify([message]));
  const { url } = await newServer({ data });
  const { page, chat } = await openChat(browser(), url);
  await chat.join('An');
  const anchor = chat.log.locator('a');
  // It begins at its left, and ends at its right.
  const [whole, first, last] = await anchor.evaluate((element) => {
    const text = element.firstChild as Text;
    const ends = [0, text.length - 1].map((at) => {
      const range = document.createRange();
      range.setStart(text, at);
      range.setEnd(text, at + 1);
      return range;
    });
    return [element, ...ends].map((part) => {
      const { left, right } = part.getBoundingClientRect();
      return { left, right };
    });
  });
  expect([first?.left, last?.right]).toEqual([whole?.left, whole?.right]);
  const name = await boxOf(chat.log.locator('.author'));
  const time = await boxOf(page.locator('[data-row="message"] time'));
  expect(time.x).toBeGreaterThan(name.x + name.width);
});

test.each([
  [640, 170],
  [320, 200],
  [568, 320],
])(
  'at %i × %i the button that sends stays in view, however many lines are written',
  async (width, height) => {
    const { page, chat } = await talk(['x'], { viewport: { width, height } });
    await chat.composer.fill('một\nhai\nba\nbốn\nnăm\nsáu');
    const send = await boxOf(page.getByRole('button', { name: 'Send' }));
    expect(send.y + send.height).toBeLessThanOrEqual(height);
    expect(await overflowOf(page)).toBeLessThanOrEqual(0);
  },
);

test.each([
  [640, 170],
  [320, 200],
  [1280, 170],
])(
  'at %i × %i whatever else is open leaves the composer in view, and can be scrolled to',
  async (width, height) => {
    const { page, chat, url, server } = await talk(['x'], { viewport: { width, height } });
    await newMember(url, 'Chi');
    await page.getByRole('button', { name: 'Change nickname' }).click();
    const name = page.getByRole('textbox', { name: 'New nickname' });
    await name.fill('Chi');
    await name.press('Enter');
    const refusal = page.locator('#rename-refusal');
    await refusal.waitFor();
    await server.close();
    await page.locator('[data-banner]').waitFor();
    await chat.composer.fill('x'.repeat(4001));
    const last = await boxOf(page.getByRole('button', { name: 'Send as 2 messages' }));
    expect(last.y + last.height).toBeLessThanOrEqual(height);
    await refusal.hover({ trial: true });
    await page.getByRole('button', { name: 'Search messages' }).click({ trial: true });
  },
);

test.each([
  [320, 200],
  [320, 568],
  [1280, 720],
])('at %i × %i nothing covers the form for a nickname', async (width, height) => {
  const { url } = await newServer();
  const { page, chat } = await openChat(browser(), url, { viewport: { width, height } });
  await chat.status('unregistered');
  await page.locator('[data-theme-switch]').waitFor();
  const corner = await boxOf(page.locator('.corner'));
  const form = page.locator('.join');
  for (const top of [0, 1000]) {
    await form.evaluate((element, to) => element.scrollTo(0, to), top);
    expect((await boxOf(form)).y).toBeGreaterThanOrEqual(corner.y + corner.height);
  }
  expect(await overflowOf(page)).toBeLessThanOrEqual(0);
});

test('in forced colours one sees which language is chosen, and where the focus is', async () => {
  const { url } = await newServer();
  const { page, chat } = await openChat(browser(), url, { forcedColors: 'active' });
  const background = (language: string) =>
    page
      .locator(`[data-lang="${language}"]`)
      .evaluate((element) => getComputedStyle(element).backgroundColor);
  await page.locator('[data-lang="vi"]').waitFor();
  expect(await background('en')).not.toBe(await background('vi'));
  // Nothing lies between the text and its ground.
  const between = page
    .locator('[data-lang="en"]')
    .evaluate((element) => getComputedStyle(element, '::before').content);
  expect(await between).toBe('none');
  await chat.join('An');
  const outline = () =>
    page.locator('.composer-box').evaluate((element) => getComputedStyle(element).outlineStyle);
  await chat.composer.focus();
  expect(await outline()).toBe('solid');
  await chat.log.focus();
  expect(await outline()).toBe('none');
});

test.each([320, 360, 390, 1280])(
  'at %i px one sees one’s own nickname; a long one has a tooltip everywhere',
  async (width) => {
    const { url } = await newServer();
    const { page, chat } = await openChat(browser(), url, { viewport: { width, height: 640 } });
    const long = 'Nguyễn Thị Minh Khai '.repeat(4).trim();
    await chat.join(long);
    const own = page.locator('.me bdi');
    const box = await boxOf(own);
    expect(box.width).toBeGreaterThan(40);
    expect(box.x + box.width).toBeLessThanOrEqual(width);
    expect(await overflowOf(page)).toBeLessThanOrEqual(0);
    const other = `${long} hai`;
    const binh = await newMember(url, other);
    await binh.ask({ data: 'send', content: 'x' });
    await chat.sees('x');
    expect(await own.getAttribute('title')).toBe(long);
    expect(await chat.log.locator('.author').getAttribute('title')).toBe(other);
    expect(await page.locator('.member bdi').last().getAttribute('title')).toBe(other);
    if (width < 768) await page.locator('#members-toggle').click();
    // Both at once, since the drawer may still be on its way.
    const [list = 0, you = 0] = await page
      .locator('.members, .member small')
      .evaluateAll((elements) => elements.map((element) => element.getBoundingClientRect().right));
    expect(you).toBeGreaterThan(0);
    expect(you).toBeLessThanOrEqual(list);
  },
);

/** Pixels by which the page is wider than the window. */
async function overflowOf(page: Page): Promise<number> {
  return page.evaluate(() => {
    const rights = [...document.querySelectorAll('.header > *, .corner > *')].map(
      (element) => element.getBoundingClientRect().right,
    );
    return Math.max(document.documentElement.scrollWidth, ...rights) - window.innerWidth;
  });
}
