import type { Route } from 'playwright-core';
import { expect, test } from 'vitest';
import { newPage, openChat, useBrowser } from '../helpers/browser.ts';
import { newServer } from '../helpers/server.ts';

const browser = useBrowser();

test('what comes with the conversation is fetched again until it is here', async () => {
  const { url } = await newServer();
  const { page, chat } = await openChat(browser(), url);
  let refused = 0;
  await page.route('**/assets/room-*.js', (route) => {
    refused++;
    return refused > 2 ? route.continue() : route.abort();
  });
  await chat.join('An');
  expect(refused).toBeGreaterThan(2);
  await chat.say('xin chào');
  await chat.sees('xin chào');
});

test('before a message is shown only the first script and one language are fetched', async () => {
  const { url } = await newServer();
  const { page } = await newPage(browser());
  const scripts: string[] = [];
  page.on('request', (request) => {
    const [, name] = /assets\/([a-z]+)-[^/]+\.js$/.exec(request.url()) ?? [];
    if (name !== undefined) scripts.push(name);
  });
  await page.goto(url.replace('ws:', 'http:'));
  await page.getByRole('textbox', { name: 'Nickname' }).fill('An');
  expect(scripts.sort()).toEqual(['en', 'index']);
  await page.keyboard.press('Enter');
  const message = page.getByRole('textbox', { name: 'Message', exact: true });
  await message.fill('chào');
  expect(scripts).toContain('room');
  expect(scripts).not.toContain('vi');
});

test('a page that was loaded from an earlier version of the server is loaded again', async () => {
  const { url } = await newServer();
  const { page, chat } = await openChat(browser(), url);
  const earlier = async (route: Route) => {
    const response = await route.fetch({
      url: route
        .request()
        .url()
        .replace(/room-.{8}/, 'room-earlier0'),
    });
    await route.fulfill({ response });
  };
  await page.route(/assets\/room-[^/]+\.js$/, earlier, { times: 1 });
  const loaded = page.waitForEvent('load');
  await chat.tryName('An');
  await loaded;
  await chat.status('registered');
  await chat.composer.waitFor();
  await chat.say('xin chào');
  await chat.sees('xin chào');
});

test('texts that come late do not take the place of those of the language that was chosen since', async () => {
  const { url } = await newServer();
  const { page } = await newPage(browser());
  await page.route(/assets\/vi-[^/]+\.js$/, async (route) => {
    const response = await route.fetch();
    const body = `await new Promise((resolve) => { window.letCome = resolve; });${await response.text()}`;
    await route.fulfill({ response, body });
  });
  await page.goto(url.replace('ws:', 'http:'));
  await page.getByRole('button', { name: 'VI: Tiếng Việt' }).click();
  await page.waitForFunction(() => 'letCome' in window);
  await page.getByRole('button', { name: 'EN: English' }).click();
  await page.evaluate(async () => {
    // What follows from a click is done within two frames, and so is what follows from texts that come.
    const frame = () => new Promise((resolve) => requestAnimationFrame(resolve));
    await frame();
    await frame();
    (window as unknown as { letCome: () => void }).letCome();
    await frame();
    await frame();
  });
  expect(await page.locator('.tagline').textContent()).toBe('Choose a nickname and join the conversation.');
});
