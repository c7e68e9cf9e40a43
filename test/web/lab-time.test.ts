import { readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import type { Page } from 'playwright-core';
import { expect, test } from 'vitest';
import { useBrowser } from '../helpers/browser.ts';
import { newMember } from '../helpers/client.ts';
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
