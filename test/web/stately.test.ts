/**
 * The page with the hosted Stately inspector. That is a page of another site, which tests cannot reach: in its place
 * stands one with the receiver of Stately's own package.
 */
import type { Frame } from 'playwright-core';
import { expect, test } from 'vitest';
import { useBrowser, violationsOf } from '../helpers/browser.ts';
import { newClient, newMember } from '../helpers/client.ts';
import { newStately, showsStatus } from '../helpers/stately.ts';
import { newWatcher } from '../helpers/watcher.ts';

const browser = useBrowser();

/** What anybody may say to the page. */
const connected = { type: '@statelyai.connected' };

test('live actors come first, parents before children, each once', async () => {
  const { url, inspector, page, hosted, open } = await newStately(browser());
  await newMember(url, 'An');
  await newClient(url);
  const watcher = await newWatcher(inspector.url);
  await watcher.sees(({ name }) => name === 'c2');
  await open();
  await showsStatus(page, 'live');
  const alive = Object.keys(watcher.alive());
  expect(alive).toEqual(expect.arrayContaining(['room', 'connections', 'c1', 'c2']));
  await expect.poll(async () => (await hosted.seen()).length).toBe(alive.length);
  const seen = await hosted.seen();
  expect(seen.map(({ type }) => type)).toEqual(alive.map(() => '@xstate.actor'));
  expect(seen.map(({ name }) => name).toSorted()).toEqual(alive.toSorted());
  for (const [index, { parentId }] of seen.entries())
    if (parentId !== undefined)
      expect(seen.slice(0, index).map(({ sessionId }) => sessionId)).toContain(parentId);
});

test('after requests of a client the hosted inspector knows each state that the actors are in', async () => {
  const { url, inspector, page, hosted, open } = await newStately(browser());
  const watcher = await newWatcher(inspector.url);
  await open();
  await showsStatus(page, 'live');
  const an = await newMember(url, 'An');
  await an.ask({ data: 'send', content: 'một' });
  const binh = await newClient(url);
  await binh.ask({ data: 'send' });
  const chi = await newMember(url, 'Chi');
  await chi.leave();
  await watcher.sees(({ type, name }) => type === '@xstate.actor' && name === 'c3');
  const stateOf = (name: string) => {
    const [session] = [...watcher.names].find(([, known]) => known === name) ?? [];
    return watcher.snapshots.get(`${session}`)?.value;
  };
  await expect.poll(() => stateOf('c3')).toBe('closed');
  await expect.poll(() => hosted.snapshots()).toEqual(watcher.snapshots);
  expect([stateOf('c1'), stateOf('c2')]).toEqual([{ registered: 'idle' }, { unregistered: 'idle' }]);
  const events = (await hosted.seen()).filter(({ type }) => type === '@xstate.event');
  expect(events.map(({ event }) => event.type)).toEqual(
    watcher.seen.filter(({ type }) => type === '@xstate.event').map(({ event }) => event.type),
  );
});

test('in a burst it is told what the inspector tells, except the inspector’s own events, and ends with no stale state', async () => {
  const { url, inspector, page, hosted, open } = await newStately(browser(), {}, { eventsPerTick: 5 });
  const watcher = await newWatcher(inspector.url);
  const an = await newMember(url, 'An');
  await open();
  await showsStatus(page, 'live');
  for (let number = 0; number < 50; number++) an.say({ data: 'send', content: `${number}` });
  // How many were skipped is told before it.
  const refresh = { type: '@xstate.snapshot', event: { type: '@chat.refresh' } };
  await expect.poll(() => hosted.heard()).toContainEqual(expect.objectContaining(refresh));
  await expect.poll(() => hosted.snapshots()).toEqual(watcher.snapshots);
  const kinds = new Set((await hosted.heard()).map(({ type }) => type));
  expect([...kinds].toSorted()).toEqual(['@xstate.actor', '@xstate.event', '@xstate.snapshot']);
});

test('nicknames and messages do not leave for the other site', async () => {
  const { url, inspector, page, hosted, open } = await newStately(browser());
  const watcher = await newWatcher(inspector.url);
  const early = await newMember(url, 'Tên Kín Một');
  await early.ask({ data: 'send', content: 'lời kín một' });
  await open();
  await showsStatus(page, 'live');
  const late = await newMember(url, 'Tên Kín Hai');
  await late.ask({ data: 'send', content: 'lời kín hai' });
  await late.ask({ data: 'get' });
  await late.ask({ data: 'name', name: 'Tên Kín Ba' });
  await late.leave();
  await watcher.sees(({ event }) => event?.type === 'leave');
  await expect.poll(() => hosted.snapshots()).toEqual(watcher.snapshots);
  const all = JSON.stringify(await hosted.heard());
  expect(all).toContain('"content":"•');
  expect(all).toContain('"nickname":"•');
  expect(all).not.toMatch(/kín/i);
});

test('only the hosted page’s own word begins it: no other window’s, no other origin’s, no other word', async () => {
  const { page, inspector, hosted, open } = await newStately(browser());
  const sockets: string[] = [];
  page.on('websocket', (socket) => sockets.push(socket.url()));
  hosted.is = 'silent';
  await open();
  await hosted.frame.waitForSelector('h2');
  /** Says it to the page, and waits until it has heard that. */
  const say = async (from: Frame, word: unknown) => {
    const ear = await page.evaluateHandle(() => ({
      hears: new Promise((resolve) => {
        addEventListener('message', ({ data }) => data === 'heard' && resolve(data));
      }),
    }));
    await from.evaluate((said) => {
      for (const message of [said, 'heard']) parent.postMessage(message, '*');
    }, word);
    await ear.evaluate(({ hears }) => hears);
  };
  for (const word of [{ type: 'connected' }, connected.type, null, undefined]) await say(hosted.frame, word);
  await say(page.mainFrame(), connected);
  for (const address of ['about:blank', 'https://stately.ai/other']) {
    const other = await page.evaluateHandle((src) => {
      const frame = document.createElement('iframe');
      frame.src = src;
      return document.body.appendChild(frame);
    }, address);
    const frame = (await other.contentFrame()) as Frame;
    await frame.waitForURL(address);
    await say(frame, connected);
  }
  await page.locator('iframe.hosted').evaluate((frame: HTMLIFrameElement) => {
    frame.src = 'about:blank';
  });
  await hosted.frame.waitForURL('about:blank');
  await say(hosted.frame, connected);
  expect(sockets).toEqual([]);
  hosted.is = 'listening';
  await page.reload();
  await showsStatus(page, 'live');
  expect(sockets).toEqual([inspector.url.replace(/^http(.*)\?/, 'ws$1events?')]);
});

test('a hosted page that is loaded anew is told everything anew', async () => {
  const { url, inspector, page, hosted, open } = await newStately(browser());
  const watcher = await newWatcher(inspector.url);
  await open();
  await showsStatus(page, 'live');
  const an = await newMember(url, 'An');
  const binh = await newMember(url, 'Bình');
  await binh.leave();
  await watcher.sees(({ event }) => event?.type === 'leave');
  await expect.poll(() => hosted.snapshots()).toEqual(watcher.snapshots);
  await Promise.all([
    page.waitForEvent('framenavigated', (frame) => frame === hosted.frame),
    hosted.frame.evaluate(() => location.reload()),
  ]);
  const alive = () => Object.keys(watcher.alive()).toSorted();
  await expect.poll(() => hosted.names()).toEqual(alive());
  await an.ask({ data: 'send', content: 'một' });
  await newClient(url);
  await watcher.sees(({ name }) => name === 'c3');
  await expect.poll(() => hosted.names()).toEqual(alive());
  const births = (await hosted.seen()).filter(({ type }) => type === '@xstate.actor');
  expect(births.map(({ name }) => name).toSorted()).toEqual(alive());
});

test('an inspector that ends is told of, and tried again; who went meanwhile is not shown then', async () => {
  const { url, inspector, restart, page, hosted, open } = await newStately(browser());
  const an = await newMember(url, 'An');
  await newMember(url, 'Bình');
  await open();
  await showsStatus(page, 'live');
  await expect.poll(() => hosted.names()).toContain('c1');
  await inspector.close();
  await showsStatus(page, 'away');
  expect(await page.getByRole('alert').textContent()).toContain('does not answer');
  await an.leave();
  await restart();
  await showsStatus(page, 'live');
  expect(await page.getByRole('alert').count()).toBe(0);
  await expect.poll(() => hosted.names()).toContain('c2');
  expect(await hosted.names()).not.toContain('c1');
});

test('without internet the page says so in words, and goes on when it is tried again', async () => {
  const { page, hosted, inspector, open } = await newStately(browser());
  await page.clock.install();
  hosted.is = 'away';
  await open();
  await showsStatus(page, 'connecting');
  expect(await page.getByRole('status').textContent()).toBe('Connecting');
  await expect.poll(() => hosted.visits).toBe(1);
  await page.clock.fastForward(10_000);
  await showsStatus(page, 'offline');
  expect(await page.getByRole('alert').textContent()).toContain('needs internet; the lab works without');
  const retry = page.getByRole('button', { name: 'Try again' });
  await page.context().setOffline(true);
  await retry.click();
  await showsStatus(page, 'offline');
  await page.context().setOffline(false);
  expect(hosted.visits).toBe(1);
  hosted.is = 'listening';
  await retry.click();
  await showsStatus(page, 'live');
  expect(await page.getByRole('alert').count()).toBe(0);
  await expect.poll(() => hosted.names()).toContain('room');
  await page.clock.fastForward(10_000);
  await showsStatus(page, 'live');
  await page.getByRole('link', { name: 'Back to the lab' }).click();
  await page.waitForURL(new URL('/', inspector.url).href);
  await page.locator('.page[data-connected]').waitFor();
});

test('a hosted page that answers late is fed as well', async () => {
  const { page, hosted, open } = await newStately(browser());
  await page.clock.install();
  hosted.is = 'silent';
  await open();
  await hosted.frame.waitForSelector('h2');
  await page.clock.fastForward(10_000);
  await showsStatus(page, 'offline');
  await hosted.frame.evaluate((said) => parent.postMessage(said, '*'), connected);
  await showsStatus(page, 'live');
});

test('the lab leads to it, and it takes the token to see it', async () => {
  const { page, inspector, open } = await newStately(browser());
  const { origin } = new URL(inspector.url);
  for (const path of ['/stately?token=', '/stately.html?token=wrong'])
    expect([path, (await page.request.get(origin + path)).status()]).toEqual([path, 403]);
  await open();
  await page.getByRole('link', { name: 'Back to the lab' }).click();
  const [opened] = await Promise.all([
    page.context().waitForEvent('page'),
    page.getByRole('link', { name: 'Stately inspector' }).click(),
  ]);
  await opened.waitForURL(`${origin}/stately`);
  await opened.locator('.page').waitFor();
});

test('the page’s policy lets that site into a frame, and no other', async () => {
  const { page, faults, hosted, open } = await newStately(browser());
  await open();
  await showsStatus(page, 'live');
  expect(hosted.frame.url()).toBe('https://stately.ai/inspect');
  const blocked = await page.evaluate(
    () =>
      new Promise<string>((resolve) => {
        addEventListener('securitypolicyviolation', ({ effectiveDirective, blockedURI }) =>
          resolve(`${effectiveDirective} ${blockedURI}`),
        );
        document.body.appendChild(document.createElement('iframe')).src = 'https://www.stately.ai/inspect';
      }),
  );
  expect(blocked).toBe('frame-src https://www.stately.ai');
  expect(faults.splice(0)).toEqual([expect.stringContaining("Framing 'https://www.stately.ai/' violates")]);
});

test.each([
  ['light', 1280, 'en'],
  ['dark', 1280, 'vi'],
  ['light', 400, 'vi'],
] as const)('axe-core finds nothing on the page, %s, %i px, %s', async (colorScheme, width, locale) => {
  const options = { colorScheme, locale, viewport: { width, height: 720 }, bypassCSP: true };
  const { inspector, page, hosted, open } = await newStately(browser(), options);
  const fits = async (status: string) => {
    await showsStatus(page, status);
    expect(await violationsOf(page)).toEqual([]);
    const overflow = await page.evaluate(() => document.documentElement.scrollWidth - window.innerWidth);
    expect(overflow).toBeLessThanOrEqual(0);
  };
  await page.clock.install();
  hosted.is = 'silent';
  await open();
  await fits('connecting');
  await page.clock.fastForward(10_000);
  await fits('offline');
  hosted.is = 'listening';
  await page.locator('button.primary').click();
  await fits('live');
  await inspector.close();
  await fits('away');
});
