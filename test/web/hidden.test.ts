import { expect, test } from 'vitest';
import { openChat, useBrowser } from '../helpers/browser.ts';
import { newMember } from '../helpers/client.ts';
import { newServer } from '../helpers/server.ts';

const browser = useBrowser();

test('while the tab is hidden, its title counts messages of others, and reading clears it', async () => {
  const { url } = await newServer();
  const { page, chat } = await openChat(browser(), url);
  await chat.join('An');
  const title = await page.title();
  const binh = await newMember(url, 'Bình');
  await hide(page, true);
  await binh.ask({ data: 'send', content: 'một' });
  await expect.poll(() => page.title()).toBe(`(1) ${title}`);
  await binh.ask({ data: 'send', content: 'hai' });
  await expect.poll(() => page.title()).toBe(`(2) ${title}`);
  expect(await page.locator('[data-row="unread"]').count()).toBe(1);
  await hide(page, false);
  await expect.poll(() => page.title()).toBe(title);
});

/** Headless Chromium keeps every tab visible, so the page is told otherwise. */
async function hide(page: import('playwright-core').Page, isHidden: boolean): Promise<void> {
  await page.evaluate((hidden) => {
    Object.defineProperty(document, 'hidden', { value: hidden, configurable: true });
    Object.defineProperty(document, 'visibilityState', {
      value: hidden ? 'hidden' : 'visible',
      configurable: true,
    });
    document.dispatchEvent(new Event('visibilitychange'));
  }, isHidden);
}
