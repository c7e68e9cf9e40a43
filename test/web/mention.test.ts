import type { Page } from 'playwright-core';
import { expect, test } from 'vitest';
import { mentionOf } from '../../web/chat/mention.ts';
import { openChat, useBrowser, violationsOf } from '../helpers/browser.ts';
import { newMember } from '../helpers/client.ts';
import { newServer } from '../helpers/server.ts';

const browser = useBrowser();

const decomposed = 'Bình'.normalize('NFD');

test.each([
  ['An', [], 'chào @An!', true],
  ['An', [], '@an, @AN', true],
  ['An', [], 'An', false],
  ['An', [], '@Anh', false],
  ['An', [], 'thu@An.example', false],
  ['An', ['An Lê'], '@An Lê ơi', false],
  ['An', ['An Lê'], '@An Lê và @An', true],
  ['An Lê', ['An'], '@an lê', true],
  ['Bình', [], `@${decomposed}`, true],
  [decomposed, [], '@Bình', true],
  ['a.*(b', [], '@a.*(b', true],
  ['a.*(b', [], '@axx(b', false],
])('%s, with %j online: does "%s" mean them? %s', (nickname, others, text, isMeant) => {
  expect(mentionOf({ nickname, online: [nickname, ...others] }).test(text)).toBe(isMeant);
});

test('a mention stands out for whom it means, and for nobody else', async () => {
  const { url } = await newServer();
  const an = await openChat(browser(), url);
  const binh = await openChat(browser(), url);
  await an.chat.join('An');
  await binh.chat.join('Bình');
  await an.chat.say('@bình ơi');
  await binh.chat.sees('@bình ơi');
  await an.chat.sees('@bình ơi');
  expect(await binh.page.locator('[data-content] mark').allTextContents()).toEqual(['@bình']);
  expect(await an.page.locator('[data-content] mark').count()).toBe(0);
});

const options = (page: Page) => page.getByRole('option');

test('a nickname is completed behind the @ by the keyboard, and by who types without diacritics', async () => {
  const { url } = await newServer();
  for (const name of ['Đặng Thị Hà', 'Bình', 'Bích']) await newMember(url, name);
  const { page, chat } = await openChat(browser(), url, { bypassCSP: true });
  await chat.join('An');
  await chat.composer.pressSequentially('chào @b');
  await expect.poll(() => options(page).allTextContents()).toEqual(['Bình', 'Bích']);
  expect(await violationsOf(page)).toEqual([]);
  const active = async () => page.locator(`#${await chat.composer.getAttribute('aria-activedescendant')}`);
  expect(await (await active()).textContent()).toBe('Bình');
  await page.keyboard.press('ArrowDown');
  await expect.poll(async () => (await active()).textContent()).toBe('Bích');
  await page.keyboard.press('Enter');
  await expect.poll(() => chat.composer.inputValue()).toBe('chào @Bích ');
  await expect.poll(() => options(page).count()).toBe(0);
  await page.keyboard.type('và @ha');
  await expect.poll(() => options(page).allTextContents()).toEqual(['Đặng Thị Hà']);
  await page.keyboard.press('Tab');
  await expect.poll(() => chat.composer.inputValue()).toBe('chào @Bích và @Đặng Thị Hà ');
  await page.keyboard.type('@');
  await expect.poll(() => options(page).count()).toBe(3);
  await page.keyboard.press('Escape');
  await expect.poll(() => options(page).count()).toBe(0);
  await page.keyboard.press('Enter');
  await chat.sees('chào @Bích và @Đặng Thị Hà @');
});

test('a nickname that is written in full is not completed to a longer one, and one without its diacritics still is', async () => {
  const { url } = await newServer();
  for (const name of ['Bình', 'Bình An']) await newMember(url, name);
  const { page, chat } = await openChat(browser(), url);
  await chat.join('An');
  await chat.composer.pressSequentially('chào @bình');
  await expect.poll(() => options(page).count()).toBe(0);
  await page.keyboard.press('Enter');
  await chat.sees('chào @bình');
  await chat.composer.pressSequentially('chào @binh');
  await expect.poll(() => options(page).allTextContents()).toEqual(['Bình', 'Bình An']);
  await page.keyboard.press('Enter');
  await expect.poll(() => chat.composer.inputValue()).toBe('chào @Bình ');
  await expect.poll(() => options(page).count()).toBe(0);
  await page.keyboard.type('a');
  await expect.poll(() => options(page).allTextContents()).toEqual(['Bình An']);
});

test('a mention nobody has read shows in the title', async () => {
  const { url } = await newServer();
  const { page, chat } = await openChat(browser(), url);
  await chat.join('An');
  const binh = await newMember(url, 'Bình');
  await chat.notice('Bình').waitFor();
  await page.evaluate(() => {
    Object.defineProperty(document, 'hidden', { value: true });
    document.dispatchEvent(new Event('visibilitychange'));
  });
  await binh.ask({ data: 'send', content: 'chào' });
  await expect.poll(() => page.title()).toBe('(1) Classic Chatbox');
  await binh.ask({ data: 'send', content: 'nhờ @An xem giúp' });
  await expect.poll(() => page.title()).toBe('(@ 2) Classic Chatbox');
});
