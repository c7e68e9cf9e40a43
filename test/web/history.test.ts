import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { openChat, useBrowser } from '../helpers/browser.ts';
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

test('P-GET-2: of a hundred thousand messages the newest are there at first, and older ones come on scrolling up, without a jump', async () => {
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
    const both = [...before.keys()].filter((position) => after.has(position));
    const shifts = both.map((position) => (after.get(position) ?? 0) - (before.get(position) ?? 0));
    for (const shift of shifts) expect(Math.abs(shift - (shifts[0] ?? 0))).toBeLessThan(2);
  }
  const all = [...seen].sort((one, other) => one - other);
  expect(all[0]).toBeLessThanOrEqual(99_400);
  expect(all).toEqual(Array.from({ length: all.length }, (_, index) => (all[0] ?? 0) + index));
  expect(await page.locator('[data-row]').count()).toBeLessThan(150);
  await page.getByRole('button', { name: /Newest messages/ }).click();
  await chat.sees('tin 99999');
});

test('what is being read stays where it is when others talk, and the button leads to the newest', async () => {
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
  for (const [position, top] of before) expect(Math.abs((after.get(position) ?? top) - top)).toBeLessThan(2);
  await page.getByRole('button', { name: /Newest messages/ }).click();
  await chat.sees('mới 4');
  await page.getByRole('button', { name: /Newest messages/ }).waitFor({ state: 'detached' });
  await binh.ask({ data: 'send', content: 'mới 5' });
  await chat.sees('mới 5');
});

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
