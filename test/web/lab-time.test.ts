import { readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import type { Page } from 'playwright-core';
import { expect, test } from 'vitest';
import { useBrowser } from '../helpers/browser.ts';
import { newMember } from '../helpers/client.ts';
import { until } from '../helpers/gate.ts';
import { Lab, openLab } from '../helpers/lab.ts';
import { newFolder } from '../helpers/server.ts';

const browser = useBrowser();

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
  await page.locator('#pings').check();
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
  await other.locator('#pings').check();
  await other.locator('.wire code', { hasText: 'PONG' }).first().waitFor();
  expect([await new Lab(other).picture(), await skipped(other)]).toEqual(shown);
});

test('the events of a watcher are a recording too, and other files are refused in words', async () => {
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

test('after many beats one step back leads to what was said last, unless pings are shown', async () => {
  const { lab, page, watcher } = await openLab(browser(), {}, { pingInterval: 0.5 });
  await lab.add();
  await lab.say('name');
  await expect.poll(() => lab.state()).toBe('registered.idle');
  await lab.say('send');
  await expect.poll(() => lab.wire().last().textContent()).toContain('"type":"send"');
  const isPong = ({ kind }: { kind?: string }) => kind === 'pong';
  const already = watcher.seen.filter(isPong).length;
  await until(() => watcher.seen.filter(isPong).length >= already + 3);
  expect(await lab.wire().filter({ hasText: /ping/i }).count()).toBe(0);
  expect(await page.locator('.flow').filter({ hasText: /ping/i }).count()).toBe(0);
  const place = async () => Number(await page.locator('.place').getAttribute('data-count'));
  let presses = 0;
  while ((await lab.state()) !== 'registered.sending') {
    const before = await place();
    await page.locator('#back').click();
    await expect.poll(place).toBeLessThan(before);
    presses++;
  }
  expect(presses).toBeLessThan(12);
  await page.locator('#live').click();
  await page.locator('.page[data-mode="live"]').waitFor();
  await page.keyboard.press('p');
  await page.locator('#pings:checked').waitFor();
  await lab.wire().filter({ hasText: 'PONG' }).first().waitFor();
  await page.locator('.flow[data-flow="PONG"]').first().waitFor();
});

test('from event to event of the chosen actor, by button and by key', async () => {
  const { lab, page } = await openLab(browser());
  await lab.add();
  await lab.say('name');
  await expect.poll(() => lab.state()).toBe('registered.idle');
  await lab.add();
  await lab.say('name');
  await expect.poll(() => page.locator('[data-client="B"] .leaf').textContent()).toBe('c2 registered.idle');
  await page.locator('[data-actor="c1"] .pick').click();
  await expect.poll(() => page.locator('[data-chosen]').textContent()).toBe('c1');
  const event = () => page.locator('[data-last-event]').textContent();
  expect(await event()).toBe('settled');
  // Many things have happened since, but none of them to this actor.
  await page.getByRole('button', { name: 'Previous event of this actor' }).click();
  await page.locator('.page[data-mode="paused"]').waitFor();
  expect(await event()).toBe('settled');
  expect(await page.locator('[data-actor="c2"]').count()).toBe(0);
  await page.locator('body').press('Shift+ArrowLeft');
  await expect.poll(event).toBe('name');
  expect(await lab.state()).toBe('unregistered.claiming');
  await page.getByRole('button', { name: 'Next event of this actor' }).click();
  await expect.poll(event).toBe('settled');
});

test('an arrow and a line lead to their moment, by click and by key', async () => {
  const { lab, page } = await openLab(browser());
  await lab.add();
  await lab.say('name');
  await expect.poll(() => lab.state()).toBe('registered.idle');
  await lab.say('get');
  await expect.poll(() => lab.wire().count()).toBe(4);
  await page.locator('.flow[data-flow="claim"]').click();
  await page.locator('.page[data-mode="paused"]').waitFor();
  const last = () => page.locator('[data-last]').getAttribute('data-flow');
  expect(await last()).toBe('claim');
  expect(await lab.state()).toMatch(/^unregistered\./);
  await page.locator('.flow[data-flow="claim"]').press('ArrowUp');
  await page.locator('.flow[data-flow="name"]:focus').press('Enter');
  await expect.poll(last).toBe('name');
  await page.locator('#live').click();
  await expect.poll(() => lab.wire().count()).toBe(4);
  await lab.wire().nth(1).locator('code').click();
  await expect.poll(() => lab.wire().count()).toBe(2);
  expect(await page.locator('[data-client="A"] bdi').textContent()).toBe('Lab A');
  await lab.wire().nth(1).locator('.moment').press('ArrowUp');
  await lab.wire().first().locator('.moment:focus').press('Enter');
  await expect.poll(() => lab.wire().count()).toBe(1);
  await page.locator('#live').click();
  // A rule's link opens the rule, and nothing else.
  await page.locator('[data-rule="P-NAME-2"]').click();
  await page.locator('[data-rule-text="P-NAME-2"]').waitFor();
  expect(await page.locator('.page').getAttribute('data-mode')).toBe('live');
});
