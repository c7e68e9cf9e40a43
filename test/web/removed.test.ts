import type { Page } from 'playwright-core';
import { expect, test } from 'vitest';
import { Chat, newPage, openChat, useBrowser, violationsOf } from '../helpers/browser.ts';
import { newMember } from '../helpers/client.ts';
import { newProxy } from '../helpers/proxy.ts';
import { newServer, newServerWith } from '../helpers/server.ts';

const browser = useBrowser();

/** Everything that the page shows, says or keeps. */
const traces = (page: Page) =>
  page.evaluate(() =>
    [
      document.documentElement.outerHTML,
      document.title,
      ...[...document.querySelectorAll('input, textarea')].map((field) => (field as HTMLInputElement).value),
      JSON.stringify(localStorage),
      JSON.stringify(sessionStorage),
      JSON.stringify(history.state),
    ].join('\n'),
  );

const hide = (page: Page, isHidden: boolean) =>
  page.evaluate((hidden) => {
    Object.defineProperty(document, 'hidden', { value: hidden, configurable: true });
    document.dispatchEvent(new Event('visibilitychange'));
  }, isHidden);

test('P-MOD-1: a removed message is one quiet line in its place, and nothing of it is left anywhere', async () => {
  const { chat: server, url } = await newServer();
  const { page, chat } = await openChat(browser(), url);
  await chat.join('An');
  const binh = await newMember(url, 'Bình');
  for (const content of ['một', '@An xấu xa', 'ba']) await binh.ask({ data: 'send', content });
  await chat.sees('ba');
  // The search has found it, and it has been gone to.
  await page.keyboard.press('Control+f');
  await page.keyboard.type('xấu');
  const hits = page.getByRole('dialog', { name: 'Search messages' }).getByRole('listitem');
  await hits.first().waitFor();
  expect(await traces(page)).toContain('xấu');
  await page.keyboard.press('Control+a');
  await page.keyboard.press('Delete');
  await page.keyboard.type('xa');
  await hits.first().waitFor();
  await server.moderation.remove([1]);
  await expect.poll(() => hits.count()).toBe(0);
  await page.keyboard.press('Escape');
  await chat.log.getByText('Message removed').waitFor();
  expect(await traces(page)).not.toMatch(/xấu/);
  // The line after it says again who has written it.
  expect(await chat.message('ba').locator('.author').textContent()).toBe('Bình');
  const rows = chat.log.locator('[data-position]');
  expect(await rows.evaluateAll((all) => all.map((row) => row.getAttribute('data-row')))).toEqual([
    'message',
    'removed',
    'message',
  ]);
  // Who hides the page keeps nothing of it either.
  await hide(page, true);
  expect(await traces(page)).not.toMatch(/xấu/);
});

test('P-MOD-1: what nobody has read counts no longer, is announced no longer, and its notification goes', async () => {
  const { chat: server, url } = await newServer();
  const { page, chat } = await openChat(browser(), url);
  await page.evaluate(() => {
    const shown: { body: string; isClosed: boolean }[] = [];
    const Noted = function (this: { close: () => void }, _: string, { body }: { body: string }) {
      const one = { body, isClosed: false };
      shown.push(one);
      this.close = () => {
        one.isClosed = true;
      };
    };
    Object.assign(window, {
      shown,
      Notification: Object.assign(Noted, { requestPermission: async () => 'granted' }),
    });
  });
  await chat.join('An');
  await page.getByRole('button', { name: 'Options and help' }).press('Enter');
  await page.getByRole('checkbox', { name: 'Show a notification' }).press('Space');
  await page.keyboard.press('Escape');
  const binh = await newMember(url, 'Bình');
  await chat.notice('Bình').waitFor();
  const title = await page.title();
  const live = page.locator('[aria-live="polite"]');
  await hide(page, true);
  await binh.ask({ data: 'send', content: '@An xấu xa' });
  await expect.poll(() => page.title()).toBe(`(@ 1) ${title}`);
  await live.getByText('xấu xa').waitFor();
  await server.moderation.remove([0]);
  await expect.poll(() => page.title()).toBe(title);
  await expect.poll(() => live.textContent()).toBe('');
  await expect.poll(() => page.locator('[data-row="unread"]').count()).toBe(0);
  expect(await traces(page)).not.toMatch(/xấu/);
  expect(await page.evaluate(() => (window as unknown as { shown: object[] }).shown)).toEqual([
    { body: '@An xấu xa', isClosed: true },
  ]);
});

test('P-MOD-1: what was removed while the page was away goes once it is back, and is never copied', async () => {
  const { chat: server, url, messages } = await newServerWith(2, { 0: 'xấu một' });
  const tuan = await newMember(url, 'Tuấn');
  await tuan.ask({ data: 'send', content: 'xấu hai' });
  const proxy = await newProxy(url);
  const { page, chat } = await openChat(browser(), proxy.url);
  await chat.join('An');
  await chat.sees('xấu hai');
  proxy.refuse();
  proxy.cut();
  await chat.status('waiting');
  await server.moderation.remove([0]);
  await server.moderation.erase('Tuấn');
  proxy.accept();
  await page.getByRole('button', { name: 'Try now' }).click();
  await chat.status('registered');
  await expect.poll(() => chat.log.getByText('Message removed').count()).toBe(2);
  expect(await traces(page)).not.toMatch(/xấu/);
  const copied = await page.evaluate(() => {
    const log = document.querySelector('[role="log"]');
    if (log !== null) getSelection()?.selectAllChildren(log);
    const data = new DataTransfer();
    log?.dispatchEvent(new ClipboardEvent('copy', { clipboardData: data, bubbles: true }));
    return data.getData('text/plain');
  });
  expect(copied).toContain(messages[1]?.content);
  expect(copied).not.toMatch(/xấu|removed/);
  expect(copied.trim().split('\n').at(-2)).toMatch(/2026$/);
});

test('P-MOD-2: where older messages have expired, the first that is left is shown, and nothing is loaded for ever', async () => {
  const { chat: server, url, messages } = await newServerWith(300, {}, { keep: '150' });
  const baseNow = async () => (await server.moderation.status()).base;
  await expect.poll(baseNow).toBe(150);
  const { page } = await newPage(browser());
  let gets = 0;
  page.on('websocket', (socket) =>
    socket.on('framesent', ({ payload }) => {
      if (String(payload).includes('"get"')) gets++;
    }),
  );
  await page.goto(url.replace('ws', 'http'));
  const chat = new Chat(page);
  await chat.join('An');
  await chat.sees(messages[299]?.content ?? '');
  await chat.log.hover();
  await expect
    .poll(async () => {
      await page.mouse.wheel(0, -2000);
      return chat.log.locator('[data-position="150"]').count();
    })
    .toBe(1);
  await chat.log.getByText('There are no older messages.').waitFor();
  const soFar = gets;
  await page.mouse.wheel(0, 400);
  await page.mouse.wheel(0, -4000);
  await chat.say('xong');
  await chat.sees('xong');
  expect(gets).toBe(soFar);
});

test.each([
  { lang: 'en', colorScheme: 'light', title: 'Announcement', removed: 'Message removed' },
  { lang: 'vi', colorScheme: 'dark', title: 'Thông báo', removed: 'Tin nhắn đã bị gỡ' },
] as const)(
  'P-MOD-4: what the host says stands out, and is read to those who cannot see it: $lang, $colorScheme',
  async ({ lang, colorScheme, title, removed }) => {
    const { chat: server, url } = await newServerWith(2);
    const { page } = await newPage(browser(), { colorScheme, bypassCSP: true });
    await page.goto(`${url.replace('ws', 'http')}?lang=${lang}`);
    await page.locator('#nickname').fill('An');
    await page.keyboard.press('Enter');
    await page.locator('[data-position="1"]').waitFor();
    // The part that announces it has come with the composer.
    await page.locator('#message').waitFor();
    await server.moderation.announce('Nghỉ 5 phút, xem https://example.com/');
    await server.moderation.remove([0]);
    const row = page.locator('[data-row="announcement"]');
    await row.getByText(title).waitFor();
    expect(await row.getByRole('link').getAttribute('href')).toBe('https://example.com/');
    await page.getByRole('alert').getByText(`${title}: Nghỉ 5 phút, xem https://example.com/`).waitFor();
    await page.getByText(removed).waitFor();
    expect(await violationsOf(page)).toEqual([]);
  },
);

test('who is kicked learns why, and comes back only if they want to', async () => {
  const { chat: server, url } = await newServer();
  const { page, chat } = await openChat(browser(), url);
  await chat.join('An');
  await server.moderation.kick('An', { reason: 'nói tục' });
  await chat.status('stopped');
  const banner = page.locator('.banner');
  expect(await banner.locator('span').allTextContents()).toEqual(['You were removed from the chat: nói tục']);
  expect(await banner.getByRole('button').allTextContents()).toEqual(['Join']);
  await banner.getByRole('button').click();
  await chat.status('registered');
  await expect.poll(() => banner.textContent()).toBe('');
});

test('who is banned learns why, and until when in the own time; coming back is no use', async () => {
  const { chat: server, url } = await newServer();
  const { page, chat } = await openChat(browser(), url, { timezoneId: 'Asia/Ho_Chi_Minh' });
  await chat.join('An');
  await server.moderation.ban({ nickname: 'An' }, { for: '1h', reason: 'quảng cáo' });
  await chat.status('stopped');
  const banner = page.locator('.banner');
  const { until } = (await server.moderation.bans())[0] ?? {};
  const end = new Date(until ?? '').toLocaleTimeString('en-GB', {
    ...{ hour: '2-digit', minute: '2-digit', timeZone: 'Asia/Ho_Chi_Minh' },
  });
  const text = (await banner.locator('span').allTextContents()).join();
  expect(text).toMatch(/^You are banned from this chat until .*: quảng cáo$/);
  expect(text).toContain(end);
  expect(await banner.getByRole('button').count()).toBe(0);
});

test('who is banned by address is told so before joining', async () => {
  const { chat: server, url } = await newServer();
  const member = await newMember(url, 'Xấu');
  const [{ mask } = { mask: '' }] = await server.moderation.list();
  await server.moderation.ban({ mask });
  expect(await member.closed()).toBe(4003);
  const { page, faults } = await openChat(browser(), url);
  await page.getByRole('alert').getByText('You are banned from this chat').waitFor();
  expect(await page.locator('#nickname').count()).toBe(0);
  // Chromium reports the refusal.
  expect(faults.splice(0).filter((fault) => !fault.includes('403'))).toEqual([]);
});

test('P-MOD-3: a message that may not be said stays, with the reason', async () => {
  const { chat: server, url } = await newServer();
  const { page, chat } = await openChat(browser(), url);
  await chat.join('An');
  await server.moderation.readonly(true);
  await chat.say('xin chào');
  const row = chat.log.locator('[data-state="failed"]');
  await row.getByText('xin chào').waitFor();
  const why =
    'Not sent. The server did not accept it: the room is read-only until a moderator opens it again';
  await row.getByText(why).waitFor();
  await page.getByRole('alert').getByText(why).waitFor();
  await row.getByRole('button', { name: 'Discard' }).click();
  await expect.poll(() => row.count()).toBe(0);
});
