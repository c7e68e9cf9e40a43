import { expect, test } from 'vitest';
import { useBrowser } from '../helpers/browser.ts';
import { newMember } from '../helpers/client.ts';
import { until } from '../helpers/gate.ts';
import { openLab } from '../helpers/lab.ts';
import { newWatcher } from '../helpers/watcher.ts';

const browser = useBrowser();

// The others are run in the lessons, all points met (guide-lessons.test.ts).
test.each([
  ['slow', 3, { maxBuffered: 65_536 }],
  ['comeBack', 4, {}],
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

test('where no nickname waits for its peer, nobody comes back, and the fault says so', async () => {
  const { page } = await openLab(browser(), {}, { resumeSeconds: 0 });
  await page.locator('[data-side="faults"]').click();
  const results = page.locator('[data-fault="comeBack"] [data-result]');
  await page.locator('[data-fault="comeBack"] button').click();
  await page.locator('[data-fault="comeBack"][data-running]').waitFor();
  await page.locator('[data-fault="comeBack"]:not([data-running])').waitFor();
  // Whether the rival was quick enough to take the nickname decides about the other two.
  for (const index of [1, 2]) expect(await results.nth(index).getAttribute('data-result')).toBe('failed');
});

test('a disk that another lab has filled is shown as such, and the fault waits until both have freed it', async () => {
  const { page, inspector } = await openLab(browser());
  const warning = page.locator('.warning');
  const other = await newWatcher(inspector);
  other.socket.send('{"do":"fill"}');
  await expect.poll(() => warning.textContent()).toContain('A lab has filled the disk.');
  await page.locator('[data-side="faults"]').click();
  const article = page.locator('[data-fault="disk"]');
  await article.getByRole('button').click();
  // The other one's order, and both of the fault's.
  await until(() => other.seen.filter(({ type }) => type === '@chat.disk').length === 3);
  await article.locator('[data-result="met"]').nth(2).waitFor();
  expect(await article.locator('[data-result="waiting"]').count()).toBe(1);
  other.socket.close();
  await page.locator('[data-fault="disk"]:not([data-running])').waitFor();
  expect(await article.locator('[data-result="met"]').count()).toBe(4);
  await warning.waitFor({ state: 'detached' });
});

test('a peer keeps its place among those online, whoever else comes and goes meanwhile', async () => {
  const { url, page } = await openLab(browser());
  const an = await newMember(url, 'An');
  await page.locator('[data-side="faults"]').click();
  const article = page.locator('[data-fault="comeBack"]');
  await article.getByRole('button').click();
  // The rival has asked for the nickname: from now on the peer is away for a while.
  await article.locator('[data-result="met"]').waitFor();
  await newMember(url, 'Bình');
  await an.leave();
  await page.locator('[data-fault="comeBack"]:not([data-running])').waitFor();
  expect(await article.locator('[data-result="met"]').count()).toBe(4);
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
