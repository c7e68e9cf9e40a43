import type { Locator, Page } from 'playwright-core';
import { expect, test } from 'vitest';
import { openChat, useBrowser, violationsOf } from '../helpers/browser.ts';
import { newServerWith } from '../helpers/server.ts';

const browser = useBrowser();

/** What Ctrl+C copies, as it comes out of the clipboard. */
async function copied(page: Page): Promise<string> {
  const text = await page.evaluateHandle(() => {
    const texts: string[] = [];
    addEventListener('copy', ({ clipboardData }) => {
      texts.push(clipboardData?.getData('text/plain') || `${getSelection()}`);
    });
    return texts;
  });
  await page.keyboard.press('ControlOrMeta+c');
  await expect.poll(() => text.jsonValue()).toHaveLength(1);
  return (await text.jsonValue())[0] ?? '';
}

/** The point within an element at a part of its width. */
async function pointIn(element: Locator, part: number): Promise<[number, number]> {
  const { x = 0, y = 0, width = 0, height = 0 } = (await element.boundingBox()) ?? {};
  return [x + width * part, y + height / 2];
}

const notice = (page: Page) => page.getByRole('status').filter({ hasText: 'copied' });

test('a selection over hundreds of rows, drawn with the mouse, is copied whole, with the rows that are not in the document', async () => {
  const { url, messages } = await newServerWith(500, { 250: 'hai\ndòng' });
  const { page, chat } = await openChat(browser(), url);
  await chat.join('Bình');
  const last = chat.message(messages[499]?.content ?? '');
  await last.waitFor();
  await page.mouse.move(...(await pointIn(last.locator('[data-content]'), 0.5)));
  await page.mouse.down();
  await page.mouse.move(...(await pointIn(last.locator('[data-content]'), 0.2)));
  const first = chat.message(messages[240]?.content ?? '');
  while (!(await first.isVisible())) await page.mouse.wheel(0, -400);
  await first.scrollIntoViewIfNeeded();
  await page.mouse.move(...(await pointIn(first.locator('[data-content]'), 0.5)));
  await page.mouse.up();
  expect(await page.locator('[data-row]').count()).toBeLessThan(100);
  const lines = messages.slice(240).map(({ name, content }) => `${name}, 10:06: ${content}`);
  expect(await copied(page)).toBe(['Sunday, 22 November 2026', ...lines].join('\n'));
  await expect.poll(() => notice(page).textContent()).toBe('Messages copied: 260');
  // Both ends stay selected however far away they are.
  await page.getByRole('button', { name: 'Newest messages' }).click();
  await expect
    .poll(() => chat.log.evaluate((log) => log.scrollHeight - log.clientHeight - log.scrollTop))
    .toBeLessThan(2);
  expect((await copied(page)).split('\n')).toHaveLength(262);
});

test('a click far from the first one with Shift selects all between them', async () => {
  const { url, messages } = await newServerWith(300);
  const { page, chat } = await openChat(browser(), url);
  await chat.join('Bình');
  const last = chat.message(messages[299]?.content ?? '');
  await last.locator('[data-content]').click();
  await chat.log.hover();
  const first = chat.message(messages[205]?.content ?? '');
  while (!(await first.isVisible())) await page.mouse.wheel(0, -400);
  await first.locator('[data-content]').click({ modifiers: ['Shift'] });
  expect((await copied(page)).split('\n').slice(1)).toEqual(
    messages.slice(205).map(({ content }) => `An, 10:06: ${content}`),
  );
});

test('Ctrl+A in the conversation selects all that the page holds, and what it lacks is counted', async () => {
  const { url, messages } = await newServerWith(1000);
  const { page, chat } = await openChat(browser(), url, { bypassCSP: true });
  await chat.join('Bình');
  await chat.sees(messages[999]?.content ?? '');
  await chat.log.focus();
  await page.keyboard.press('ControlOrMeta+a');
  const [lack = '', day, ...lines] = (await copied(page)).split('\n');
  const missing = Number(/^Older messages not loaded: (\d+)$/.exec(lack)?.[1]);
  expect(missing).toBeGreaterThan(0);
  expect(day).toBe('Sunday, 22 November 2026');
  expect(lines).toEqual(messages.slice(missing).map(({ content }) => `An, 10:06: ${content}`));
  await expect.poll(() => notice(page).textContent()).toBe(`Messages copied: ${lines.length}. ${lack}`);
  expect(await violationsOf(page)).toEqual([]);
  // It stays clear of the field where one writes.
  await chat.composer.fill('của tôi');
  await chat.composer.press('ControlOrMeta+a');
  expect(await page.evaluate(() => `${getSelection()}`)).toBe('của tôi');
});

test('what says that it was copied does not cover the day, whatever stands above the list', async () => {
  const { url, messages, chat: server } = await newServerWith(300);
  const { page, chat } = await openChat(browser(), url);
  await chat.join('Bình');
  await chat.sees(messages[299]?.content ?? '');
  await page.getByRole('button', { name: 'Change nickname' }).click();
  await server.close();
  await page.locator('[data-banner]').waitFor();
  for (const isRenaming of [true, false]) {
    if (!isRenaming) await page.getByRole('button', { name: 'Cancel' }).click();
    await chat.log.focus();
    await page.keyboard.press('ControlOrMeta+a');
    await copied(page);
    const boxes = page.locator('.copied, .day').evaluateAll((elements) =>
      elements
        .map((element) => element.getBoundingClientRect())
        .sort((one, other) => one.top - other.top)
        .map(({ top, bottom }) => ({ top, bottom })),
    );
    const [upper, lower] = await boxes;
    expect(lower?.top).toBeGreaterThanOrEqual(upper?.bottom ?? Number.POSITIVE_INFINITY);
  }
});

test('a history that the page holds from its beginning lacks nothing', async () => {
  const { url, messages } = await newServerWith(30);
  const { page, chat } = await openChat(browser(), url, { locale: 'vi-VN' });
  await page.getByRole('textbox', { name: 'Biệt danh' }).fill('Bình');
  await page.keyboard.press('Enter');
  await chat.sees(messages[29]?.content ?? '');
  await page.locator('#message').waitFor();
  await chat.log.focus();
  await page.keyboard.press('ControlOrMeta+a');
  const [, ...lines] = (await copied(page)).split('\n');
  expect(lines).toEqual(messages.map(({ content }) => `An, 10:06: ${content}`));
  await page.getByText('Số tin đã chép: 30').waitFor();
});

test('within one message the browser copies just what is selected, and three clicks select one message', async () => {
  const { url } = await newServerWith(20, { 17: 'một hai ba', 18: 'bốn' });
  const { page, chat } = await openChat(browser(), url);
  await chat.join('Bình');
  const content = chat.message('một hai ba').locator('[data-content]');
  await content.dblclick({ position: { x: 20, y: 15 } });
  expect((await copied(page)).trim()).toBe('một');
  await content.click({ clickCount: 3 });
  expect((await copied(page)).trim()).toBe('một hai ba');
  expect(await notice(page).count()).toBe(0);
});

test('what an ignored member says is copied as it is shown', async () => {
  const { url } = await newServerWith(3);
  const { page, chat } = await openChat(browser(), url);
  await chat.join('Bình');
  await chat.say('/ignore An');
  await expect.poll(() => chat.log.locator('summary').count()).toBe(3);
  await chat.log.focus();
  await page.keyboard.press('ControlOrMeta+a');
  const [, ...lines] = (await copied(page)).split('\n');
  expect(lines).toEqual(Array.from({ length: 3 }, () => 'An, 10:06: Message from somebody you ignore'));
});
