import type { Page } from 'playwright-core';
import { expect, test } from 'vitest';
import { events } from '../../src/protocol/replies.ts';
import { Chat, newPage, useBrowser } from '../helpers/browser.ts';
import { newMember } from '../helpers/client.ts';
import { inject } from '../helpers/injection.ts';
import { newServer, newServerWith } from '../helpers/server.ts';

const browser = useBrowser();
const timestamp = '22/11/2026 10/0600';

/** A page whose connection the test has a say in. */
async function newInjected(url: string, lang = 'en') {
  const { page } = await newPage(browser());
  const injection = await inject(page);
  await page.goto(`${url.replace('ws', 'http')}?lang=${lang}`);
  return { page, chat: new Chat(page), injection };
}

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
  const { url } = await newServer();
  const { page, chat, injection } = await newInjected(url);
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
  injection.say(events.removed(1, timestamp));
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
  const { url } = await newServer();
  const { page, chat, injection } = await newInjected(url);
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
  injection.say(events.removed(0, timestamp));
  await expect.poll(() => page.title()).toBe(title);
  await expect.poll(() => live.textContent()).toBe('');
  await expect.poll(() => page.locator('[data-row="unread"]').count()).toBe(0);
  expect(await traces(page)).not.toMatch(/xấu/);
  expect(await page.evaluate(() => (window as unknown as { shown: object[] }).shown)).toEqual([
    { body: '@An xấu xa', isClosed: true },
  ]);
});

test('P-MOD-1: what was removed while the page was away goes once it is back, and is never copied', async () => {
  const { url, messages } = await newServerWith(3, { 0: 'xấu một', 1: 'xấu hai' });
  const { page, chat, injection } = await newInjected(url);
  await chat.join('An');
  await chat.sees(messages[2]?.content ?? '');
  // As the server will have it when the page comes back.
  await page.routeWebSocket(/.*/, (socket) => {
    const server = socket.connectToServer();
    server.onMessage((frame) =>
      socket.send(
        String(frame)
          .replace(/"content":"xấu một"/, '"content":""')
          .replace('xấu hai', ''),
      ),
    );
  });
  injection.close(1012, '');
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
  expect(copied).toContain(messages[2]?.content);
  expect(copied).not.toMatch(/xấu|removed/);
  expect(copied.trim().split('\n').at(-2)).toMatch(/2026$/);
});

test('P-MOD-2: where older messages have expired, the first that is left is shown, and nothing is loaded for ever', async () => {
  const { url, messages } = await newServerWith(30);
  const { page } = await newPage(browser());
  const base = 12;
  let gets = 0;
  await page.routeWebSocket(/.*/, (socket) => {
    const server = socket.connectToServer();
    server.onMessage((frame) => {
      const reply = JSON.parse(String(frame));
      if (reply.type !== 'get') return socket.send(frame);
      gets++;
      const { data } = reply;
      const kept = data.message.slice(Math.max(0, base - data.first));
      const first = kept.length === 0 ? data.total : data.first + data.message.length - kept.length;
      socket.send(JSON.stringify({ ...reply, data: { ...data, message: kept, first } }));
    });
  });
  await page.goto(url.replace('ws', 'http'));
  const chat = new Chat(page);
  await chat.join('An');
  await chat.sees(messages[29]?.content ?? '');
  await chat.log.hover();
  await expect
    .poll(async () => {
      await page.mouse.wheel(0, -2000);
      return chat.log.locator(`[data-position="${base}"]`).count();
    })
    .toBe(1);
  await chat.log.getByText('There are no older messages.').waitFor();
  const sofar = gets;
  await page.mouse.wheel(0, 400);
  await page.mouse.wheel(0, -4000);
  await chat.say('xong');
  await chat.sees('xong');
  expect(gets).toBe(sofar);
});

test.each([
  ['en', 'Announcement', 'Message removed'],
  ['vi', 'Thông báo', 'Tin nhắn đã bị gỡ'],
])(
  'P-MOD-4: what the host says stands out, and is read to those who cannot see it: %s',
  async (lang, title, removed) => {
    const { url } = await newServerWith(2);
    const { page, injection } = await newInjected(url, lang);
    await page.locator('#nickname').fill('An');
    await page.keyboard.press('Enter');
    await page.locator('[data-position="1"]').waitFor();
    injection.say(
      events.notice('Nghỉ 5 phút, xem https://example.com/', timestamp),
      events.removed(0, timestamp),
    );
    const row = page.locator('[data-row="announcement"]');
    await row.getByText(title).waitFor();
    expect(await row.getByRole('link').getAttribute('href')).toBe('https://example.com/');
    await page.getByRole('alert').getByText(`${title}: Nghỉ 5 phút, xem https://example.com/`).waitFor();
    await page.getByText(removed).waitFor();
  },
);

test.each([
  [4001, 'kicked: nói tục', 'You were removed from the chat: nói tục', 'Join'],
  [4003, 'banned: quảng cáo', 'You are banned from this chat: quảng cáo', undefined],
  [4003, 'banned', 'You are banned from this chat', undefined],
])(
  'who is closed with %i learns why, and comes back only if wanted: %s',
  async (code, reason, text, button) => {
    const { url } = await newServer();
    const { page, chat, injection } = await newInjected(url);
    await chat.join('An');
    injection.close(code, reason);
    await chat.status('stopped');
    const banner = page.locator('.banner');
    expect(await banner.locator('span').allTextContents()).toEqual([text]);
    expect(await banner.getByRole('button').allTextContents()).toEqual(button === undefined ? [] : [button]);
    if (button === undefined) return;
    await banner.getByRole('button').click();
    await chat.status('registered');
    await injection.connected(2);
  },
);

test('a time that the server names is shown in the time of the reader', async () => {
  const { url } = await newServer();
  const { page } = await newPage(browser(), { timezoneId: 'Asia/Ho_Chi_Minh' });
  const injection = await inject(page);
  await page.goto(url.replace('ws', 'http'));
  const chat = new Chat(page);
  await chat.join('An');
  injection.close(4003, 'banned until 2026-11-27T20:06:00Z: spam');
  await page.getByText('You are banned from this chat until 28/11/2026, 03:06:00: spam').waitFor();
});

test('P-MOD-3: a message that may not be said stays, with the reason', async () => {
  const { url } = await newServer();
  const { page } = await newPage(browser());
  await page.routeWebSocket(/.*/, (socket) => {
    const server = socket.connectToServer();
    socket.onMessage((request) => {
      const { data, content } = JSON.parse(String(request));
      const error = 'the room is read-only until a moderator opens it again';
      if (data !== 'send') server.send(request);
      else
        socket.send(
          JSON.stringify({
            type: 'send',
            username: 'An',
            content,
            status: false,
            reason: 'ErrorWhenSend',
            error,
          }),
        );
    });
  });
  await page.goto(url.replace('ws', 'http'));
  const chat = new Chat(page);
  await chat.join('An');
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
