import type { Page } from 'playwright-core';
import { expect, test } from 'vitest';
import { Chat, newPage, useBrowser, violationsOf } from '../helpers/browser.ts';
import { newMember } from '../helpers/client.ts';
import { newModerated } from '../helpers/moderation.ts';
import { newPerson } from '../helpers/person.ts';

const browser = useBrowser();

/** Signs in with a token. The page begins anew with it. */
async function signIn(page: Page, token: string, button = 'Sign in'): Promise<void> {
  const loaded = page.waitForEvent('load');
  await page.locator('#token').fill(token);
  await page.getByRole('button', { name: button }).click();
  await loaded;
}

/** A moderator's page of a room with some members. */
async function newModerator(address: string, options = {}) {
  const { page, faults } = await newPage(browser(), options);
  await page.goto(`${address}#moderate`);
  await signIn(page, 'one');
  await toast(page).getByText('You are signed in as An.').waitFor();
  const chat = new Chat(page);
  await chat.join('An');
  await expect.poll(() => toast(page).textContent()).toBe('');
  await page.getByRole('button', { name: 'Moderation' }).waitFor();
  return { page, chat, faults };
}

/** Opens what can be done about a message. */
async function openMessage(page: Page, position: number): Promise<void> {
  await page
    .locator(`[data-position="${position}"]`)
    .getByRole('button', { name: /^Moderate/ })
    .click();
}

async function openMember(page: Page, name: string): Promise<void> {
  await page
    .getByRole('list', { name: 'Online' })
    .getByRole('button', { name: `Moderate: ${name}` })
    .click();
  await page.getByText('registered.idle').waitFor();
}

/** What has the focus: its name, or what it says. */
const focus = (page: Page) =>
  page.evaluate(() => {
    const { activeElement } = document;
    return activeElement?.getAttribute('aria-label') ?? activeElement?.textContent;
  });

const toast = (page: Page) => page.locator('.page-told');

test('a moderator signs in while in the room: nobody sees a leave, the token is in no address, and signing out ends it', async () => {
  const { url, page: address } = await newModerated();
  const binh = await newPerson(url, 'Bình khách');
  const { page, faults } = await newPage(browser());
  await page.goto(address);
  const chat = new Chat(page);
  await chat.join('Khách');
  const acted = page.waitForRequest(/admin\/status/);
  await page.evaluate(() => {
    location.hash = '#moderate';
  });
  await page.locator('#token').fill('wrong');
  await page.keyboard.press('Enter');
  expect((await acted).headers()['authorization']).toBe('Bearer wrong');
  await page.getByRole('alert').getByText('This token is not valid.').waitFor();
  const sockets: string[] = [];
  page.on('websocket', (socket) => sockets.push(socket.url()));
  await signIn(page, 'one');
  await chat.status('registered');
  expect(sockets).toEqual([`${url}?access_token=one`]);
  await expect.poll(() => page.url()).toBe(address);
  const stored = () => page.evaluate(() => JSON.stringify([localStorage, sessionStorage]));
  expect(await page.evaluate(() => JSON.stringify(localStorage))).not.toContain('one');
  expect(await stored()).toContain('"chatbox.moderator":"one"');
  await page.getByRole('button', { name: 'Moderation' }).click();
  await page.getByText('You are signed in as An.').waitFor();
  const loaded = page.waitForEvent('load');
  await page.getByRole('button', { name: 'Sign out' }).click();
  await loaded;
  await chat.status('registered');
  expect(await page.getByRole('button', { name: /Moderat/ }).count()).toBe(0);
  expect(await stored()).not.toContain('moderator');
  expect(sockets.slice(1)).toEqual([url]);
  binh.client.send('hết');
  await binh.sees('hết');
  expect(binh.notices.map(({ datatype }) => datatype)).toEqual(['register']);
  // Chromium reports the answer to the wrong token.
  expect(faults.splice(0)).toEqual([expect.stringContaining('401')]);
});

test('a token that is not one any more signs out by itself', async () => {
  const { page: address } = await newModerated();
  const { page, faults } = await newPage(browser());
  await page.addInitScript(() => {
    if (sessionStorage.getItem('tried') === null) sessionStorage.setItem('chatbox.moderator', 'old');
    sessionStorage.setItem('tried', 'yes');
  });
  await page.goto(address);
  await expect.poll(() => page.evaluate(() => sessionStorage.getItem('chatbox.moderator'))).toBe(null);
  await new Chat(page).join('Khách');
  expect(faults.splice(0)).toEqual([expect.stringContaining('401')]);
});

test('P-MOD-1: a message is removed after one question, and all of an author’s after another', async () => {
  const { url, page: address } = await newModerated();
  const { page, chat } = await newModerator(address);
  const spam = await newMember(url, 'Spam');
  for (const content of ['một', 'hai', 'ba']) await spam.ask({ data: 'send', content });
  await chat.sees('ba');
  await openMessage(page, 1);
  const dialog = page.getByRole('dialog', { name: 'Spam' });
  await dialog.getByRole('button', { name: 'Remove this message' }).press('Enter');
  await dialog.getByText('Remove it for everybody? This cannot be undone.').waitFor();
  await dialog.getByRole('button', { name: 'Cancel' }).press('Enter');
  expect(await focus(page)).toBe('Remove this message');
  await dialog.getByRole('button', { name: 'Close' }).press('Enter');
  expect(await focus(page)).toBe('Moderate: Spam');
  expect(await chat.contents()).toEqual(['một', 'hai', 'ba']);
  await page.keyboard.press('Enter');
  await dialog.getByRole('button', { name: 'Remove this message' }).focus();
  await page.keyboard.press('Enter');
  await dialog.getByText('Remove it for everybody? This cannot be undone.').waitFor();
  // The focus is on what confirms it, also while the dialog still looks up who is there.
  expect(await focus(page)).toBe('Remove this message');
  await page.keyboard.press('Enter');
  await toast(page).getByText('The message has been removed.').waitFor();
  await expect.poll(() => chat.contents()).toEqual(['một', 'ba']);
  expect(await toast(page).getByRole('button').count()).toBe(1);
  // What it was opened from is gone.
  expect(await focus(page)).toBe('Message');
  await openMessage(page, 0);
  await dialog.getByRole('button', { name: 'Remove all messages of this author' }).click();
  await dialog.getByText('Remove every message by Spam for everybody').waitFor();
  await dialog.getByRole('button', { name: 'Remove all messages of this author' }).click();
  await toast(page).getByText('3 messages have been removed.').waitFor();
  await expect.poll(() => chat.contents()).toEqual([]);
  await page.reload();
  await chat.status('registered');
  await expect.poll(() => chat.log.getByText('Message removed').count()).toBe(3);
});

test('P-MOD-3: a member is muted, banned or kicked with a reason, and what can be undone is', async () => {
  const { chat: server, url, page: address } = await newModerated();
  const { page, chat } = await newModerator(address);
  const spam = await newPerson(url, 'Spam');
  await chat.notice('Spam').waitFor();
  await openMember(page, 'Spam');
  const dialog = page.getByRole('dialog', { name: 'Spam' });
  await dialog.getByRole('textbox', { name: 'Reason' }).fill('quảng cáo');
  await dialog.getByRole('combobox', { name: 'How long' }).selectOption('10 minutes');
  await dialog.getByRole('button', { name: 'Mute', exact: true }).click();
  await toast(page).getByText('Muted: Spam.').waitFor();
  const [mute] = await server.moderation.mutes();
  expect(mute).toMatchObject({ nickname: 'Spam', reason: 'quảng cáo', by: 'An' });
  expect(Date.parse(mute?.until ?? '') - Date.parse(mute?.since ?? '')).toBe(600_000);
  await toast(page).getByRole('button', { name: 'Undo' }).click();
  await toast(page).getByText('No longer muted: Spam.').waitFor();
  expect(await focus(page)).toBe('Message');
  expect(await server.moderation.mutes()).toEqual([]);

  await openMember(page, 'Spam');
  await dialog.getByRole('textbox', { name: 'Reason' }).fill('quảng cáo');
  await dialog.getByRole('button', { name: 'Kick' }).click();
  await spam.is('stopped');
  expect(spam.client.state).toMatchObject({ closeCode: 4001, closeReason: 'kicked: quảng cáo' });
  await toast(page).getByText('Kicked: Spam.').waitFor();
  spam.client.reconnect();
  await spam.is('registered');

  await openMember(page, 'Spam');
  await dialog.getByRole('combobox', { name: 'How long' }).selectOption('for good');
  await dialog.getByRole('button', { name: 'Ban the nickname' }).click();
  await toast(page).getByText('Banned: Spam.').waitFor();
  await spam.is('stopped');
  expect(spam.client.state.closeCode).toBe(4003);
  expect(await server.moderation.bans()).toMatchObject([{ nickname: 'Spam', until: null }]);
  await toast(page).getByRole('button', { name: 'Undo' }).click();
  await toast(page).getByText('No longer banned: Spam.').waitFor();
  expect(await server.moderation.bans()).toEqual([]);

  spam.client.reconnect();
  await spam.is('registered');
  await openMember(page, 'Spam');
  await dialog.getByRole('button', { name: 'Ban the address' }).click();
  await spam.is('stopped');
  const [ban] = await server.moderation.bans();
  await toast(page)
    .getByText(`Banned: ${(ban as { mask: string }).mask}.`)
    .waitFor();
});

test('on a slow network a switch stays as it was set, and is back where it was if that could not be done', async () => {
  const { page: address } = await newModerated();
  const { page, faults } = await newModerator(address);
  await page.getByRole('button', { name: 'Moderation' }).click();
  const panel = page.getByRole('dialog', { name: 'Moderation' });
  const readonly = panel.getByRole('checkbox', { name: /^Read-only/ });
  const wait = panel.getByRole('combobox', { name: 'Newcomers may write after' });
  await readonly.waitFor();
  const answers: (() => Promise<void>)[] = [];
  await page.route(/admin\/(readonly|newcomers)$/, (route) => {
    answers.push(() => route.abort());
  });
  await readonly.press('Space');
  await expect.poll(() => answers.length).toBe(1);
  expect(await panel.getAttribute('aria-busy')).toBe('true');
  expect(await readonly.isChecked()).toBe(true);
  await answers[0]?.();
  await panel.getByRole('alert').getByText('The server cannot be reached').waitFor();
  expect(await readonly.isChecked()).toBe(false);
  await wait.selectOption('5 minutes');
  await expect.poll(() => answers.length).toBe(2);
  expect(await wait.inputValue()).toBe('5m');
  await answers[1]?.();
  await expect.poll(() => wait.inputValue()).toBe('');
  // Chromium reports the requests that fail.
  expect(faults.splice(0).filter((fault) => !fault.includes('ERR_FAILED'))).toEqual([]);
});

test('what was done stands in a place of its own, and names have the room that hidden buttons do not need', async () => {
  const { url, page: address } = await newModerated();
  await newPerson(url, 'Nguyễn Thị Bình');
  const long = `Một biệt danh ${'rất '.repeat(12)}dài`;
  await newPerson(url, long);
  const { page, chat } = await newModerator(address);
  const name = page.getByRole('list', { name: 'Online' }).getByText('Nguyễn Thị Bình');
  expect(await name.evaluate(({ scrollWidth, clientWidth }) => scrollWidth - clientWidth)).toBe(0);
  await chat.say('xin chào');
  await openMember(page, long);
  await page.getByRole('dialog').getByRole('button', { name: 'Mute', exact: true }).click();
  await toast(page).getByRole('button', { name: 'Undo' }).waitFor();
  await page.setViewportSize({ width: 320, height: 568 });
  const box = async (selector: string) => {
    const place = await page.locator(selector).boundingBox();
    if (place === null) throw new Error(`${selector} is not shown`);
    return { top: place.y, bottom: place.y + place.height };
  };
  const [told, composer, log] = [await box('.page-told'), await box('.composer'), await box('[role="log"]')];
  expect(composer.top).toBeGreaterThanOrEqual(log.bottom - 1);
  expect(told.top).toBeGreaterThanOrEqual(composer.bottom - 1);
  expect(told.bottom).toBeLessThanOrEqual(568 + 1);
  const undo = await box('.page-told .plain');
  expect(undo.bottom - undo.top).toBeLessThan(60);
});

test('the panel sets the room’s switches, announces, and lists bans and mutes, which can be lifted', async () => {
  const { chat: server, url, page: address } = await newModerated();
  await newPerson(url, 'Khách');
  const { page, chat, faults } = await newModerator(address);
  await server.moderation.mute('Ồn ào', { for: '1h', reason: 'la hét' });
  await page.getByRole('button', { name: 'Moderation' }).click();
  const panel = page.getByRole('dialog', { name: 'Moderation' });
  await panel.getByText('Members: 2. Messages: 0.').waitFor();
  await panel.getByRole('checkbox', { name: /^Read-only/ }).press('Space');
  await panel.getByText('The room’s switch has been changed.').waitFor();
  expect(await server.moderation.status()).toMatchObject({ readonly: true });
  await panel.getByRole('button', { name: 'Undo' }).click();
  await expect.poll(() => panel.getByRole('checkbox').isChecked()).toBe(false);
  await expect.poll(() => server.moderation.status()).toMatchObject({ readonly: false });
  await panel.getByRole('combobox', { name: 'Newcomers may write after' }).selectOption('5 minutes');
  await panel.getByText('The waiting time for newcomers has been changed.').waitFor();
  expect(await server.moderation.status()).toMatchObject({ newcomers: '5m' });
  await panel.getByRole('textbox', { name: 'Announcement' }).fill('Nghỉ 5 phút');
  await panel.getByRole('button', { name: 'Announce' }).click();
  await panel.getByText('Announced.').waitFor();
  await chat.log.locator('.announcement').getByText('Nghỉ 5 phút').waitFor();

  await panel.getByRole('textbox', { name: 'Nickname or pattern' }).fill('spam*');
  await panel.getByRole('button', { name: 'Ban the nickname' }).click();
  const lift = panel.getByRole('button', { name: 'Lift the ban: spam*' });
  await lift.waitFor();
  expect(await server.moderation.bans()).toMatchObject([{ pattern: 'spam*', by: 'An' }]);
  await lift.click();
  await panel.getByText('No longer banned: spam*.').waitFor();
  const unmute = panel.getByRole('button', { name: 'Unmute: Ồn ào' });
  // The host has muted him.
  await unmute.click();
  await panel.getByRole('alert').getByText('You may not do this').waitFor();
  await server.moderation.unmute('Ồn ào');
  await unmute.click();
  await panel.getByRole('alert').getByText('nothing left to act on').waitFor();
  // Chromium reports these answers.
  expect(faults.splice(0)).toEqual([expect.stringContaining('403'), expect.stringContaining('404')]);
});

test.each([
  { lang: 'en', width: 1280, colorScheme: 'light' as const },
  { lang: 'vi', width: 320, colorScheme: 'dark' as const },
])(
  'axe-core finds nothing in the dialogs, and all of it fits: $lang, $width px',
  async ({ lang, width, colorScheme }) => {
    const { chat: server, url, page: address } = await newModerated();
    const options = { bypassCSP: true, viewport: { width, height: 640 }, colorScheme };
    const { page } = await newPage(browser(), options);
    await page.goto(`${address}?lang=${lang}&embed=1#moderate`);
    await page.locator('#token').waitFor();
    expect(await violationsOf(page)).toEqual([]);
    await signIn(page, 'one', lang === 'en' ? 'Sign in' : 'Đăng nhập');
    await page.locator('#nickname').fill('An');
    await page.keyboard.press('Enter');
    const spam = await newMember(url, 'Spam');
    await spam.ask({ data: 'send', content: 'mua đi '.repeat(14) });
    await server.moderation.mute('Spam', { for: '1h', reason: 'la hét' });
    const fits = () =>
      page.evaluate(() =>
        [document.documentElement, ...document.querySelectorAll('dialog, .header')]
          .filter(({ scrollWidth, clientWidth }) => scrollWidth > clientWidth)
          .map(({ className }) => className),
      );
    await page.locator('[data-position="0"] .acts').click();
    await page.locator('.about dd').nth(3).waitFor();
    await page.locator('.moderation .danger').first().click();
    expect(await violationsOf(page)).toEqual([]);
    expect(await fits()).toEqual([]);
    await page.keyboard.press('Escape');
    await page.locator('.shield').click();
    await page.locator('.moderation li').waitFor();
    await page.locator('.moderation input[type="checkbox"]').press('Space');
    await page.locator('.moderation .told .plain').waitFor();
    expect(await violationsOf(page)).toEqual([]);
    expect(await fits()).toEqual([]);
    await page.keyboard.press('Escape');
    expect(await focus(page)).toBe(lang === 'en' ? 'Moderation' : 'Điều hành');
  },
);

test('what could not be fetched is fetched when a moderator asks again', async () => {
  const { page: address } = await newModerated();
  const { page } = await newPage(browser());
  await page.route(/assets\/moderate-/, (route) => route.abort(), { times: 1 });
  const failed = page.waitForEvent('requestfailed');
  await page.goto(`${address}#moderate`);
  await failed;
  await page.locator('#nickname').waitFor();
  const ask = () =>
    page.evaluate(() => {
      location.hash = '';
      location.hash = '#moderate';
      return document.querySelectorAll('#token').length;
    });
  await expect.poll(ask).toBe(1);
});

test('who is no moderator fetches nothing of all this', async () => {
  const { page: address } = await newModerated();
  const { page } = await newPage(browser());
  const scripts: string[] = [];
  page.on('request', (request) => scripts.push(request.url()));
  await page.goto(address);
  await new Chat(page).join('Khách');
  expect(scripts.some((script) => script.includes('/assets/room-'))).toBe(true);
  expect(scripts.filter((script) => script.includes('/assets/moderate-'))).toEqual([]);
});
