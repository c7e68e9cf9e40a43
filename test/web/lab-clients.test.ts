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
  await page.getByRole('button', { name: 'Actors in connections' }).click();
  expect(await page.locator('[data-machine="connection"]').count()).toBe(0);
  clearInterval(traffic);
  for (const socket of sockets) socket.terminate();
  await page.getByRole('button', { name: 'Actors in connections' }).click();
  await expect.poll(() => page.locator('[data-machine="connection"]').count(), { timeout: 20_000 }).toBe(1);
});
