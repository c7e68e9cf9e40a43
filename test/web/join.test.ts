import { expect, test } from 'vitest';
import { openChat, useBrowser } from '../helpers/browser.ts';
import { newMember } from '../helpers/client.ts';
import { newProxy } from '../helpers/proxy.ts';
import { newServer } from '../helpers/server.ts';

const browser = useBrowser();

test('P-NAME-1: too long a nickname, or none, is refused at the field without asking the server', async () => {
  const { url } = await newServer({ maxName: 10 });
  const { page, chat } = await openChat(browser(), url);
  const field = page.getByRole('textbox', { name: 'Nickname', exact: true });
  const refusal = page.locator('[data-refusal]');
  await chat.status('unregistered');
  for (const nickname of ['', 'x'.repeat(11)]) {
    await chat.tryName(nickname);
    await expect.poll(() => refusal.textContent()).toContain('1 to 10 characters');
    expect(await field.getAttribute('aria-invalid')).toBe('true');
  }
  const sent: string[] = [];
  page.on('websocket', (socket) => socket.on('framesent', ({ payload }) => void sent.push(String(payload))));
  await page.reload();
  await chat.status('unregistered');
  await chat.tryName('x'.repeat(11));
  await refusal.waitFor();
  await chat.join('x'.repeat(10));
  await page.getByRole('button', { name: 'Change nickname' }).click();
  await page.getByRole('textbox', { name: 'New nickname' }).fill('y'.repeat(11));
  await page.getByRole('button', { name: 'Save' }).click();
  await expect.poll(() => refusal.textContent()).toContain('1 to 10 characters');
  expect(sent.filter((frame) => frame.includes('"name"'))).toHaveLength(1);
});

test('a nickname that waits for a connection says so, and the next one takes its place', async () => {
  const { url } = await newServer();
  const proxy = await newProxy(url);
  const { page, chat } = await openChat(browser(), proxy.url);
  await chat.status('unregistered');
  proxy.refuse();
  proxy.cut();
  await page.locator('[data-banner]').waitFor();
  const form = page.locator('form');
  await chat.tryName('An');
  await expect.poll(() => form.getAttribute('aria-busy')).toBe('true');
  await chat.tryName('Bình');
  expect(await page.locator('[data-refusal]').count()).toBe(0);
  expect(await form.getAttribute('aria-busy')).toBe('true');
  proxy.accept();
  await chat.status('registered');
  expect(await chat.online()).toEqual(['Bình (you)']);
});

test('the page is there while neither config.json nor a connection is', async () => {
  const { url } = await newServer({ maxName: 50 });
  const { page, chat } = await openChat(browser(), url);
  await chat.status('unregistered');
  let answer = () => {};
  await page.route('**/config.json', (route) => {
    answer = () => void route.continue();
  });
  await page.addInitScript(() => {
    const NeverOpen = class extends EventTarget {
      close(): void {}
    };
    Object.assign(window, { WebSocket: NeverOpen });
  });
  await page.reload();
  await chat.status('connecting');
  expect(await page.locator('[data-banner]').count()).toBe(0);
  await chat.tryName('An');
  await expect.poll(() => page.locator('[data-banner="connecting"]').textContent()).toBe('Connecting…');
  // What the server allows counts from when it comes.
  await expect.poll(() => page.locator('form').getAttribute('aria-busy')).toBe('true');
  answer();
  const refusal = page.locator('[data-refusal]');
  const refused = async () => {
    await chat.tryName('x'.repeat(51));
    return refusal.allTextContents();
  };
  await expect.poll(refused).toEqual([expect.stringContaining('1 to 50 characters')]);
});

test('limits are read again with each connection', async () => {
  const { url } = await newServer({ maxContent: 50 });
  const { page, chat } = await openChat(browser(), url);
  let maxContent = 60;
  await page.route('**/config.json', (route) => route.fulfill({ json: { maxContent } }));
  const proxy = await newProxy(url);
  await page.goto(proxy.url.replace('ws:', 'http:'));
  await chat.join('An');
  const counter = page.locator('[data-counter]');
  await expect.poll(() => counter.textContent()).toBe('0/60');
  maxContent = 70;
  proxy.cut();
  await expect.poll(() => counter.textContent()).toBe('0/70');
});

test('a change of nickname says why it cannot be while the connection is lost, and its form goes with the nickname', async () => {
  const { url } = await newServer({ pingInterval: 0.5, resumeSeconds: 0 });
  const proxy = await newProxy(url);
  const { page, chat } = await openChat(browser(), proxy.url);
  await chat.join('An');
  await page.getByRole('button', { name: 'Change nickname' }).click();
  const field = page.getByRole('textbox', { name: 'New nickname' });
  await field.fill('An Lê');
  const refusal = page.locator('[data-refusal]');
  proxy.stall('up');
  await page.getByRole('button', { name: 'Save' }).click();
  proxy.refuse();
  proxy.cut();
  await expect.poll(() => refusal.textContent()).toMatch(/lost before the server answered/);
  await field.press('Enter');
  await expect.poll(() => refusal.textContent()).toMatch(/once you are connected/);
  await newMember(url, 'An');
  proxy.accept();
  await page.getByRole('textbox', { name: 'Nickname', exact: true }).waitFor();
  await expect.poll(() => refusal.textContent()).toMatch(/using/);
  await chat.join('Bình');
  expect(await field.count()).toBe(0);
});

test('the focus goes to the field when "Try now" goes away, pressed or not', async () => {
  const { url } = await newServer();
  const proxy = await newProxy(url);
  const { page, chat } = await openChat(browser(), proxy.url);
  const focused = () => page.evaluate(() => document.activeElement?.id);
  const again = page.getByRole('button', { name: 'Try now' });
  await chat.status('unregistered');
  proxy.refuse();
  proxy.cut();
  await again.focus();
  await page.keyboard.press('Enter');
  await expect.poll(focused).toBe('nickname');
  proxy.accept();
  await chat.join('An');
  proxy.refuse();
  proxy.cut();
  await again.focus();
  // The next try comes by itself.
  await expect.poll(focused, { timeout: 30_000 }).toBe('message');
});

test('a page that becomes visible again tries at once to connect again', async () => {
  const { url } = await newServer();
  const proxy = await newProxy(url);
  const { page, chat } = await openChat(browser(), proxy.url);
  await chat.join('An');
  const statuses = await chat.watchStatus();
  proxy.refuse();
  proxy.cut();
  // After some failures the next try is seconds away.
  await expect
    .poll(async () => (await statuses()).filter((status) => status === 'waiting').length, { timeout: 30_000 })
    .toBeGreaterThan(4);
  await chat.status('waiting');
  const before = (await statuses()).length;
  await page.evaluate(() => document.dispatchEvent(new Event('visibilitychange')));
  expect((await statuses())[before]).toBe('reconnecting');
});

test('leaving is asked about while a message waits to be sent', async () => {
  const { url } = await newServer();
  const proxy = await newProxy(url);
  const { page, chat } = await openChat(browser(), proxy.url);
  await chat.join('An');
  proxy.refuse();
  proxy.cut();
  await chat.status('waiting');
  await chat.say('chưa gửi');
  await page.locator('[data-state="waiting"]').waitFor();
  const asked = page.waitForEvent('dialog');
  await page.close({ runBeforeUnload: true });
  const dialog = await asked;
  expect(dialog.type()).toBe('beforeunload');
  await dialog.dismiss();
  // The page is still there, with what waits.
  expect(await page.locator('[data-state="waiting"]').textContent()).toContain('chưa gửi');
  await newMember(url, 'Bình');
});

test('a message looks the same before and after it is sent, wherever its reader is', async () => {
  const { url } = await newServer();
  const proxy = await newProxy(url);
  const { page, chat } = await openChat(browser(), proxy.url, { timezoneId: 'Pacific/Auckland' });
  await chat.join('An');
  await chat.say('một');
  await chat.sees('một');
  proxy.stall('up');
  await chat.say('hai');
  const row = page.locator('[data-row="message"]').last();
  const look = () =>
    row.evaluate((element) => [element.hasAttribute('data-head'), element.getBoundingClientRect().height]);
  await page.locator('[data-state="sending"]').waitFor();
  const before = await look();
  proxy.release('up');
  await chat.sees('hai');
  expect(await look()).toEqual(before);
  expect(before[0]).toBe(false);
});

test('a failure is announced once, and a text that is said twice twice', async () => {
  const { url } = await newServer({ maxContent: 50 });
  const { page, chat } = await openChat(browser(), url);
  await page.route('**/config.json', (route) => route.abort());
  await page.reload();
  await chat.join('An');
  const heard = await page.evaluateHandle(() => {
    const texts: string[] = [];
    const note = (changes: MutationRecord[]) => {
      for (const { addedNodes } of changes)
        for (const node of addedNodes) if (node.textContent) texts.push(node.textContent);
    };
    for (const region of document.querySelectorAll('.unseen[aria-live], .unseen[role="alert"]'))
      new MutationObserver(note).observe(region, { childList: true });
    return texts;
  });
  await chat.say('x'.repeat(60));
  await expect.poll(() => heard.jsonValue()).toEqual([expect.stringContaining('Not sent.')]);
  expect(await page.locator('[role="log"] [role="alert"]').count()).toBe(0);
  const binh = await newMember(url, 'Bình');
  await binh.ask({ data: 'send', content: 'ừ' });
  await expect.poll(async () => (await heard.jsonValue()).slice(1)).toEqual(['Bình: ừ']);
  await binh.ask({ data: 'send', content: 'ừ' });
  await expect
    .poll(async () => (await heard.jsonValue()).slice(1), { timeout: 10_000 })
    .toEqual(['Bình: ừ', 'Bình: ừ']);
});

test('the drawer keeps the keyboard to itself, and Escape closes it from anywhere', async () => {
  const { url } = await newServer();
  const { page, chat } = await openChat(browser(), url, { viewport: { width: 320, height: 640 } });
  await chat.join('An');
  const toggle = page.getByRole('button', { name: '1 person online' });
  await toggle.click();
  await page.getByRole('list', { name: 'Online' }).waitFor();
  expect(await page.locator('.talk').evaluate((talk) => (talk as HTMLElement).inert)).toBe(true);
  for (let tabs = 0; tabs < 4; tabs++) {
    await page.keyboard.press('Tab');
    const isOutside = await page.evaluate(() => document.activeElement?.closest('.top, .talk') != null);
    expect(isOutside).toBe(false);
  }
  await page.evaluate(() => (document.activeElement as HTMLElement | null)?.blur());
  await page.keyboard.press('Escape');
  await page.getByRole('list', { name: 'Online' }).waitFor({ state: 'hidden' });
  await expect.poll(() => page.evaluate(() => document.activeElement?.id)).toBe('members-toggle');
  await toggle.click();
  await page.setViewportSize({ width: 1000, height: 640 });
  await expect.poll(() => page.locator('.talk').evaluate((talk) => (talk as HTMLElement).inert)).toBe(false);
});

test('P-NAME-4: a change of nickname that changes nothing is none, and is not asked for', async () => {
  const { url, entries } = await newServer();
  const { page, chat } = await openChat(browser(), url);
  await chat.join('An');
  await page.getByRole('button', { name: 'Change nickname' }).click();
  const field = page.getByRole('textbox', { name: 'New nickname' });
  expect(await field.inputValue()).toBe('An');
  await page.getByRole('button', { name: 'Save' }).click();
  await field.waitFor({ state: 'detached' });
  expect(await page.locator('[data-refusal]').count()).toBe(0);
  await chat.say('xong');
  await chat.sees('xong');
  expect(entries.filter(({ kind }) => kind === 'refusal')).toEqual([]);
});
