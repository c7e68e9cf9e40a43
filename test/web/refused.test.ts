/** The chat page on a server that does not let it in. */
import { expect, test } from 'vitest';
import { type Chat, openChat, useBrowser } from '../helpers/browser.ts';
import { newClient } from '../helpers/client.ts';
import { newServer } from '../helpers/server.ts';

const browser = useBrowser();

const told = (chat: Chat) => chat.page.locator('[data-banner] > :nth-child(2)');

test.each([
  ['en-GB', 'No room for you right now. Trying again in a moment.'],
  ['vi-VN', 'Hiện không còn chỗ cho bạn. Sẽ tự thử lại sau giây lát.'],
])('in %s a visitor for whom there is no room is told so, and let in when there is', async (locale, text) => {
  const { url } = await newServer({ maxPerAddress: 1 });
  const first = await newClient(url);
  const { chat, page } = await openChat(browser(), url, { locale });
  await page.locator('[data-banner="full"]').waitFor();
  expect(await told(chat).textContent()).toBe(text);
  await first.leave();
  await chat.status('unregistered');
});

test.each([
  ['en-GB', 'Not connected. Trying again in a moment.'],
  ['vi-VN', 'Chưa kết nối được. Sẽ tự thử lại sau giây lát.'],
])('in %s a page that is refused is not said to have lost a connection', async (locale, text) => {
  const { url } = await newServer({ origins: 'https://blog.example' });
  const { chat, page } = await openChat(browser(), url, { locale });
  await page.locator('[data-banner="absent"]').waitFor();
  expect(await told(chat).textContent()).toBe(text);
});

test('the member who fills the server has lost the connection when it is lost, and not the place', async () => {
  const server = await newServer({ maxPerAddress: 1 });
  const { chat, page } = await openChat(browser(), server.url);
  await chat.join('An');
  await server.chat.close();
  await page.locator('[data-banner="waiting"]').waitFor();
  expect(await told(chat).textContent()).toBe('Connection lost. Trying again in a moment.');
});
