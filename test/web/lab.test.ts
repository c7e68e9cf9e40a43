import { once } from 'node:events';
import { readFile, writeFile } from 'node:fs/promises';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { join } from 'node:path';
import type { Page } from 'playwright-core';
import { expect, onTestFinished, test } from 'vitest';
import { WebSocket } from 'ws';
import { useBrowser, violationsOf } from '../helpers/browser.ts';
import { newMember } from '../helpers/client.ts';
import { Lab, openLab } from '../helpers/lab.ts';
import { newFolder } from '../helpers/server.ts';
import { eventsOf, type TestWatcher } from '../helpers/watcher.ts';

const browser = useBrowser();

/** The state of a connection, as the inspector told it to somebody else. */
function stateOf(watcher: TestWatcher, name: string): string {
  const leaf = (value: unknown): string =>
    typeof value === 'string'
      ? value
      : Object.entries(Object(value))
          .map(([key, inner]) => `${key}.${leaf(inner)}`)
          .join();
  const [session] = [...watcher.names].find(([, known]) => known === name) ?? [];
  return leaf(watcher.snapshots.get(`${session}`)?.value);
}

test('after each request of a client the chart shows the state that the server is in, and what was done is lit', async () => {
  const { lab, watcher } = await openLab(browser());
  const connection = await lab.add();
  expect(connection).toBe('c1');
  await expect.poll(() => lab.state()).toBe('unregistered.idle');
  const steps = [
    ['get', 'unregistered.idle', 'get / refuseStranger'],
    ['notJson', 'unregistered.idle', 'unreadable / refuseUnreadable'],
    ['wrongForm', 'unregistered.idle', 'name / refuseNickname'],
    ['name', 'registered.idle', 'settled [isNamed] / hold'],
    ['unknown', 'registered.idle', 'unreadable / refuseUnreadable'],
    ['noKey', 'registered.idle', 'unreadable / refuseUnreadable'],
    ['send', 'registered.idle', 'settled'],
    ['tooLong', 'registered.idle', 'send / refuseContent'],
    ['get', 'registered.idle', 'settled'],
    ['wrongForm', 'registered.idle', 'name / refuseNickname'],
    ['name', 'registered.idle', 'settled / hold'],
    ['close', 'closed', 'hangup'],
  ] as const;
  for (const [button, state, lit] of steps) {
    await lab.say(button);
    await expect.poll(() => lab.lit(), { message: button }).toEqual([lit]);
    await expect.poll(() => lab.state(), { message: button }).toBe(state);
    expect(stateOf(watcher, connection), button).toBe(state);
  }
  await lab.page.locator('[data-client="A"][data-status="closed"]').waitFor();
});

test('a request that is under way is seen step by step', async () => {
  const { lab, page } = await openLab(browser());
  await lab.add();
  await lab.say('name');
  await expect.poll(() => lab.state()).toBe('registered.idle');
  await page.locator('#pause').click();
  await page.locator('.page[data-mode="paused"]').waitFor();
  const count = () => page.locator('.place').getAttribute('data-count');
  const state = () => page.locator('[data-live-state]').textContent();
  const seen = [await state()];
  while (seen.at(-1) !== 'unregistered.idle') {
    const before = await count();
    await page.locator('#back').click();
    // A step is drawn a moment later.
    await expect.poll(count).not.toBe(before);
    seen.push(await state());
  }
  expect([...new Set(seen)]).toEqual(['registered.idle', 'unregistered.claiming', 'unregistered.idle']);
  await page.locator('#live').click();
  await expect.poll(() => lab.state()).toBe('registered.idle');
});

test('the room’s chart shows the commit, and the sequence what led to it', async () => {
  const { lab, page } = await openLab(browser());
  await lab.add();
  await page.locator('[data-actor="room"] .pick').click();
  await lab.say('name');
  await page.locator('[data-actor="room"] .pick').click();
  await expect.poll(() => lab.lit()).toEqual(['committed / settle']);
  expect(await page.locator('[data-chosen]').textContent()).toBe('room');
  const flows = await page
    .locator('[data-flow]')
    .evaluateAll((all) => all.map((flow) => flow.getAttribute('data-flow')));
  expect(flows.filter((flow) => flow !== 'settled')).toEqual([
    'name',
    'claim',
    'acts: claim',
    'commit: claim',
    'committed: named',
    'name ✓',
  ]);
  const lifelines = page.locator('[data-lifeline]');
  expect(await lifelines.allTextContents()).toEqual(['c1 · A', 'mailbox', 'room', 'ledger']);
});

test('each frame stands in the wire log with its rule, whose text opens', async () => {
  const { lab, page } = await openLab(browser());
  await lab.add();
  for (const [button, rule] of [
    ['notJson', 'P-REQ-3'],
    ['unknown', 'P-REQ-4'],
    ['noKey', 'P-REQ-5'],
    ['wrongForm', 'P-NAME-1'],
    ['get', 'P-REQ-6'],
  ] as const) {
    const before = await lab.wire().count();
    await lab.say(button);
    await expect.poll(() => lab.wire().count()).toBe(before + 2);
    expect(await lab.wire().last().locator('[data-rule]').first().textContent()).toBe(rule);
  }
  await lab.say('name');
  await lab.say('tooLong');
  await expect
    .poll(() => lab.wire().last().textContent())
    .toMatch(/x{9} … \(\d+\) … x{9}.*WrongFormatContent/);
  await lab.send('{"type":"name","name":"An\u202e"}');
  const asked = page.locator('[data-frame="out"]').last();
  await expect.poll(() => asked.locator('code').textContent()).toBe('{"type":"name","name":"An\\u202e"}');
  expect(await asked.locator('[data-rule]').allTextContents()).toEqual(['P-NAME-1', 'P-REQ-2']);
  await page.locator('[data-rule="P-REQ-3"]').first().click();
  await expect
    .poll(() => page.locator('[data-rule-text="P-REQ-3"]').textContent())
    .toContain('WrongFormatJSON');
});

test('the text of a rule is in the language of the page', async () => {
  const { lab, page } = await openLab(browser(), { locale: 'vi-VN' });
  await lab.add();
  await lab.say('notJson');
  await page.locator('[data-rule="P-REQ-3"]').first().click();
  const text = page.locator('[data-rule-text="P-REQ-3"] p');
  expect(await text.textContent()).toMatch(/^P-REQ-3 Không phải JSON, .*WrongFormatJSON/);
  await page.locator('button[data-lang="en"]').click();
  await expect.poll(() => text.textContent()).toMatch(/^P-REQ-3 Not JSON, .*WrongFormatJSON/);
  const link = await page.locator('[data-rule="P-REQ-3"]').first().getAttribute('href');
  const other = await page.context().newPage();
  await other.goto(new URL(`${link}`, page.url()).href);
  await other.locator('[data-rule-text="P-REQ-3"]').waitFor();
});

test('the server has a chart, and an actor that is no machine says what it does and where', async () => {
  const { lab, page } = await openLab(browser());
  const pick = (name: string) => page.locator(`[data-actor="${name}"] .pick`).first().click();
  await pick('server');
  await expect.poll(() => lab.state()).toBe('running');
  const hint = page.locator('.chart .hint');
  for (const [name, does, file] of [
    ['mailbox', 'gathers', 'src/actors/room.ts'],
    ['ledger', 'commits', 'src/actors/room.ts'],
    ['connections', 'parent of c1', 'src/actors/system.ts'],
  ] as const) {
    await pick(name);
    await expect.poll(() => page.locator('[data-chosen]').textContent()).toBe(name);
    expect(await hint.textContent()).toContain(does);
    expect(await hint.textContent()).toContain(file);
  }
});

test('clients are told apart, and choosing one chooses its connection', async () => {
  const { url, lab, page } = await openLab(browser());
  await newMember(url, 'An');
  const names = [await lab.add(), await lab.add(), await lab.add()];
  expect(names).toEqual(['c2', 'c3', 'c4']);
  await newMember(url, 'Bình');
  await lab.say('name');
  for (const [index, name] of names.entries()) {
    await page.locator('.clients .pick').nth(index).click();
    await expect.poll(() => page.locator('[data-chosen]').textContent()).toBe(name);
  }
  await expect
    .poll(() => page.locator('[data-actor="c4"]').getAttribute('data-leaf'))
    .toBe('registered.idle');
  await page.locator('[data-actor="c2"] .pick').click();
  await expect.poll(() => page.locator('.clients .pick').first().getAttribute('aria-pressed')).toBe('true');
});

test('what stands in the fields of a client is kept when another is chosen, or the faults are shown', async () => {
  const { lab, page } = await openLab(browser());
  await lab.add();
  const field = (name: string) => page.getByRole('textbox', { name });
  await field('Nickname').fill('An');
  await field('Any frame').fill('{"data":"dance"}');
  await lab.add();
  expect(await field('Nickname').inputValue()).toBe('Lab B');
  await page.locator('[data-client="A"] .pick').click();
  await page.locator('[data-desk="A"]').waitFor();
  await page.locator('[data-side="faults"]').click();
  await page.locator('[data-side="clients"]').click();
  expect(await field('Nickname').inputValue()).toBe('An');
  expect(await field('Any frame').inputValue()).toBe('{"data":"dance"}');
});

test('of 2,000 connections under traffic the tree lists some, counts all, finds any, and clients go on', async () => {
  const { url, lab, page } = await openLab(browser());
  const sockets = Array.from({ length: 2000 }, () => new WebSocket(url));
  await Promise.all(sockets.map((socket) => new Promise((resolve) => socket.once('open', resolve))));
  await expect
    .poll(() => page.locator('.summary').textContent(), { timeout: 20_000 })
    .toBe('unregistered.idle 2000');
  expect(await page.locator('[data-machine="connection"]').count()).toBe(60);
  await page.locator('.more').waitFor();
  const traffic = setInterval(() => {
    for (const socket of sockets.slice(0, 20)) socket.send('{"data":"get"}');
  }, 50);
  onTestFinished(() => clearInterval(traffic));
  expect(await lab.add()).toBe('c2001');
  await lab.say('name');
  await expect.poll(() => lab.state(), { timeout: 10_000 }).toBe('registered.idle');
  await page.locator('#search').fill('c1234');
  await expect
    .poll(() =>
      page.locator('[data-actor]').evaluateAll((all) => all.map((one) => one.getAttribute('data-actor'))),
    )
    .toEqual(['c1234']);
  await page.locator('#search').fill('');
  await page.getByRole('button', { name: 'What connections contains' }).click();
  expect(await page.locator('[data-machine="connection"]').count()).toBe(0);
  clearInterval(traffic);
  for (const socket of sockets) socket.terminate();
  await page.getByRole('button', { name: 'What connections contains' }).click();
  await expect.poll(() => page.locator('[data-machine="connection"]').count(), { timeout: 20_000 }).toBe(1);
});

test.each([
  ['claims', 3, {}],
  ['flood', 4, {}],
  ['halfOpen', 4, { pingInterval: 1 }],
  ['slow', 3, { maxBuffered: 65_536 }],
  ['disk', 4, {}],
  ['kill', 4, {}],
] as const)(
  'the fault %s does what it says, and every point is checked off',
  async (fault, checks, chatOptions) => {
    const { url, page } = await openLab(browser(), {}, chatOptions);
    await newMember(url, 'An');
    await page.locator('[data-side="faults"]').click();
    const article = page.locator(`[data-fault="${fault}"]`);
    expect(await article.locator('[data-result]').count()).toBe(checks);
    await article.getByRole('button').click();
    await page.locator(`[data-fault="${fault}"][data-running]`).waitFor();
    await page.locator(`[data-fault="${fault}"]:not([data-running])`).waitFor({ timeout: 90_000 });
    expect(await article.locator('.refusal').allTextContents()).toEqual([]);
    expect(await article.locator('[data-result="met"]').count()).toBe(checks);
    const outcomes = article
      .locator('[data-outcome]')
      .evaluateAll((all) => all.map((one) => one.dataset.outcome));
    expect(await outcomes).toEqual(fault === 'slow' ? ['tooSlow'] : []);
    const binh = await newMember(url, 'Bình');
    const isAlone = async () =>
      JSON.stringify(await binh.ask({ data: 'get', limit: 0 })).includes('["An","Bình"]');
    await expect.poll(isAlone).toBe(true);
  },
);

test('where the heartbeat is faster than the limit, a slow reader is cut off by it, and the fault says so', async () => {
  const { page } = await openLab(browser(), {}, { pingInterval: 0.5, maxBuffered: 2 ** 30 });
  await page.locator('[data-side="faults"]').click();
  const article = page.locator('[data-fault="slow"]');
  await article.getByRole('button').click();
  const outcome = article.locator('[data-outcome]');
  await outcome.waitFor({ timeout: 90_000 });
  expect(await outcome.getAttribute('data-outcome')).toBe('missedPing');
  await page.locator('[data-fault="slow"]:not([data-running])').waitFor();
  expect(await article.locator('[data-result="met"]').count()).toBe(3);
});

test('a fault that takes long says how long it has been running, and how long it may take', async () => {
  const { page } = await openLab(browser(), {}, { pingInterval: 2 });
  await page.locator('[data-side="faults"]').click();
  const article = page.locator('[data-fault="halfOpen"]');
  await article.getByText('Takes up to three beats. Here that is 6 s.').waitFor();
  const button = article.locator('button');
  await button.click();
  await expect.poll(() => button.textContent(), { timeout: 10_000 }).toMatch(/^Running [1-9] s$/);
});

test('a fault that does not end as it should is marked so', async () => {
  const { chat, page } = await openLab(browser(), {}, { pingInterval: 3600 });
  await page.locator('[data-side="faults"]').click();
  const article = page.locator('[data-fault="halfOpen"]');
  await article.getByRole('button').click();
  await page.locator('[data-fault="halfOpen"][data-running]').waitFor();
  await page.locator('[data-actor="c3"]').waitFor();
  await chat.close();
  await article.locator('.refusal').waitFor({ timeout: 30_000 });
  expect(await article.locator('[data-result="failed"]').count()).toBe(4);
});

test('a point that is not so is marked so, and the others are not', async () => {
  // What the fault says is too long here: it is refused for that, and not for the disk.
  const { page } = await openLab(browser(), {}, { maxContent: 2 });
  await page.locator('[data-side="faults"]').click();
  const article = page.locator('[data-fault="disk"]');
  await article.getByRole('button').click();
  await article.locator('[data-result="waiting"]').last().waitFor({ state: 'detached' });
  const results = article.locator('[data-result]');
  expect(await results.evaluateAll((all) => all.map((one) => one.getAttribute('data-result')))).toEqual([
    'failed',
    'met',
    'met',
    'failed',
  ]);
  expect(await article.locator('.refusal').count()).toBe(0);
});

test('the wire log shows what others say and hear too, masked, or only the page’s clients, or the chosen one', async () => {
  const { url, lab, page } = await openLab(browser());
  const an = await newMember(url, 'An');
  await lab.add();
  await lab.say('name');
  expect(await an.next()).toMatchObject({ datatype: 'register' });
  await an.ask({ data: 'send', content: 'bí mật' });
  await an.leave();
  await page.locator('[data-frame="out"] code', { hasText: /^CLOSE$/ }).waitFor();
  const whose = () =>
    lab.wire().evaluateAll((all) => [...new Set(all.map((line) => line.getAttribute('data-whose')))].sort());
  expect(await whose()).toEqual(['A', 'c1']);
  const said = page.locator('[data-whose="c1"] code');
  const texts = await said.allTextContents();
  expect(texts[0]).toMatch(/^\{"data":"name","name":"•[\w-]{6}"\}$/);
  expect(texts.join()).not.toContain('bí mật');
  const rules = page.locator('[data-whose="c1"] [data-rule]');
  expect(await rules.allTextContents()).toEqual(
    expect.arrayContaining(['P-NAME-1', 'P-NAME-2', 'P-EVT-1', 'P-SEND-1', 'P-SEND-2']),
  );
  await page.locator('#audience').selectOption('own');
  expect(await whose()).toEqual(['A']);
  await page.locator('#audience').selectOption('chosen');
  expect(await whose()).toEqual(['A']);
  await page.locator('#audience').selectOption('all');
  await page.locator('[data-actor="room"] .pick').click();
  await page.locator('#audience').selectOption('chosen');
  expect(await lab.wire().count()).toBe(0);
});

test('who reads above in the wire log is not torn away by what comes, and finds back to the newest', async () => {
  const { lab, page } = await openLab(browser());
  await lab.add();
  for (let count = 1; count <= 20; count++) await lab.say('get');
  await expect.poll(() => lab.wire().count()).toBe(40);
  const lines = page.locator('.lines');
  const place = () => lines.evaluate(({ scrollTop }) => scrollTop);
  const left = () =>
    lines.evaluate(({ scrollHeight, clientHeight, scrollTop }) => scrollHeight - clientHeight - scrollTop);
  await expect.poll(left).toBeLessThan(1);
  const toNewest = page.locator('.wire .newest');
  expect(await toNewest.count()).toBe(0);
  await lines.evaluate((element) => element.scrollTo({ top: 100 }));
  await toNewest.waitFor();
  const read = await lab.wire().nth(3).textContent();
  for (let count = 1; count <= 65; count++) await lab.say('get');
  // More than are shown otherwise.
  await expect.poll(() => lab.wire().count()).toBe(170);
  expect(await place()).toBe(100);
  expect(await lab.wire().nth(3).textContent()).toBe(read);
  await toNewest.click();
  await expect.poll(left).toBeLessThan(1);
  await expect.poll(() => lab.wire().count()).toBe(150);
  await lab.say('notJson');
  await expect.poll(() => lab.wire().last().textContent()).toContain('WrongFormatJSON');
  expect(await left()).toBeLessThan(1);
  expect(await toNewest.count()).toBe(0);
});

test('in the sequence no label is cut off, and what goes out or comes in stands before its lifeline', async () => {
  const { lab, page } = await openLab(browser());
  await lab.add();
  await lab.add();
  await lab.say('name');
  await page.locator('[data-client="A"] .pick').click();
  for (const button of ['notJson', 'get', 'wrongForm', 'name', 'send', 'tooLong', 'get'])
    await lab.say(button);
  await expect.poll(() => page.locator('[data-last]').getAttribute('data-flow')).toBe('get ✓');
  const wrong = () =>
    page.locator('svg.sequence[data-flows]').evaluate((picture) => {
      const edges = picture.getBoundingClientRect();
      const [lifeline = 0] = Array.from(
        picture.querySelectorAll('.life'),
        (line) => line.getBoundingClientRect().left,
      );
      return Array.from(picture.querySelectorAll('.flow'), (flow) => {
        const [text, arrow] = ['text', 'line'].map((part) =>
          flow.querySelector(part)?.getBoundingClientRect(),
        );
        if (text === undefined || arrow === undefined) return [];
        const isOuter = arrow.left < lifeline && arrow.right <= lifeline + 1;
        const isCut = Math.min(text.left, arrow.left) < edges.left || text.right > edges.right;
        return isCut || (isOuter && text.right > lifeline) ? [flow.getAttribute('data-flow')] : [];
      }).flat();
    });
  expect(await wrong()).toEqual([]);
  const width = () =>
    page
      .locator('svg.heads rect')
      .first()
      .evaluate((head) => head.getBoundingClientRect().width);
  const before = await width();
  await page.getByRole('button', { name: 'A+' }).click();
  await expect.poll(width).toBeCloseTo((before * 18) / 14, 0);
  expect(await wrong()).toEqual([]);
});

test('the chosen actor is in sight in the tree, and in the chart its state and how it got there', async () => {
  const { lab, page } = await openLab(browser());
  await lab.add();
  const isInSight = (chosen: string, room: string) =>
    page.evaluate(
      (selectors) => {
        const [inner, outer] = selectors.map((one) => document.querySelector(one)?.getBoundingClientRect());
        if (inner === undefined || outer === undefined) return false;
        const [x, y] = [inner.left + inner.width / 2, inner.top + inner.height / 2];
        return outer.left <= x && x <= outer.right && outer.top <= y && y <= outer.bottom;
      },
      [chosen, room],
    );
  await expect.poll(() => isInSight('.tree [aria-current]', '.tree .scroll')).toBe(true);
  await page.locator('[data-side="faults"]').click();
  await expect.poll(() => isInSight('.tree [aria-current]', '.tree .scroll')).toBe(true);
  await page.locator('[data-side="clients"]').click();
  for (const [button, lit] of [
    ['name', 'settled [isNamed] / hold'],
    ['send', 'settled'],
    ['name', 'settled / hold'],
    ['close', 'hangup'],
  ] as const) {
    await lab.say(button);
    await expect.poll(() => lab.lit(), { message: button }).toEqual([lit]);
    for (const shown of ['[data-live="here"] > rect', '.edge[data-fired="now"] > rect'])
      await expect
        .poll(() => isInSight(shown, '.chart .frame'), { message: `${button} ${shown}` })
        .toBe(true);
  }
});

test('P-EVT-4: pings and pongs stand in the wire log, which a page’s own client never sees', async () => {
  const { lab, page } = await openLab(browser(), {}, { pingInterval: 0.5 });
  await lab.add();
  await page.locator('[data-whose="A"][data-frame="in"]', { hasText: /PING/ }).first().waitFor();
  await page.locator('[data-whose="A"][data-frame="out"]', { hasText: /PONG/ }).first().waitFor();
  const rule = page
    .locator('[data-whose="A"][data-frame="out"]', { hasText: /PONG/ })
    .first()
    .locator('[data-rule]');
  expect(await rule.allTextContents()).toEqual(['P-EVT-4']);
});

test('a recording that is exported and imported gives the same picture, in another page too', async () => {
  const { lab, page, inspector } = await openLab(browser());
  await lab.add();
  await lab.say('name');
  await lab.add();
  await lab.say('name');
  await lab.say('send');
  await expect.poll(() => lab.wire().count()).toBe(8);
  await page.locator('#pause').click();
  const picture = await lab.picture();
  const file = await lab.exported();
  expect(JSON.parse(await readFile(file, 'utf8'))).toMatchObject({
    format: 'classic-chatbox-lab',
    version: 1,
  });
  await page.locator('#live').click();
  await lab.say('close');
  await expect.poll(() => lab.state()).toBe('closed');
  await page.locator('#file').setInputFiles(file);
  await page.locator('.page[data-mode="replay"]').waitFor();
  expect(await lab.picture()).toEqual(picture);
  await page.locator('#place').fill('5');
  await page.locator('#place').fill(`${await page.locator('#place').getAttribute('max')}`);
  expect(await lab.picture()).toEqual(picture);
  const other = await page.context().newPage();
  await other.goto(inspector);
  await other.locator('#file').setInputFiles(file);
  await other.locator('.page[data-mode="replay"]').waitFor();
  const otherLab = new Lab(other);
  expect(await otherLab.picture()).toEqual(picture);
  await page.locator('#live').click();
  await expect.poll(() => lab.state()).toBe('closed');
});

test('how much of a burst was skipped is said, and a recording keeps it, the frames of others, and pings', async () => {
  const { url, lab, page, inspector } = await openLab(browser(), {}, { pingInterval: 0.5 });
  const skipped = (of: Page) => of.locator('.skipped').allTextContents();
  await lab.add();
  await lab.say('name');
  const an = await newMember(url, 'An');
  expect(await skipped(page)).toEqual([]);
  for (let number = 0; number < 1000; number++) an.say({ data: 'nothing' });
  await expect.poll(() => skipped(page)).toEqual([expect.stringMatching(/^\d+ events, \d+ frames skipped$/)]);
  await page.locator('[data-whose="c2"] code', { hasText: 'UnknownType' }).first().waitFor();
  for (const beat of ['PING', 'PONG'])
    await page.locator('[data-whose="A"] code', { hasText: beat }).first().waitFor();
  await page.locator('#pause').click();
  await page.locator('.page[data-mode="paused"]').waitFor();
  const shown = [await lab.picture(), await skipped(page)];
  const file = await lab.exported();
  const other = await page.context().newPage();
  await other.goto(inspector);
  await other.locator('#file').setInputFiles(file);
  await other.locator('.page[data-mode="replay"]').waitFor();
  expect([await new Lab(other).picture(), await skipped(other)]).toEqual(shown);
});

test('what a watcher was told is a recording too, and what is none is refused in words', async () => {
  const { url, lab, page, watcher } = await openLab(browser());
  const an = await newMember(url, 'An');
  await an.ask({ data: 'send', content: 'một' });
  await watcher.sees(({ event }) => event?.type === 'send');
  const folder = await newFolder();
  await writeFile(join(folder, 'told.json'), `[${watcher.texts.join()}]`);
  await page.locator('#file').setInputFiles(join(folder, 'told.json'));
  await page.locator('.page[data-mode="replay"]').waitFor();
  await page.locator('[data-actor="c1"] .pick').click();
  await expect.poll(() => lab.state()).toMatch(/^registered\./);
  await writeFile(join(folder, 'bad.json'), '[{"type":"@xstate.actor"}]');
  await page.locator('#file').setInputFiles(join(folder, 'bad.json'));
  await expect.poll(() => page.getByRole('alert').textContent()).toBe('This file is not a recording.');
});

test('a pause holds the view and not the server; slow motion catches up step by step', async () => {
  const { url, lab, page } = await openLab(browser());
  await lab.add();
  await page.locator('.page').click({ position: { x: 2, y: 715 } });
  await page.keyboard.press(' ');
  await page.locator('.page[data-mode="paused"]').waitFor();
  await lab.say('name');
  const an = await newMember(url, 'An');
  expect(await an.ask({ data: 'get' })).toMatchObject({ data: { online: ['Lab A', 'An'] } });
  expect(await lab.state()).toBe('unregistered.idle');
  await page.locator('#pace').selectOption('5');
  await page.locator('#pause').click();
  await page.locator('.page[data-mode="slow"]').waitFor();
  await expect.poll(() => lab.state(), { timeout: 10_000 }).toBe('unregistered.claiming');
  await expect.poll(() => lab.state(), { timeout: 10_000 }).toBe('registered.idle');
  await page.locator('#live').click();
  await page.locator('.page[data-mode="live"]').waitFor();
});

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

test('who knows the token gets nothing in a page of another origin, nor under another name of this machine', async () => {
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

test('the language is the browser’s, can be changed, and stays changed', async () => {
  const { lab, page } = await openLab(browser(), { locale: 'vi-VN' });
  await lab.add();
  await page.getByRole('heading', { name: 'Sơ đồ trạng thái' }).waitFor();
  expect(await page.locator('html').getAttribute('lang')).toBe('vi');
  await page.locator('button[data-lang="en"]').click();
  await page.getByRole('heading', { name: 'Statechart' }).waitFor();
  await page.reload();
  await page.getByRole('heading', { name: 'Statechart' }).waitFor();
});

test('everything can be done from the keyboard', async () => {
  const { lab, page } = await openLab(browser());
  await page.keyboard.press('n');
  await page.locator('[data-client="A"][data-status="open"]').waitFor();
  await expect.poll(() => page.locator('[data-chosen]').textContent()).toBe('c1');
  await page.getByRole('textbox', { name: 'Nickname' }).focus();
  await page.keyboard.press('ControlOrMeta+a');
  await page.keyboard.type('n 0 / -');
  await page.keyboard.press('Enter');
  await expect.poll(() => lab.state()).toBe('registered.idle');
  expect(await page.locator('[data-client="A"] bdi').textContent()).toBe('n 0 / -');
  await page.evaluate(() => (document.activeElement as HTMLElement).blur());
  await page.keyboard.press('0');
  expect(await page.locator('#zoom-fit').getAttribute('aria-pressed')).toBe('true');
  await page.keyboard.press('ArrowLeft');
  await page.locator('.page[data-mode="paused"]').waitFor();
  await page.keyboard.press('/');
  expect(await page.evaluate(() => document.activeElement?.id)).toBe('search');
  await page.locator('#place').focus();
  await page.keyboard.press(' ');
  await page.locator('.page[data-mode="live"]').waitFor();
});

test.each([
  ['light', 1280, 'en'],
  ['dark', 1280, 'vi'],
  ['dark', 1920, 'en'],
  ['light', 400, 'vi'],
] as const)('axe-core finds nothing on the page, %s, %i px, %s', async (colorScheme, width, locale) => {
  const options = { colorScheme, locale, viewport: { width, height: 720 }, bypassCSP: true };
  const { lab, page } = await openLab(browser(), options);
  await lab.add();
  await lab.say('name');
  await lab.add();
  await lab.say('wrongForm');
  await expect.poll(() => lab.wire().count()).toBe(4);
  await page.locator('[data-rule]').first().click();
  expect(await violationsOf(page)).toEqual([]);
  await page.locator('[data-side="faults"]').click();
  await page.locator('[data-fault="claims"] button').click();
  await page.locator('[data-fault="claims"]:has([data-result="met"]):not([data-running])').waitFor();
  await page.locator('#pause').click();
  expect(await violationsOf(page)).toEqual([]);
  const overflow = await page.evaluate(() => document.documentElement.scrollWidth - window.innerWidth);
  expect(overflow).toBeLessThanOrEqual(0);
});
