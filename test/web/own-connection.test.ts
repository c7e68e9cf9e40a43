import { expect, test } from 'vitest';
import { openChat, useBrowser, violationsOf } from '../helpers/browser.ts';
import { newServer } from '../helpers/server.ts';

const browser = useBrowser();

test('--show-own: a panel shows the machines of the page and of the server for this connection, as they move', async () => {
  const { url } = await newServer({ showOwn: true });
  const { page, chat } = await openChat(browser(), url, { bypassCSP: true });
  const button = page.getByRole('button', { name: 'My connection' });
  await button.click();
  const state = (machine: string) => page.locator(`[data-machine="${machine}"] [data-now]`).textContent();
  const lit = (machine: string) =>
    page.locator(`[data-machine="${machine}"] [data-in]`).evaluateAll((all) => all.length);
  await expect.poll(() => state('connection')).toBe('unregistered.idle');
  await expect.poll(() => state('client')).toBe('linked.unregistered.idle');
  await chat.join('An');
  await chat.status('registered');
  await expect.poll(() => state('connection')).toBe('registered.idle');
  await expect.poll(() => state('client')).toBe('linked.registered.idle');
  // The innermost state and those around it.
  await expect.poll(() => lit('client')).toBe(3);
  await expect.poll(() => lit('connection')).toBe(2);

  await chat.say('xin chào');
  await chat.sees('xin chào');
  await expect.poll(() => page.locator('[data-guard]').textContent()).toBe('isLast = true');
  expect(await page.locator('[data-taken]').count()).toBeGreaterThan(0);
  expect(await violationsOf(page)).toEqual([]);

  // The composer stays in reach beside the panel, and below it in a narrow window.
  const composer = page.getByRole('textbox', { name: 'Message' });
  for (const width of [1280, 400]) {
    await page.setViewportSize({ width, height: 720 });
    await composer.click({ trial: true });
  }

  // It is open again after the page has been loaded again, and the nickname is still held.
  await page.reload();
  await expect.poll(() => state('connection')).toBe('registered.idle');
  await button.click();
  await expect.poll(() => page.locator('[data-machine]').count()).toBe(0);
});

test('without --show-own there is no panel, and no subprotocol is asked for', async () => {
  const { url } = await newServer();
  const { page, chat } = await openChat(browser(), url);
  await chat.status('unregistered');
  expect(await page.locator('#own').count()).toBe(0);
});
