import { expect, test } from 'vitest';
import { Chat, openChat, useBrowser } from '../helpers/browser.ts';
import { newMember } from '../helpers/client.ts';
import { newProxy } from '../helpers/proxy.ts';
import { newServerWith } from '../helpers/server.ts';

const browser = useBrowser();

type Talker = Awaited<ReturnType<typeof newMember>>;

async function say(talker: Talker, count: number): Promise<void> {
  for (let number = 0; number < count; number++) await talker.ask({ data: 'send', content: `lỡ ${number}` });
}

/** The line stands at the top of what is shown, between what had been read and what had not. */
async function expectMark(chat: Chat, read: string, missed: number): Promise<void> {
  const { page, log } = chat;
  const newest = page.getByRole('button', { name: /Newest messages/ });
  await expect.poll(() => newest.locator('.count').textContent()).toBe(`${missed}`);
  await chat.sees('lỡ 0');
  const line = log.locator('[data-row="unread"]');
  const top = async () => ((await line.boundingBox())?.y ?? 0) - ((await log.boundingBox())?.y ?? 0);
  await expect.poll(top).toBeGreaterThanOrEqual(-1);
  await expect.poll(top).toBeLessThan(60);
  // The day that sticks to the top does not cover it.
  const [words = 0, day = 0] = await page
    .locator('[data-row="unread"] .divider, .day')
    .evaluateAll((places) =>
      places.map((place) => {
        const range = document.createRange();
        range.selectNodeContents(place);
        return place.matches('.day')
          ? place.getBoundingClientRect().bottom
          : range.getBoundingClientRect().top;
      }),
    );
  expect(words).toBeGreaterThanOrEqual(day);
  const order = await log
    .locator('[data-row]')
    .evaluateAll((rows) =>
      rows
        .sort((one, other) => one.getBoundingClientRect().top - other.getBoundingClientRect().top)
        .map((row) => row.querySelector('[data-content]')?.textContent ?? row.textContent),
    );
  const at = order.indexOf('New messages');
  expect([order[at - 1], order[at + 1]]).toEqual([read, 'lỡ 0']);
  expect(await page.title()).toMatch(new RegExp(`^\\(${missed}\\) `));
  await newest.click();
  await chat.sees(`lỡ ${missed - 1}`);
  await newest.waitFor({ state: 'detached' });
  await expect.poll(() => page.title()).not.toContain('(');
}

test('what was missed while the connection was lost begins at a line, and the newest is one press away', async () => {
  const { url, messages } = await newServerWith(150);
  const proxy = await newProxy(url);
  const { page, chat } = await openChat(browser(), proxy.url);
  await chat.join('An');
  const read = messages.at(-1)?.content ?? '';
  await chat.sees(read);
  proxy.refuse();
  proxy.cut();
  await chat.status('waiting');
  await say(await newMember(url, 'Bình'), 60);
  proxy.accept();
  await page.evaluate(() => dispatchEvent(new Event('online')));
  await expectMark(chat, read, 60);
});

test.each([250, 3000])(
  'what was missed between two visits begins at a line: %i, more than is shown at first',
  async (missed) => {
    const { url, messages } = await newServerWith(150);
    const { page, chat } = await openChat(browser(), url);
    await chat.join('An');
    const read = messages.at(-1)?.content ?? '';
    await chat.sees(read);
    const address = page.url();
    await page.goto('about:blank');
    await say(await newMember(url, 'Bình'), missed);
    await page.goto(address);
    await chat.status('registered');
    await expectMark(chat, read, missed);
    // Another tab knows it as well, and there is nothing to mark after all has been read.
    await page.goto('about:blank');
    await page.goto(address);
    await chat.sees(`lỡ ${missed - 1}`);
    expect(await page.locator('[data-row="unread"]').count()).toBe(0);
  },
);

test('a tab that is opened anew knows from the last one how far had been read', async () => {
  const { url, messages } = await newServerWith(150);
  const { page, chat } = await openChat(browser(), url);
  await chat.join('An');
  const read = messages.at(-1)?.content ?? '';
  await chat.sees(read);
  const [address, context] = [page.url(), page.context()];
  const next = await context.newPage();
  await page.goto('about:blank');
  await say(await newMember(url, 'Bình'), 60);
  await next.goto(address);
  const again = new Chat(next);
  await again.join('An hai');
  await expectMark(again, read, 60);
});

test('what was missed and fits into the window is read where it is', async () => {
  const { url } = await newServerWith(150);
  const proxy = await newProxy(url);
  const { page, chat } = await openChat(browser(), proxy.url);
  await chat.join('An');
  proxy.refuse();
  proxy.cut();
  await chat.status('waiting');
  await say(await newMember(url, 'Bình'), 2);
  proxy.accept();
  await page.evaluate(() => dispatchEvent(new Event('online')));
  await chat.sees('lỡ 1');
  await page.locator('[data-row="unread"]').waitFor();
  expect(await page.getByRole('button', { name: /Newest messages/ }).count()).toBe(0);
  await expect.poll(() => page.title()).not.toContain('(');
});
