import { once } from 'node:events';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import type { Page } from 'playwright-core';
import { expect, onTestFinished, test } from 'vitest';
import { useBrowser } from '../helpers/browser.ts';
import { openLab } from '../helpers/lab.ts';
import { eventsOf } from '../helpers/watcher.ts';

const browser = useBrowser();

test('without the right token nothing is shown', async () => {
  const { page, inspector } = await openLab(browser());
  const { origin, search } = new URL(inspector);
  for (const path of ['/', '/?token=wrong', '/config.json', '/config.json?token=wrong', '/index.html'])
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
});
