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
  await page.locator('[data-why="send"]').waitFor();
  const guard = page.locator('[data-way="refused"] > [data-guard="isContent"]');
  await expect.poll(() => guard.textContent()).toContain('isContent = false: 5000 characters, at most 100');
  const ways = page.locator('[data-candidate]');
  await expect
    .poll(() => ways.evaluateAll((all) => all.map((one) => (one as HTMLElement).dataset['way'])))
    .toEqual(['refused', 'refused', 'taken']);
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
