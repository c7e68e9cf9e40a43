import { expect, test } from 'vitest';
import { openChat, useBrowser } from '../helpers/browser.ts';
import { newMember } from '../helpers/client.ts';
import { newServer } from '../helpers/server.ts';

const browser = useBrowser();

test('whoever is ignored is hidden from this reader only, also after a reload, until they are not ignored any more', async () => {
  const { url } = await newServer();
  const binh = await newMember(url, 'Bình');
  const an = await openChat(browser(), url);
  const chi = await openChat(browser(), url);
  await an.chat.join('An');
  await chi.chat.join('Chi');
  await binh.ask({ data: 'send', content: 'quảng cáo' });
  await an.chat.sees('quảng cáo');
  await an.page.getByRole('button', { name: 'Ignore: Bình' }).press('Enter');
  const content = an.page.locator('[data-content]');
  await content.waitFor({ state: 'hidden' });
  await an.page.reload();
  await an.chat.status('registered');
  await an.page.getByText('Message from somebody you ignore').waitFor();
  expect(await content.isVisible()).toBe(false);
  expect(await chi.page.locator('[data-content]').isVisible()).toBe(true);
  await an.page.getByText('Message from somebody you ignore').press('Enter');
  await content.waitFor();
  await an.chat.say('/help');
  await an.page.getByRole('dialog').getByRole('button', { name: 'Stop ignoring: Bình' }).press('Enter');
  await an.page.getByText('Message from somebody you ignore').waitFor({ state: 'detached' });
  await an.page.keyboard.press('Escape');
  await an.chat.say('/ignore BÌNH');
  await content.waitFor({ state: 'hidden' });
});
