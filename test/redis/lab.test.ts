/** The lab of one of several processes that share the room. */
import type { BrowserContextOptions, Page } from 'playwright-core';
import { expect, test } from 'vitest';
import { useBrowser, violationsOf } from '../helpers/browser.ts';
import { newMember } from '../helpers/client.ts';
import { type Node, newCluster } from '../helpers/cluster.ts';
import { openLab, openLabAt } from '../helpers/lab.ts';
import { sharedRedis } from '../helpers/redis.ts';

const browser = useBrowser();
const redis = sharedRedis();

/** Starts two processes, and opens the lab of the first. */
async function start(options: BrowserContextOptions = {}) {
  const args = ['--lease', '1', '--inspect', '--inspect-port', '0'];
  const { nodes } = await newCluster(await redis(), { args });
  const [here, there] = nodes as [Node, Node];
  return { here, there, ...(await openLabAt(browser(), await here.process.inspector(), options)) };
}

/** Where those online are, from first to last. */
const places = (page: Page) =>
  page.locator('[data-member]').evaluateAll((all) => all.map((one) => one.dataset['where']));

const nodeOf = (page: Page) => page.locator('[data-process]').getAttribute('data-node');

test('the lab says which process it shows, and shows the life of its ledger', async () => {
  const { here, page, lab } = await start();
  const said = page.locator('[data-process]');
  const { pid } = here.process.child;
  const [joined = ''] = await here.process.linesWith('joined the room in Redis as');
  const node = /in Redis as ([\w-]+)/.exec(joined)?.[1];
  await expect.poll(() => nodeOf(page)).toBe(node);
  expect(await said.textContent()).toBe(`Process ${pid}, ${new URL(here.url).host} in the room as ${node}`);
  await page.locator('[data-actor="redis"] .pick').click();
  await page.locator('[data-chart="ledger"]').waitFor();
  expect(await lab.state()).toBe('ready');
});

test('members of other processes are shown as elsewhere: among those online, and in the sequence', async () => {
  const { here, there, page, lab } = await start();
  await lab.add();
  await page.getByRole('textbox', { name: 'Nickname' }).fill('An');
  await lab.say('name');
  await expect.poll(() => places(page)).toEqual(['c1']);
  const binh = await newMember(there.url, 'Bình');
  await newMember(here.url, 'Chi');
  await expect.poll(() => places(page)).toEqual(['c1', 'elsewhere', 'c2']);
  await page.locator('.online').getByText('Online: 3, of them 1 elsewhere').waitFor();
  await binh.ask({ data: 'send', content: 'xin chào' });
  await page.locator('[data-flow="stretch: registered elsewhere"]').waitFor();
  await page.locator('[data-flow="stretch: posted elsewhere"]').waitFor();
  expect(await page.locator('.tree').textContent()).not.toContain('Bình');
  const file = await lab.exported();
  await binh.leave();
  await expect.poll(() => places(page)).toEqual(['c1', 'c2']);
  await page.locator('input[type="file"]').setInputFiles(file);
  await expect.poll(() => places(page)).toEqual(['c1', 'elsewhere', 'c2']);
});

test('the lab says so in Vietnamese too, and axe-core finds nothing', async () => {
  const { there, page } = await start({ locale: 'vi-VN', bypassCSP: true });
  await newMember(there.url, 'Bình');
  await page.locator('[data-flow="stretch: registered ở nơi khác"]').waitFor();
  await page.locator('.online').getByText('Đang có mặt: 1, trong đó 1 ở nơi khác').waitFor();
  expect(await page.locator('[data-process]').textContent()).toMatch(
    /^Tiến trình \d+, .* trong phòng với tên /,
  );
  expect(await violationsOf(page)).toEqual([]);
  await page.locator('[data-side="faults"]').click();
  await page.getByText('Ở đây không làm được: Redis giữ phòng').waitFor();
  expect(await violationsOf(page)).toEqual([]);
});

test('the fault hang: the process loses its place, others see its members leave once, and it goes on', async () => {
  const { here, there, page } = await start();
  const witness = await newMember(there.url, 'witness');
  const an = await newMember(here.url, 'An');
  await expect.poll(() => places(page)).toEqual(['elsewhere', 'c1']);
  const before = await nodeOf(page);
  await page.locator('[data-side="faults"]').click();
  const article = page.locator('[data-fault="hang"]');
  await article.getByText('Here that is 3 s.').waitFor();
  await article.getByRole('button').click();
  await page.locator('[data-fault="hang"][data-running]').waitFor();
  await page.locator('[data-fault="hang"]:not([data-running])').waitFor({ timeout: 90_000 });
  expect(await article.locator('.refusal').allTextContents()).toEqual([]);
  const results = await article
    .locator('[data-result]')
    .evaluateAll((all) => all.map((one) => one.dataset['result']));
  // How soon the witness sees the leave depends on how busy this machine is.
  expect(results.toSpliced(1, 1)).toEqual(['met', 'met', 'met', 'met']);
  expect(await article.locator('[data-outcome]').textContent()).toMatch(/This time: after \d+\.\d s\./);
  expect(await an.closed()).toBe(1012);
  expect(await nodeOf(page)).not.toBe(before);
  await page.locator('[data-chart="ledger"] [data-live="here"][data-state="ready"]').waitFor();
  await expect.poll(() => places(page)).toEqual(['elsewhere']);
  const seen: string[] = [];
  // That of the fault leaves when its process hangs, and its heir at the end.
  while (seen.filter((event) => event.startsWith('leave Victim')).length < 2) {
    const { datatype, name } = await witness.next();
    seen.push(`${datatype} ${name}`);
  }
  expect(seen.filter((event) => event === 'leave An')).toHaveLength(1);
  expect(await witness.pending()).toEqual([]);
});

test('a fault that is not possible here says why, and cannot be caused', async () => {
  const { page: shared } = await start();
  const { page: alone } = await openLab(browser());
  for (const [page, fault, hindrance, why] of [
    [shared, 'disk', 'inRedis', 'Not possible here: Redis keeps the room'],
    [alone, 'hang', 'inFile', 'Not possible here: a room in a file has one process'],
  ] as const) {
    await page.locator('[data-side="faults"]').click();
    const article = page.locator(`[data-fault="${fault}"]`);
    expect(await article.locator(`[data-hindrance="${hindrance}"]`).textContent()).toContain(why);
    expect(await article.getByRole('button').isDisabled()).toBe(true);
    expect(await article.locator('[data-result]').count()).toBe(0);
    expect(await page.locator('[data-hindrance]').count()).toBe(1);
  }
  expect(await alone.locator('[data-process], .online').count()).toBe(0);
});
