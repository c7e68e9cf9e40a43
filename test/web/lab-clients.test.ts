import { readFile } from 'node:fs/promises';
import { expect, onTestFinished, test } from 'vitest';
import { WebSocket } from 'ws';
import { useBrowser } from '../helpers/browser.ts';
import { newMember } from '../helpers/client.ts';
import { openLab } from '../helpers/lab.ts';

const browser = useBrowser();

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

test('the fields of a client keep their text when another is chosen, or the faults are shown', async () => {
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

test('P-RES-2, P-RES-3: a client with a secret that drops is waited for and comes back, and nobody else notices', async () => {
  const { url, lab, page } = await openLab(browser());
  const an = await newMember(url, 'An');
  await lab.add();
  await page.getByRole('checkbox', { name: /^resume/ }).check();
  await lab.say('name');
  await expect.poll(() => lab.state()).toBe('registered.idle');
  expect(await an.next()).toMatchObject({ datatype: 'register', name: 'Lab A' });
  await lab.say('drop');
  await expect.poll(() => lab.state()).toBe('registered.lost');
  await page.locator('[data-client="A"][data-status="closed"]').waitFor();
  const actor = page.locator('[data-actor="c2"]');
  expect([await actor.getAttribute('data-leaf'), await actor.locator('.note').textContent()]).toEqual([
    'registered.lost',
    'waiting',
  ]);
  await lab.say('comeBack');
  await expect.poll(() => page.locator('[data-chosen]').textContent()).toBe('c3');
  await expect.poll(() => lab.state()).toBe('registered.idle');
  await page.locator('[data-client="B"] bdi', { hasText: 'Lab A' }).waitFor();
  await page.locator('[data-client="A"] .leaf', { hasText: 'c2 closed' }).waitFor();
  expect(await an.pending()).toEqual([]);
  // No secret is in a recording, neither as the client was told it nor as it offered it.
  const recording = await readFile(await lab.exported(), 'utf8');
  const secrets = [...recording.matchAll(/resume\\?":\s*\\?"?([^"\\,}]*)/g)].map(([, shown]) => shown);
  expect(new Set(secrets.map((shown) => shown?.replace(/^\*+$/, '*')))).toEqual(new Set(['true', '*', '•']));
  await lab.say('close');
  expect(await an.next()).toMatchObject({ datatype: 'leave', name: 'Lab A' });
});

test('a client without a secret that drops leaves at once', async () => {
  const { url, lab } = await openLab(browser());
  const an = await newMember(url, 'An');
  await lab.add();
  await lab.say('name');
  expect(await an.next()).toMatchObject({ datatype: 'register' });
  await lab.say('drop');
  expect(await an.next()).toMatchObject({ datatype: 'leave' });
  await expect.poll(() => lab.state()).toBe('closed');
  expect(await lab.lit()).toEqual(['lost']);
});

test('a client sends three messages at once', async () => {
  const { url, lab } = await openLab(browser());
  const an = await newMember(url, 'An');
  await lab.add();
  await lab.say('name');
  expect(await an.next()).toMatchObject({ datatype: 'register' });
  await lab.say('three');
  for (let got = 0; got < 3; got++)
    expect(await an.next()).toMatchObject({ datatype: 'message', name: 'Lab A' });
  await expect.poll(() => lab.lit()).toEqual(['settled [isLast] / countSettled']);
});

test('with 2,000 connections under traffic the tree lists some, counts all, finds any, and clients go on', async () => {
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
  await page.getByRole('button', { name: 'Actors in connections' }).click();
  expect(await page.locator('[data-machine="connection"]').count()).toBe(0);
  clearInterval(traffic);
  for (const socket of sockets) socket.terminate();
  await page.getByRole('button', { name: 'Actors in connections' }).click();
  await expect.poll(() => page.locator('[data-machine="connection"]').count(), { timeout: 20_000 }).toBe(1);
});
