import { expect, test } from 'vitest';
import { openChat, useBrowser } from '../helpers/browser.ts';
import { newMember } from '../helpers/client.ts';
import { newServer } from '../helpers/server.ts';

const browser = useBrowser();

async function twoChats() {
  const server = await newServer({ resumeSeconds: 1 });
  const an = await openChat(browser(), server.url);
  await an.chat.join('An');
  const binh = await openChat(browser(), server.url);
  await binh.chat.join('Bình');
  return { ...server, an: an.chat, binh: binh.chat };
}

test('P-SEND-4: two browsers talk, and both show the same order', async () => {
  const { an, binh } = await twoChats();
  await an.notice('Bình').waitFor();
  await an.say('Chào Bình!');
  await binh.sees('Chào Bình!');
  await binh.say('Chào An!');
  await an.sees('Chào An!');
  await an.say('Khoẻ không?');
  await binh.sees('Khoẻ không?');
  await an.sees('Khoẻ không?');
  expect((await an.rows()).map(({ position, content }) => [position, content])).toEqual([
    [0, 'Chào Bình!'],
    [1, 'Chào An!'],
    [2, 'Khoẻ không?'],
  ]);
  expect(await binh.rows()).toEqual(await an.rows());
  expect(await an.page.locator('[data-row="message"][data-own]').count()).toBe(2);
});

test('P-GET-1: a person who comes later reads the earlier messages', async () => {
  const { url, an } = await twoChats();
  await an.say('một');
  await an.say('hai\nba');
  await an.sees('hai\nba');
  const chi = await openChat(browser(), url);
  await chi.chat.join('Chi');
  await chi.chat.sees('hai\nba');
  expect(await chi.chat.contents()).toEqual(['một', 'hai\nba']);
});

test('P-NAME-5: a nickname that is taken, or is none, is refused in words at the field', async () => {
  const { url } = await newServer();
  await newMember(url, 'An');
  const { page, chat } = await openChat(browser(), url);
  await chat.tryName('an');
  const refusal = page.locator('[data-refusal]');
  await expect.poll(() => refusal.textContent()).toMatch(/using/);
  const field = page.getByRole('textbox', { name: 'Nickname' });
  expect(await field.getAttribute('aria-invalid')).toBe('true');
  const described = await field.getAttribute('aria-describedby');
  expect(await page.locator(`[id="${described?.split(' ')[0]}"]`).count()).toBe(1);
  expect(await field.inputValue()).toBe('an');
  await chat.join('Bình');
  expect(await chat.online()).toEqual(['An', 'Bình (you)']);
});

test('P-NAME-2: a change of nickname is seen by everybody, and a refused one keeps the old', async () => {
  const { an, binh } = await twoChats();
  const change = an.page.getByRole('button', { name: 'Change nickname' });
  const field = an.page.getByRole('textbox', { name: 'New nickname' });
  await change.click();
  await field.fill('Bình');
  await an.page.getByRole('button', { name: 'Save' }).click();
  await expect.poll(() => an.page.locator('[data-refusal]').textContent()).toMatch(/using/);
  await field.fill('An Lê');
  await an.page.getByRole('button', { name: 'Save' }).click();
  await binh.notice('An Lê').waitFor();
  await expect.poll(() => an.online()).toEqual(['An Lê (you)', 'Bình']);
  await expect.poll(() => binh.online()).toEqual(['An Lê', 'Bình (you)']);
  await an.say('tên mới');
  await binh.sees('tên mới');
  expect((await binh.rows()).at(-1)?.name).toBe('An Lê');
});

test('P-EVT-2: a person who closes the page leaves, and the others see it', async () => {
  const { an, binh } = await twoChats();
  await binh.page.close();
  await an.notice(/Bình.*left/).waitFor();
  await expect.poll(() => an.online()).toEqual(['An (you)']);
});

test('P-SEND-1: Shift+Enter is a new line, the counter counts code points, and too long a message cannot be sent', async () => {
  const { an, binh } = await twoChats();
  const counter = an.page.locator('[data-counter]');
  await an.composer.fill('một');
  await an.composer.press('Shift+Enter');
  await an.composer.pressSequentially('hai');
  expect(await an.composer.inputValue()).toBe('một\nhai');
  await an.composer.press('Enter');
  await binh.sees('một\nhai');
  expect(await an.composer.inputValue()).toBe('');
  await an.composer.fill('👋'.repeat(100));
  expect(await counter.textContent()).toBe('100/100');
  await an.composer.fill('👋'.repeat(101));
  expect(await counter.textContent()).toBe('101/100');
  await an.composer.press('Enter');
  expect(await an.composer.inputValue()).toBe('👋'.repeat(101));
  expect(await an.composer.getAttribute('aria-invalid')).toBe('true');
  await an.composer.fill('👋'.repeat(100));
  await an.composer.press('Enter');
  await binh.sees('👋'.repeat(100));
  expect(await binh.contents()).toEqual(['một\nhai', '👋'.repeat(100)]);
});

test('P-SEND-3: a message that the server refuses stands there as failed, with the reason, to be sent again', async () => {
  const { chat, url } = await newServer({ maxContent: 50 });
  const { page, chat: an } = await openChat(browser(), url);
  // The page does not know of the limit: it counts to 100 when it is not told.
  await page.route('**/config.json', (route) => route.abort());
  await page.reload();
  await an.join('An');
  await an.say('x'.repeat(60));
  const failed = page.locator('[data-row="message"][data-state="failed"]');
  await failed.waitFor();
  expect(await failed.getByRole('button', { name: 'Retry' }).count()).toBe(1);
  await failed.getByRole('button', { name: 'Discard' }).click();
  await failed.waitFor({ state: 'detached' });
  await an.say('ngắn');
  await an.sees('ngắn');
  await chat.close();
});

test('Enter while a word is being composed does not send (Vietnamese input methods)', async () => {
  const { an, binh } = await twoChats();
  const devtools = await an.page.context().newCDPSession(an.page);
  await an.composer.focus();
  await devtools.send('Input.imeSetComposition', { text: 'tiếng', selectionStart: 5, selectionEnd: 5 });
  await an.page.keyboard.press('Enter');
  expect(await an.composer.inputValue()).toContain('tiếng');
  const key = { key: 'Process', code: 'Enter', windowsVirtualKeyCode: 229 } as const;
  await devtools.send('Input.dispatchKeyEvent', { type: 'rawKeyDown', ...key });
  await devtools.send('Input.dispatchKeyEvent', { type: 'keyUp', ...key });
  expect(await an.page.locator('[data-row="message"]').count()).toBe(0);
  await an.composer.fill('');
  await devtools.send('Input.imeSetComposition', { text: 'tiế', selectionStart: 3, selectionEnd: 3 });
  await devtools.send('Input.insertText', { text: 'tiếng Việt' });
  await an.composer.press('Enter');
  await binh.sees('tiếng Việt');
  expect(await binh.contents()).toEqual(['tiếng Việt']);
});

test('what others write stays text: no markup, links to the web only', async () => {
  const { url, binh } = await twoChats();
  const hostile = '<img src=x onerror="document.title=1">';
  const guest = await newMember(url, 'evil<b>');
  const texts = [
    hostile,
    '\u202eabc\u0301',
    'xem https://example.com/a?b=(c), và javascript:alert(1)',
    'data:text/html,<script>alert(1)</script>',
  ];
  for (const content of texts) {
    guest.say({ data: 'send', content });
    await binh.sees(content);
  }
  expect(await binh.page.title()).not.toBe('1');
  expect(await binh.log.locator('img, script, b').count()).toBe(0);
  const links = binh.log.locator('[data-content] a');
  expect(await links.evaluateAll((all) => all.map((link) => link.getAttribute('href')))).toEqual([
    'https://example.com/a?b=(c)',
  ]);
  expect(await links.first().getAttribute('rel')).toContain('noopener');
  const isolated = await binh.page.evaluate(() =>
    [...document.querySelectorAll('*')]
      .filter(({ children, textContent }) => children.length === 0 && textContent.includes('evil'))
      .map((element) => element.closest('bdi') !== null),
  );
  expect(isolated.length).toBeGreaterThan(1);
  expect(isolated.every(Boolean)).toBe(true);
});
