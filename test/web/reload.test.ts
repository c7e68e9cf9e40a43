import { expect, test } from 'vitest';
import { Chat, openChat, useBrowser } from '../helpers/browser.ts';
import { newMember } from '../helpers/client.ts';
import { messagesIn } from '../helpers/history-file.ts';
import { newPerson, positioned } from '../helpers/person.ts';
import { newProxy } from '../helpers/proxy.ts';
import { newServer } from '../helpers/server.ts';

const browser = useBrowser();

test('P-RES-2, P-RES-3: a page that is reloaded under traffic is back at once, and nobody sees it leave or join', async () => {
  const { url, dataFile, entries } = await newServer();
  const { page, chat } = await openChat(browser(), url);
  await chat.join('An');
  const binh = await newPerson(url, 'Bình');
  let count = 0;
  // It always has something to say.
  const stop = binh.client.on('messages', (messages) => {
    if (messages.some(({ name }) => name === 'Bình')) binh.client.send(`${count++}`);
  });
  binh.client.send('bắt đầu');
  const form = page.getByRole('textbox', { name: 'Nickname', exact: true });
  for (let reloads = 0; reloads < 3; reloads++) {
    const { length } = binh.shown;
    await chat.say(`từ An ${reloads}`);
    await binh.sees(`từ An ${reloads}`);
    await expect.poll(() => page.locator('[data-state]').count()).toBe(0);
    await page.reload();
    await chat.status('registered');
    expect(await form.count()).toBe(0);
    expect(await chat.online()).toEqual(['An (you)', 'Bình']);
    await binh.when(() => binh.shown.length > length + 10);
  }
  expect(binh.notices).toEqual([]);
  expect(entries.flatMap((entry) => (entry.kind === 'close' ? [entry.code] : []))).toEqual([
    1001, 1001, 1001,
  ]);
  expect(entries.filter(({ kind }) => kind === 'resume')).toHaveLength(3);
  stop();
  await binh.settled();
  // It is where it had read to.
  const newest = page.getByRole('button', { name: /Newest messages/ });
  if (await newest.isVisible()) await newest.click();
  await chat.sees(`${count - 1}`);
  const stored = await messagesIn(dataFile);
  const rows = await chat.rows();
  expect(rows).toMatchObject(
    positioned(stored, stored.length - rows.length).map(({ timestamp: _, ...row }) => row),
  );
});

test('P-RES-2: a tab that is duplicated does not take the nickname from the first: it suggests it, and asks for another', async () => {
  const { url } = await newServer();
  const { page, chat } = await openChat(browser(), url);
  await chat.join('An');
  const opened = page.waitForEvent('popup');
  // A window that a page opens gets a copy of its sessionStorage, as a duplicated tab does.
  await page.evaluate(() => void window.open(location.href));
  const copy = new Chat(await opened);
  const field = copy.page.getByRole('textbox', { name: 'Nickname', exact: true });
  await expect.poll(() => field.inputValue()).toBe('An');
  await copy.tryName('An');
  await copy.page.locator('[data-refusal]').waitFor();
  await copy.join('An hai');
  expect(await chat.online()).toEqual(['An (you)', 'An hai']);
  // Each comes back as itself.
  for (const { page: one } of [chat, copy]) await one.reload();
  await chat.status('registered');
  await copy.status('registered');
  expect(await chat.online()).toEqual(['An (you)', 'An hai']);
  expect(await copy.online()).toEqual(['An', 'An hai (you)']);
});

test('P-RES-2: a window whose nickname goes on in another says so, does not fight for it, and can have it back', async () => {
  const { url } = await newServer({ pingInterval: 0.5, resumeSeconds: 0.1 });
  const { page, chat } = await openChat(browser(), url);
  await chat.join('An');
  const binh = await newPerson(url, 'Bình');
  // A hidden tab is one that may be reloaded any time, so its copy is as good as itself.
  await page.evaluate(() => {
    Object.defineProperty(document, 'hidden', { value: true, configurable: true });
    document.dispatchEvent(new Event('visibilitychange'));
  });
  const opened = page.waitForEvent('popup');
  await page.evaluate(() => void window.open(location.href));
  const copy = new Chat(await opened);
  await copy.status('registered');
  await chat.status('stopped');
  expect(binh.notices).toEqual([]);
  const banner = page.locator('[data-banner="takenOver"]');
  expect(await banner.textContent()).toContain('in another window');
  await copy.say('ở đây');
  await binh.sees('ở đây');
  expect(await page.locator('main').getAttribute('data-status')).toBe('stopped');
  await copy.page.close();
  await binh.hasOnline('An', false);
  await banner.getByRole('button', { name: 'Continue here' }).click();
  await chat.status('registered');
  await chat.sees('ở đây');
  expect(await chat.online()).toEqual(['Bình', 'An (you)']);
});

test('P-RES-3: a page without a network for a while is not missed, and sends messages written meanwhile', async () => {
  const { url } = await newServer();
  const proxy = await newProxy(url);
  const { page, chat } = await openChat(browser(), proxy.url);
  await chat.join('An');
  const binh = await newPerson(url, 'Bình');
  proxy.refuse();
  proxy.cut();
  await chat.status('waiting');
  await chat.say('đã mất mạng');
  await page.locator('[data-state="waiting"]').waitFor();
  binh.client.send('có ai không?');
  proxy.accept();
  await page.evaluate(() => dispatchEvent(new Event('online')));
  await chat.sees('đã mất mạng');
  await binh.sees('đã mất mạng');
  expect(await chat.contents()).toEqual(['có ai không?', 'đã mất mạng']);
  expect(binh.notices).toEqual([]);
});

test('P-RES-3: a page whose nickname is somebody else’s by now asks for another', async () => {
  const { url } = await newServer({ pingInterval: 0.2, resumeSeconds: 0 });
  const { page, chat } = await openChat(browser(), url);
  await chat.join('An');
  const binh = await newPerson(url, 'Bình');
  await page.goto('about:blank');
  await binh.hasOnline('An', false);
  await newMember(url, 'An');
  await page.goBack();
  await expect.poll(() => page.locator('[data-refusal]').textContent()).toContain('using');
  await chat.join('An hai');
});

test('the nickname is suggested to the next window, which is somebody of its own', async () => {
  const { url } = await newServer();
  const { page, chat } = await openChat(browser(), url);
  await chat.join('An');
  const next = new Chat(await page.context().newPage());
  await next.page.goto(page.url());
  await next.status('unregistered');
  expect(await next.page.getByRole('textbox', { name: 'Nickname', exact: true }).inputValue()).toBe('An');
  await next.join('Bình');
  expect(await chat.online()).toEqual(['An (you)', 'Bình']);
});

test('what is being written is there again after a reload, until it is sent', async () => {
  const { url } = await newServer();
  const { page, chat } = await openChat(browser(), url);
  await chat.join('An');
  await chat.composer.fill('viết dở\ndòng hai');
  await page.reload();
  await chat.status('registered');
  expect(await chat.composer.inputValue()).toBe('viết dở\ndòng hai');
  await chat.composer.press('Enter');
  await chat.sees('viết dở\ndòng hai');
  await page.reload();
  await chat.status('registered');
  expect(await chat.composer.inputValue()).toBe('');
});

test('P-RES-3: a nickname that one’s own closed tab still holds is asked for until it is free, which the page says', async () => {
  const { url } = await newServer({ pingInterval: 2, resumeSeconds: 5 });
  const { page, chat } = await openChat(browser(), url);
  await chat.join('An');
  const next = new Chat(await page.context().newPage());
  await next.page.goto(page.url());
  await next.status('unregistered');
  await page.goto('about:blank');
  await next.tryName('An');
  await expect.poll(() => next.page.locator('[data-refusal]').textContent()).toContain('earlier connection');
  await next.status('registered');
  expect(await next.online()).toEqual(['An (you)']);
});

test('P-NAME-5: a page that was reloaded is no ghost: the next tab hears at once that its nickname is in use', async () => {
  const { url } = await newServer();
  const { page, chat } = await openChat(browser(), url);
  await chat.join('An');
  await page.reload();
  await chat.status('registered');
  const next = new Chat(await page.context().newPage());
  await next.page.goto(page.url());
  await next.status('unregistered');
  await next.tryName('An');
  await expect.poll(() => next.page.locator('[data-refusal]').textContent()).toContain('already using');
});

test.each(['form', 'command'])(
  'P-RES-3: a change to a nickname that one’s own closed tab still holds is asked for until it is free, by %s',
  async (way) => {
    const { url } = await newServer({ pingInterval: 2, resumeSeconds: 5 });
    const { page, chat } = await openChat(browser(), url);
    await chat.join('An');
    const next = new Chat(await page.context().newPage());
    await next.page.goto(page.url());
    await next.join('Bình');
    await page.goto('about:blank');
    if (way === 'command') await next.say('/nick An');
    else {
      await next.page.getByRole('button', { name: 'Change nickname' }).click();
      await next.page.getByRole('textbox', { name: 'New nickname' }).fill('An');
      await next.page.keyboard.press('Enter');
    }
    await next.page.getByText('Your earlier connection still holds this nickname.').waitFor();
    expect(await next.page.locator('[data-refusal]').count()).toBe(0);
    await next.page.locator('.member', { hasText: 'An (you)' }).waitFor();
    await next.page.locator('[data-banner]').waitFor({ state: 'detached' });
  },
);

test('P-RES-3: a change of nickname that is cancelled is not asked for any more', async () => {
  const { url, entries } = await newServer({ resumeSeconds: 8 });
  const { page, chat } = await openChat(browser(), url);
  await chat.join('An');
  const next = new Chat(await page.context().newPage());
  await next.page.clock.install();
  await next.page.goto(page.url());
  await next.join('Bình');
  await page.goto('about:blank');
  await next.page.getByRole('button', { name: 'Change nickname' }).click();
  await next.page.getByRole('textbox', { name: 'New nickname' }).fill('An');
  await next.page.keyboard.press('Enter');
  await next.page.locator('[data-banner="haunted"]').waitFor();
  await next.page.keyboard.press('Escape');
  await next.page.locator('[data-banner]').waitFor({ state: 'detached' });
  /** How many claims have been refused, as soon as all that were sent have been answered. */
  const refusals = async (last: string) => {
    await next.say(last);
    await next.sees(last);
    return entries.filter(({ kind }) => kind === 'refusal').length;
  };
  const before = await refusals('đã huỷ');
  await next.page.clock.runFor(5000);
  expect(await refusals('vẫn là Bình')).toBe(before);
  expect(await next.online()).toContain('Bình (you)');
});

test('P-NAME-5: a nickname that somebody else holds is refused at once, though one has held it before', async () => {
  const { url } = await newServer({ pingInterval: 0.5, resumeSeconds: 0 });
  const { page, chat } = await openChat(browser(), url);
  await chat.join('An');
  const next = new Chat(await page.context().newPage());
  await next.page.goto(page.url());
  await next.status('unregistered');
  await next.tryName('An');
  await expect.poll(() => next.page.locator('[data-refusal]').textContent()).toContain('already using');
  await expect.poll(() => next.page.locator('form').getAttribute('aria-busy')).toBe('false');
});
