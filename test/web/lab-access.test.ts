import { once } from 'node:events';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import type { Page } from 'playwright-core';
import { expect, onTestFinished, test } from 'vitest';
import { newPage, useBrowser, violationsOf } from '../helpers/browser.ts';
import { openLab } from '../helpers/lab.ts';
import { newServer } from '../helpers/server.ts';
import { eventsOf, newWatcher } from '../helpers/watcher.ts';

const browser = useBrowser();

test('the token is taken out of the address, and a reload has it still, as has a link in a new tab', async () => {
  const { page, inspector } = await openLab(browser());
  const { origin } = new URL(inspector);
  await expect.poll(() => page.url()).toBe(`${origin}/`);
  await page.reload();
  await page.locator('.page[data-connected]').waitFor();
  await expect.poll(() => page.url()).toBe(`${origin}/`);
  const link = await page.getByRole('link', { name: 'Stately inspector' }).getAttribute('href');
  expect(link).toContain(new URL(inspector).search);
  await page.goto(`${inspector}#P-SEND-1`);
  await page.locator('.page[data-connected]').waitFor();
  await expect.poll(() => page.url()).toBe(`${origin}/#P-SEND-1`);
});

test('the labs of two servers in one browser, or one after the other in a tab, do not take each other’s token', async () => {
  const { page, inspector } = await openLab(browser());
  const other = await (await newServer()).chat.inspect({ port: 0 });
  const second = await page.context().newPage();
  for (const [tab, address] of [
    [second, other],
    [page, other],
    [page, inspector],
  ] as const) {
    await tab.goto(address);
    await tab.locator('.page[data-connected]').waitFor();
  }
  for (const tab of [second, page]) {
    await tab.reload();
    await tab.locator('.page[data-connected]').waitFor();
  }
});

test.each(['/', '/stately', '/?token=wrong', '/stately?token=wrong'])(
  'at %s a browser without the right token is told so',
  async (path) => {
    const inspector = await (await newServer()).chat.inspect({ port: 0 });
    const { page, faults } = await newPage(browser());
    await page.goto(new URL(inspector).origin + path);
    await page.getByRole('heading', { name: 'This address does not have the right token' }).waitFor();
    expectRefusals(faults);
  },
);

test('without the right token nothing is shown', async () => {
  const { page, inspector } = await openLab(browser());
  const { origin, search } = new URL(inspector);
  for (const path of ['/?token=wrong', '/config.json', '/config.json?token=wrong', '/index.html?token='])
    expect([path, (await page.request.get(origin + path)).status()]).toEqual([path, 403]);
  expect(await (await page.request.get(`${origin}/config.json${search}`)).json()).toEqual({
    chat: expect.stringMatching(/^ws:/),
    pingSeconds: 3600,
  });
});

/** Can a page open a WebSocket to this address? */
const opens = (page: Page, address: string) =>
  page.evaluate(
    (to) =>
      new Promise<boolean>((resolve) => {
        const socket = new window.WebSocket(to);
        socket.onopen = () => resolve(true);
        socket.onerror = () => resolve(false);
      }),
    address,
  );

test('the token gives no access to a page of another origin, nor under another name of this machine', async () => {
  const { page, inspector } = await openLab(browser());
  const events = eventsOf(inspector);
  expect(await opens(page, events)).toBe(true);
  expect(await opens(page, events.replace('token=', 'token=x'))).toBe(false);
  const other = await page.context().newPage();
  const elsewhere = createServer((_, response) => response.end('Hello')).listen(0, '127.0.0.1');
  onTestFinished(() => void elsewhere.close().closeAllConnections());
  await once(elsewhere, 'listening');
  await other.goto(`http://127.0.0.1:${(elsewhere.address() as AddressInfo).port}`);
  expect(await opens(other, events)).toBe(false);
  // As after DNS rebinding: to the browser all of it is one origin.
  const { port, search } = new URL(inspector);
  const rebound = `http://rebound.localhost:${port}/`;
  await other.route(rebound, (route) => route.fulfill({ contentType: 'text/html', body: 'Hello' }));
  await other.goto(rebound);
  const config = `/config.json${search}`;
  expect(await other.evaluate(async (path) => (await fetch(path)).status, config)).toBe(403);
});

test('when the inspector ends the page says so', async () => {
  const { chat, page } = await openLab(browser());
  await chat.close();
  await expect.poll(() => page.getByRole('alert').textContent()).toContain('does not answer');
  expect(await page.locator('.mode').textContent()).toBe('Interrupted');
});

/** Chromium says in the console that the server refuses the token. */
function expectRefusals(faults: string[]): void {
  const others = faults.splice(0).filter((fault) => !fault.includes('403 (Forbidden)'));
  expect(others).toEqual([]);
}

test.each([
  ['en-GB', /^The server was restarted and has a new token/, 'Interrupted'],
  ['vi-VN', /^Máy chủ đã khởi động lại và có mã truy cập mới/, 'Gián đoạn'],
])('after a restart of the server the page says so and how to go on (%s)', async (locale, text, mode) => {
  const { chat, page, faults, inspector } = await openLab(browser(), { locale });
  const { port } = new URL(inspector);
  await chat.close();
  await page.getByRole('alert').waitFor();
  const { chat: restarted } = await newServer();
  await restarted.inspect({ port: Number(port) });
  await expect.poll(() => page.getByRole('alert').textContent(), { timeout: 10_000 }).toMatch(text);
  expect(await page.locator('.mode').textContent()).toBe(mode);
  expectRefusals(faults);
});

test('a page that may not watch, since too many do, says so, and connects once one of them goes', async () => {
  const { page, inspector } = await openLab(browser());
  const watchers = await Promise.all(Array.from({ length: 6 }, () => newWatcher(inspector)));
  const ninth = await page.context().newPage();
  await ninth.goto(inspector);
  await expect.poll(() => ninth.getByRole('alert').textContent()).toContain('as many pages as it allows');
  watchers[0]?.socket.close();
  await ninth.locator('.page[data-connected]').waitFor();
  expect(await ninth.getByRole('alert').count()).toBe(0);
});

test.each(['light', 'dark'] as const)(
  'a wrong token is answered with a page in both languages, in which axe-core finds nothing (%s)',
  async (colorScheme) => {
    const inspector = await (await newServer()).chat.inspect({ port: 0 });
    const { page, faults } = await newPage(browser(), { colorScheme, bypassCSP: true });
    const response = await page.goto(inspector.replace('token=', 'token=x'));
    expect(response?.status()).toBe(403);
    await page.getByRole('heading', { name: 'This address does not have the right token' }).waitFor();
    await page.getByRole('heading', { name: 'Địa chỉ này không có mã truy cập đúng' }).waitFor();
    expect(await violationsOf(page)).toEqual([]);
    expectRefusals(faults);
  },
);

test('the page for a wrong token is styled under its own policy', async () => {
  const inspector = await (await newServer()).chat.inspect({ port: 0 });
  const { page, faults } = await newPage(browser());
  await page.goto(inspector.replace('token=', 'token=x'));
  expect(await page.locator('body').evaluate((body) => getComputedStyle(body).maxWidth)).toBe('576px');
  expectRefusals(faults);
});
