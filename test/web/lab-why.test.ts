import { readFile } from 'node:fs/promises';
import { expect, test } from 'vitest';
import { useBrowser } from '../helpers/browser.ts';
import { openLab } from '../helpers/lab.ts';

const browser = useBrowser();

test('P-SEND-1: a refusal is explained beside the edges that were not taken, in numbers, with the rule in reach', async () => {
  const { lab, page } = await openLab(browser());
  await lab.add();
  await lab.say('name');
  await expect.poll(() => lab.state()).toBe('registered.idle');
  await lab.say('tooLong');
  await page.locator('[data-why="send"] > summary').click();
  const guard = page.locator('[data-way="refused"] > [data-guard="isContent"]');
  await expect.poll(() => guard.textContent()).toContain('isContent = false: 5000 characters, at most 100');
  const ways = page.locator('[data-candidate]');
  await expect
    .poll(() => ways.evaluateAll((all) => all.map((one) => (one as HTMLElement).dataset['way'])))
    .toEqual(['refused', 'refused', 'taken']);
  const beside = page.locator('[data-beside]');
  await expect
    .poll(() => beside.allTextContents())
    .toEqual(['✗', '✗ isContent = false: 5000 characters, at most 100']);
  await guard.locator('summary').click();
  await guard.getByText('Content has 1 to 100 characters').waitFor();

  // What people wrote is masked, what it has changed is marked.
  expect(await page.locator('[data-payload="content"]').textContent()).toMatch(/^•/);
  await lab.say('send');
  await page.locator('[data-why="settled"]').waitFor();
  const changed = page.locator('[data-changed]');
  await expect.poll(() => changed.allTextContents()).toEqual(['underWay (changed)10']);

  // A recording says the same as what was seen live.
  const recording = JSON.parse(await readFile(await lab.exported(), 'utf8'));
  const told = recording.entries.map((entry: { told?: { why?: object } }) => entry.told?.why).filter(Boolean);
  expect(told.length).toBeGreaterThan(2);
});

test('a history forks at a step: both futures stand side by side, and what cannot be judged again is said', async () => {
  const { lab, page } = await openLab(browser());
  await lab.add();
  await lab.say('name');
  await expect.poll(() => lab.state()).toBe('registered.idle');
  await lab.say('send');
  const changed = page.locator('[data-changed]');
  await expect.poll(() => changed.allTextContents()).toEqual(['underWay (changed)10']);
  await page.locator('[data-flow="name"]').click();
  await page.locator('[data-mode="paused"]').first().waitFor();
  await page.locator('#forward-of-chosen').click();
  await page.locator('[data-why="name"] > summary').focus();
  await page.keyboard.press('Enter');

  // By keyboard only: open it, leave the name out, close it.
  await page.locator('#fork').focus();
  await page.keyboard.press('Enter');
  await page.locator('[data-fork="name"]').waitFor();
  await page.locator('#instead').focus();
  await page.keyboard.press('Home');
  const future = (column: number) =>
    page.locator(`.futures tbody td:nth-child(${column}) [data-leaf]`).allTextContents();
  const refused = 'unregistered.idle';
  await expect.poll(() => future(3)).toEqual([refused, refused, refused, refused]);
  expect(await future(2)).toEqual([
    'unregistered.claiming',
    'registered.idle',
    'registered.sending',
    'registered.idle',
  ]);
  expect(await page.locator('[data-differs]').count()).toBe(4);
  await page.getByText('"reason":"UnknownRegister"').waitFor();
  await page.getByText('here nothing was asked that it could answer').first().waitFor();

  // Another frame in its place is read as the server reads it.
  await page.locator('#instead').selectOption('frame');
  await page.locator('#fork-frame').fill('{"data":"name","name":"Bình"}');
  await page.getByText('It is assumed to say yes').waitFor();
  expect((await future(3)).slice(0, 2)).toEqual(['unregistered.claiming', 'registered.idle']);
  await page.keyboard.press('Escape');
  await page.locator('.forking').waitFor({ state: 'hidden' });
});
