import { expect, test } from 'vitest';
import { split } from '../../web/chat/split.ts';
import { openChat, useBrowser, violationsOf } from '../helpers/browser.ts';
import { newMember } from '../helpers/client.ts';
import { newServer } from '../helpers/server.ts';

const browser = useBrowser();

test.each([
  ['một hai ba', 7, ['một hai', 'ba']],
  ['một\nhai', 3, ['một', 'hai']],
  ['aaaaaaa', 3, ['aaa', 'aaa', 'a']],
  ['aa👨‍👩‍👧', 5, ['aa', '👨‍👩‍👧']],
  ['👨‍👩‍👧', 2, ['👨‍', '👩‍', '👧']],
  ['a    b', 2, ['a', 'b']],
  ['   ', 2, []],
])('%j in parts of %i is %j', (text, max, parts) => {
  expect(split(text, max)).toEqual(parts);
});

test('what is too long for one message is offered as several, and sent in order', async () => {
  const { url } = await newServer({ maxContent: 20 });
  const { page, chat } = await openChat(browser(), url);
  await chat.join('An');
  await chat.composer.fill('Một hai ba bốn năm sáu bảy tám');
  await page.getByText('10 characters too many').waitFor();
  await chat.composer.press('Enter');
  await page.getByRole('button', { name: 'Send as 2 messages' }).press('Enter');
  await chat.sees('sáu bảy tám');
  expect(await chat.contents()).toEqual(['Một hai ba bốn năm', 'sáu bảy tám']);
  expect(await chat.composer.inputValue()).toBe('');
});

test('/nick changes the nickname, or says why it cannot; /help shows what can be written', async () => {
  const { url } = await newServer();
  const binh = await newMember(url, 'Bình');
  const { page, chat } = await openChat(browser(), url, { bypassCSP: true });
  await chat.join('An');
  await binh.next();
  await chat.say('/nick Bình');
  await expect.poll(() => page.locator('[data-refusal]').textContent()).toMatch(/already using/);
  expect(await chat.composer.inputValue()).toBe('/nick Bình');
  await chat.say('/nick An Lê');
  expect(await binh.next()).toMatchObject({ datatype: 'change', newname: 'An Lê' });
  await expect.poll(() => chat.composer.inputValue()).toBe('');
  await chat.say('/help');
  const dialog = page.getByRole('dialog', { name: 'Options and help' });
  await dialog.waitFor();
  expect(await dialog.textContent()).toContain('/nick');
  expect(await violationsOf(page)).toEqual([]);
  await page.keyboard.press('Escape');
  await dialog.waitFor({ state: 'detached' });
  await chat.say('/nicknames are sent');
  await chat.sees('/nicknames are sent');
  expect(await chat.contents()).toEqual(['/nicknames are sent']);
});

test('a picture is found by its name in either language and written where the caret is, by the keyboard', async () => {
  const { url } = await newServer();
  const { page, chat } = await openChat(browser(), url, { bypassCSP: true });
  await chat.join('An');
  await chat.composer.fill('chào !');
  await chat.composer.press('ArrowLeft');
  const opener = page.getByRole('button', { name: 'Emoji' });
  await opener.press('Enter');
  const search = page.getByRole('searchbox', { name: 'Search emoji' });
  await search.fill('cam on');
  expect(await violationsOf(page)).toEqual([]);
  expect(await page.locator('.signs button').allTextContents()).toEqual(['🙏']);
  await search.press('Enter');
  await expect.poll(() => chat.composer.inputValue()).toBe('chào 🙏!');
  await opener.press('Enter');
  await search.press('ArrowDown');
  await page.keyboard.press('ArrowRight');
  await page.keyboard.press('ArrowDown');
  await page.keyboard.press('ArrowUp');
  await page.keyboard.press('Enter');
  await expect.poll(() => chat.composer.inputValue()).toBe('chào 🙏😂!');
  await opener.press('Enter');
  await search.press('Escape');
  await search.waitFor({ state: 'detached' });
  await expect.poll(() => page.evaluate(() => document.activeElement?.id)).toBe('message');
});
