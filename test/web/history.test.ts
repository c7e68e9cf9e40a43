import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { openChat, useBrowser, violationsOf } from '../helpers/browser.ts';
import { newMember } from '../helpers/client.ts';
import { newFolder, newServer } from '../helpers/server.ts';

const browser = useBrowser();

async function newLongServer(length: number) {
  const data = join(await newFolder(), 'data.json');
  const lines = Array.from({ length }, (_, position) =>
    JSON.stringify({
      name: `người ${position % 7}`,
      content: position % 10 === 0 ? `tin ${position}\nhai dòng ${'dài '.repeat(12)}` : `tin ${position}`,
      timestamp: '22/11/2026 10/0600',
    }),
  );
  await writeFile(data, `[${lines.join('\n,')}\n]`);
  return newServer({ data, maxContent: 4000 });
}

test('P-GET-2: the newest of a hundred thousand messages are there at first, and older ones come on scrolling up, without a jump', async () => {
  const { url } = await newLongServer(100_000);
  const { page, chat } = await openChat(browser(), url);
  await chat.join('An');
  await chat.sees('tin 99999');
  const seen = new Set<number>();
  for (let turns = 0; turns < 400 && !seen.has(99_400); turns++) {
    const before = await visible(page);
    for (const position of before.keys()) seen.add(position);
    await chat.log.hover();
    await page.mouse.wheel(0, -450);
    await settled(page);
    const after = await visible(page);
    for (const position of after.keys()) seen.add(position);
    // Whatever was loaded above, what stays on the screen moves by what was scrolled and keeps its order and distances.
    const shifts = shiftsBetween(before, after);
    expect(shifts.length).toBeGreaterThan(0);
    for (const shift of shifts) expect(Math.abs(shift - 450)).toBeLessThan(2);
  }
  const all = [...seen].sort((one, other) => one - other);
  expect(all[0]).toBeLessThanOrEqual(99_400);
  expect(all).toEqual(Array.from({ length: all.length }, (_, index) => (all[0] ?? 0) + index));
  expect(await page.locator('[data-row]').count()).toBeLessThan(150);
  await page.getByRole('button', { name: /Newest messages/ }).click();
  await chat.sees('tin 99999');
});

test('the messages being read stay in place when others talk, and the button leads to the newest', async () => {
  const { url } = await newLongServer(500);
  const { page, chat } = await openChat(browser(), url);
  await chat.join('An');
  await chat.sees('tin 499');
  await chat.log.hover();
  await page.mouse.wheel(0, -1500);
  await page.getByRole('button', { name: /Newest messages/ }).waitFor();
  await settled(page);
  const before = await visible(page);
  const binh = await newMember(url, 'Bình');
  for (let number = 0; number < 5; number++) await binh.ask({ data: 'send', content: `mới ${number}` });
  await expect.poll(() => page.getByRole('button', { name: /Newest messages/ }).textContent()).toMatch(/5/);
  const after = await visible(page);
  expect([...after.keys()]).toEqual([...before.keys()]);
  for (const shift of shiftsBetween(before, after)) expect(Math.abs(shift)).toBeLessThan(2);
  await page.getByRole('button', { name: /Newest messages/ }).click();
  await chat.sees('mới 4');
  await page.getByRole('button', { name: /Newest messages/ }).waitFor({ state: 'detached' });
  await binh.ask({ data: 'send', content: 'mới 5' });
  await chat.sees('mới 5');
});

/** By how much each message moved that is on the screen before and after. */
function shiftsBetween(before: Map<number, number>, after: Map<number, number>): number[] {
  return [...before].flatMap(([position, top]) => {
    const now = after.get(position);
    return now === undefined ? [] : [now - top];
  });
}

test('the end stays in view while the composer grows line by line, and new messages are seen', async () => {
  const { url } = await newLongServer(200);
  const { page, chat } = await openChat(browser(), url);
  await chat.join('An');
  await chat.sees('tin 199');
  const binh = await newMember(url, 'Bình');
  await chat.notice('Bình').waitFor();
  for (let line = 0; line < 6; line++) {
    await chat.composer.press('x');
    await chat.composer.press('Shift+Enter');
    await settled(page);
  }
  expect(await toEnd(page)).toBeLessThan(2);
  expect(await page.getByRole('button', { name: /Newest messages/ }).count()).toBe(0);
  await binh.ask({ data: 'send', content: 'thấy không?' });
  await chat.sees('thấy không?');
  await settled(page);
  expect(await toEnd(page)).toBeLessThan(2);
});

test('the End key goes to the end at once', async () => {
  const { url } = await newLongServer(400);
  const { page, chat } = await openChat(browser(), url);
  await chat.join('An');
  await chat.sees('tin 399');
  await chat.log.hover();
  await page.mouse.wheel(0, -4000);
  await page.getByRole('button', { name: /Newest messages/ }).waitFor();
  await settled(page);
  await chat.log.focus();
  await page.keyboard.press('End');
  await settled(page);
  expect(await toEnd(page)).toBeLessThan(2);
  await chat.sees('tin 399');
});

test('the day of what is read stands at the top, wherever that is', async () => {
  const data = join(await newFolder(), 'data.json');
  const days = Array.from({ length: 200 }, (_, position) => ({
    name: 'Bình',
    content: `tin ${position}`,
    timestamp: `${position < 100 ? 20 : 21}/11/2026 10/0600`,
  }));
  await writeFile(data, JSON.stringify(days));
  const { url } = await newServer({ data });
  const { page, chat } = await openChat(browser(), url);
  await chat.join('An');
  await chat.sees('tin 199');
  const day = page.locator('.day');
  await expect.poll(() => day.textContent()).toBe('Saturday, 21 November 2026');
  await chat.log.focus();
  for (let top = false; !top; ) {
    await page.keyboard.press('Home');
    await settled(page);
    top = (await chat.log.locator('[data-row="beginning"]').count()) > 0;
  }
  await page.keyboard.press('Home');
  // Here the day has its own line in view.
  await day.waitFor({ state: 'detached' });
  expect(await chat.log.locator('.divider').nth(1).textContent()).toBe('Friday, 20 November 2026');
  await page.keyboard.press('PageDown');
  await expect.poll(() => day.textContent()).toBe('Friday, 20 November 2026');
});

test('many who come and go are one line, which unfolds with the keyboard and stays so', async () => {
  const { url } = await newServer();
  const { page, chat } = await openChat(browser(), url, { bypassCSP: true });
  await chat.join('An');
  for (let guest = 0; guest < 25; guest++) await (await newMember(url, `Khách ${guest}`)).leave();
  const line = page.locator('summary');
  await expect.poll(() => line.textContent()).toBe('25 joined, 25 left');
  expect(await chat.log.locator('[data-row="notice"]').count()).toBe(1);
  const height = async () => (await chat.log.locator('[data-row="notice"]').boundingBox())?.height ?? 0;
  expect(await height()).toBeLessThan(50);
  await line.focus();
  await page.keyboard.press('Enter');
  await page.getByText('Khách 24 left').waitFor();
  await expect.poll(height).toBeGreaterThan(500);
  expect(await violationsOf(page)).toEqual([]);
  const binh = await newMember(url, 'Bình');
  await expect.poll(() => line.textContent()).toBe('26 joined, 25 left');
  await binh.ask({ data: 'send', content: 'x' });
  await chat.sees('x');
  expect(await page.locator('details').getAttribute('open')).not.toBeNull();
});

/** Pixels below what is shown of the list. */
async function toEnd(page: import('playwright-core').Page): Promise<number> {
  return page
    .locator('[role="log"]')
    .evaluate(({ scrollHeight, clientHeight, scrollTop }) => scrollHeight - clientHeight - scrollTop);
}

/** The messages on the screen: where each one's top is. */
async function visible(page: import('playwright-core').Page): Promise<Map<number, number>> {
  const rows = await page.locator('[data-row="message"][data-position]').evaluateAll((elements) => {
    const { top, bottom } = document.querySelector('[role="log"]')?.getBoundingClientRect() ?? new DOMRect();
    return elements
      .map(
        (element) =>
          [Number(element.getAttribute('data-position')), element.getBoundingClientRect()] as const,
      )
      .filter(([, box]) => box.bottom > top && box.top < bottom)
      .map(([position, box]) => [position, box.top] as const);
  });
  return new Map(rows);
}

/** Until nothing has moved for three frames. */
async function settled(page: import('playwright-core').Page): Promise<void> {
  await page.evaluate(async () => {
    const frame = () => new Promise(requestAnimationFrame);
    const log = document.querySelector('[role="log"]');
    for (let still = 0, last = Number.NaN; still < 3; ) {
      await frame();
      const now = (log?.scrollTop ?? 0) + (log?.scrollHeight ?? 0) * 1e7;
      still = now === last ? still + 1 : 0;
      last = now;
    }
  });
}
