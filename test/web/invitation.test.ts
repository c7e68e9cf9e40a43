/** The chat page on a server that wants access tokens. */
import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { openChat, useBrowser } from '../helpers/browser.ts';
import { newProxy } from '../helpers/proxy.ts';
import { newFolder, newServer } from '../helpers/server.ts';

const browser = useBrowser();
const token = 'a+token/of=every&kind';

async function newClosedServer(right = token) {
  const accessTokenFile = join(await newFolder(), 'tokens');
  await writeFile(accessTokenFile, `${right}\n`, { mode: 0o600 });
  return newServer({ accessTokenFile });
}

const invitation = (url: string, given: string) => `${url}?${new URLSearchParams({ access_token: given })}`;

test('an invite link lets its tab in, now and after a reload, and leaves no trace in the address or the log', async () => {
  const { url, entries } = await newClosedServer();
  const { page, chat } = await openChat(browser(), invitation(url, token));
  await chat.join('An');
  await expect.poll(() => page.url()).toBe(url.replace('ws:', 'http:'));
  await page.reload();
  await chat.status('registered');
  await chat.say('vào được rồi');
  await chat.sees('vào được rồi');
  expect(JSON.stringify(entries)).not.toContain('every');
});

test.each([
  ['en-GB', 'without an invite link', '', /need a valid invite link/],
  ['vi-VN', 'with a wrong one', '?access_token=wrong', /có link mời/],
])('in %s the page says %s that one is needed, and does not try for ever', async (locale, _, query, said) => {
  const { url, entries } = await newClosedServer();
  const { page, chat, faults } = await openChat(browser(), url + query, { locale });
  await chat.status('closed');
  expect(await page.getByRole('alert').textContent()).toMatch(said);
  expect(await page.getByRole('textbox').count()).toBe(0);
  await expect.poll(() => page.url()).toBe(url.replace('ws:', 'http:'));
  const rejections = entries.filter(({ kind }) => kind === 'rejection');
  expect(rejections.length).toBeGreaterThan(0);
  expect(rejections[0]).toMatchObject({ status: 401, reason: 'token' });
  // Chromium's line about the answer 401.
  expect(faults.splice(0).every((fault) => fault.includes('401'))).toBe(true);
});

test('a page whose token is not valid any more says so when it has lost its connection', async () => {
  const [{ url }, other] = [await newClosedServer(), await newClosedServer('another')];
  const proxy = await newProxy(url);
  const { page, chat, faults } = await openChat(browser(), invitation(proxy.url, token));
  await chat.join('An');
  proxy.leadTo(other.url);
  proxy.cut();
  await chat.status('closed');
  expect(await page.getByRole('alert').textContent()).toMatch(/need a valid invite link/);
  expect(faults.splice(0).every((fault) => fault.includes('401'))).toBe(true);
});
