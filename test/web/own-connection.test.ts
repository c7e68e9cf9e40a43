import type { Page } from 'playwright-core';
import { expect, test } from 'vitest';
import type { ChatOptions } from '../../src/chat.ts';
import { ownProtocol } from '../../src/protocol/own.ts';
import { type Chat, openChat, useBrowser, violationsOf } from '../helpers/browser.ts';
import { newMember } from '../helpers/client.ts';
import { newServer } from '../helpers/server.ts';

const browser = useBrowser();

/** A server that notes the subprotocols that each connection offers. */
async function newNotingServer(options: ChatOptions) {
  const offers: (string | undefined)[] = [];
  const admit = ({ headers }: { headers: Record<string, string | string[] | undefined> }) => {
    offers.push(headers['sec-websocket-protocol']?.toString());
    return undefined;
  };
  return { ...(await newServer({ ...options, admit })), offers };
}

/** The part of the panel about one of the machines. */
function machine(page: Page, name: 'client' | 'connection') {
  const part = page.locator(`[data-machine="${name}"]`);
  const sees = (selector: string) => part.locator(selector).first().waitFor({ state: 'attached' });
  return {
    /** Waits until the state is said, and marked in the chart with those around it. */
    is: async (state: string) => {
      await part.locator('[data-fact="state"]').getByText(state, { exact: true }).waitFor();
      await sees(`[data-state="${state}"][data-in]`);
    },
    /** Waits until this is said of the last step. */
    said: (fact: string, text: string) =>
      part.locator(`[data-fact="${fact}"]`).getByText(text).first().waitFor(),
    took: (label: string) => part.locator('[data-taken]').getByText(label, { exact: true }).waitFor(),
  };
}

/** Whether nothing lies over the middle of the field for a message. */
const isFree = ({ composer }: Chat) =>
  composer.evaluate((field) => {
    const { x, y, width, height } = field.getBoundingClientRect();
    return document.elementFromPoint(x + width / 2, y + height / 2) === field;
  });

test('“My connection” shows how registering, sending and a refused message move the machines of the page and of the server', async () => {
  const { url, offers } = await newNotingServer({ showOwn: true, pingInterval: 60 });
  const { page, chat } = await openChat(browser(), 'about:blank', { bypassCSP: true });
  // The page would not send what it knows to be too long.
  await page.route('**/config.json', async (route) => {
    const response = await route.fetch();
    await route.fulfill({ json: { ...(await response.json()), maxContent: 1000 } });
  });
  await page.goto(url.replace('ws', 'http'));
  const toggle = page.getByRole('button', { name: 'My connection' });
  await toggle.focus();
  await page.keyboard.press('Enter');
  const [client, connection] = [machine(page, 'client'), machine(page, 'connection')];
  await connection.is('unregistered.idle');
  await client.is('linked.unregistered.idle');
  expect(offers).toEqual([ownProtocol]);
  expect(await toggle.getAttribute('aria-expanded')).toBe('true');

  const binh = await newMember(url, 'Bình');
  await chat.tryName('Bình');
  await client.said('guards', 'isGhost = false: the server has said NameAlreadyUsed');
  await binh.leave();
  await chat.join('An');
  await client.is('linked.registered.idle');
  await connection.is('registered.idle');

  await chat.say('xin chào');
  await chat.sees('xin chào');
  await client.said('event', 'answered');
  await connection.said('event', 'settled');
  await connection.said('batch', '1');
  await connection.took('settled [isLast] / countSettled');

  await chat.say('x'.repeat(101));
  await connection.said('guards', 'isContent = false: 101 characters, at most 100');
  await connection.took('send / refuseContent');
  expect(await violationsOf(page)).toEqual([]);

  for (const [width, height] of [
    [390, 780],
    [1024, 768],
    [1920, 1080],
  ] as const) {
    await page.setViewportSize({ width, height });
    await expect.poll(() => isFree(chat)).toBe(true);
  }
  await page.evaluate(() => {
    document.documentElement.lang = 'vi';
  });
  await page.getByRole('button', { name: 'Kết nối của tôi' }).waitFor();
  await connection.said('guards', 'isContent = false: 101 ký tự, nhiều nhất là 100');

  // It is open again after the page has been loaded again, and the nickname is still held.
  await page.reload();
  await connection.is('registered.idle');
  await toggle.press('Enter');
  await expect.poll(() => page.locator('[data-machine]').count()).toBe(0);
});

test('without the setting there is no panel, and no subprotocol is offered', async () => {
  const { url, offers } = await newNotingServer({});
  const { page, chat } = await openChat(browser(), url);
  await chat.status('unregistered');
  expect(await page.getByRole('button', { name: 'My connection' }).count()).toBe(0);
  expect(offers).toEqual([undefined]);
});
