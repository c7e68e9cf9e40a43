import { expect, test } from 'vitest';
import { Chat, openChat, useBrowser } from '../helpers/browser.ts';
import { newMember } from '../helpers/client.ts';
import { newProxy } from '../helpers/proxy.ts';
import { newServer } from '../helpers/server.ts';

const browser = useBrowser();

/** What the page shows as said here. */
const mine = ({ log }: Chat) =>
  log.locator('[data-row="message"][data-own] [data-content]').allTextContents();

test('one’s own is what was said here: not what somebody of that nickname said before, and still it under another one', async () => {
  const { url } = await newServer();
  const former = await newMember(url, 'Bình');
  await former.ask({ data: 'send', content: 'Bình trước' });
  await former.leave();
  const { page, chat } = await openChat(browser(), url);
  await chat.join('Bình');
  await chat.sees('Bình trước');
  expect(await mine(chat)).toEqual([]);
  await chat.say('của mình');
  await chat.sees('của mình');
  const minh = await newMember(url, 'Minh');
  await minh.ask({ data: 'send', content: 'của Minh' });
  await minh.leave();
  await chat.sees('của Minh');
  await page.getByRole('button', { name: 'Change nickname' }).click();
  await page.getByRole('textbox', { name: 'New nickname' }).fill('Minh');
  await page.keyboard.press('Enter');
  await expect.poll(() => chat.online()).toEqual(['Minh (you)']);
  expect(await mine(chat)).toEqual(['của mình']);
  await page.reload();
  await chat.sees('của Minh');
  expect(await mine(chat)).toEqual(['của mình']);
  const opened = page.waitForEvent('popup');
  await page.evaluate(() => void window.open(location.href));
  const copy = new Chat(await opened);
  await copy.join('An');
  await copy.sees('của mình');
  expect(await mine(copy)).toEqual([]);
});

test('one’s own is also what the server had when the connection was lost, and not what another one of that nickname said meanwhile', async () => {
  const { url } = await newServer({ resumeSeconds: 0 });
  const proxy = await newProxy(url);
  const { page, chat } = await openChat(browser(), proxy.url);
  await chat.join('An');
  // Until config.json has come, which is read again now.
  await page.waitForLoadState('networkidle');
  proxy.stall('down');
  await chat.say('chưa biết là đã tới');
  const binh = await newMember(url, 'Bình');
  const history = async () => JSON.stringify(await binh.ask({ data: 'get' }));
  await expect.poll(history).toContain('chưa biết');
  proxy.refuse();
  proxy.cut();
  await expect.poll(history).toContain('"online":["Bình"]');
  const other = await newMember(url, 'An');
  await other.ask({ data: 'send', content: 'An khác' });
  await other.leave();
  proxy.accept();
  await page.evaluate(() => dispatchEvent(new Event('online')));
  await chat.sees('An khác');
  expect(await mine(chat)).toEqual(['chưa biết là đã tới']);
});
