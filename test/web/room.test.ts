import { expect, test } from 'vitest';
import { openChat, useBrowser, violationsOf } from '../helpers/browser.ts';
import { newMember } from '../helpers/client.ts';
import { newServer } from '../helpers/server.ts';

const browser = useBrowser();

test('before one joins the page says how many are online', async () => {
  const { url } = await newServer();
  const { page } = await openChat(browser(), url);
  await page.getByRole('textbox', { name: 'Nickname' }).waitFor();
  expect(await page.locator('[data-present]').count()).toBe(0);
  await newMember(url, 'An');
  await newMember(url, 'Bình');
  await page.reload();
  await expect.poll(() => page.locator('[data-present]').textContent()).toBe('2 people online');
});

test('the room has its title from the host', async () => {
  const { url } = await newServer({ title: '<i>Lớp 7A</i>' });
  const { page, chat } = await openChat(browser(), url);
  await expect.poll(() => page.title()).toBe('<i>Lớp 7A</i>');
  await page.getByRole('heading', { name: '<i>Lớp 7A</i>' }).waitFor();
  await chat.join('An');
  await page.getByRole('heading', { name: '<i>Lớp 7A</i>' }).waitFor();
});

test.each(['#ffff00', '#000000', '#ff00ff', '#00ff00'])(
  'the room has its colour from the host, and %s can be read in both themes',
  async (color) => {
    const { url } = await newServer({ color });
    const accents: string[] = [];
    for (const colorScheme of ['light', 'dark'] as const) {
      const { page, chat } = await openChat(browser(), url, { colorScheme, bypassCSP: true });
      await page.locator('[data-host]').waitFor();
      const button = page.getByRole('button', { name: 'Join', exact: true });
      accents.push(await button.evaluate((element) => getComputedStyle(element).backgroundColor));
      expect(await violationsOf(page)).toEqual([]);
      await chat.join(colorScheme);
      await chat.say(`${colorScheme} https://a.example/`);
      await chat.sees(`${colorScheme} https://a.example/`);
      expect(await violationsOf(page)).toEqual([]);
    }
    expect(accents[0]).toMatch(/^oklch\(0\.495 /);
    expect(accents[1]).toMatch(/^oklch\(0\.79 /);
  },
);
