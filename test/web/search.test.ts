import type { Page } from 'playwright-core';
import { expect, test } from 'vitest';
import type { ChatMessage } from '../../src/client/client.ts';
import { spanOf, type Window } from '../../src/protocol/window.ts';
import { patternOf } from '../../web/chat/pattern.ts';
import { Search } from '../../web/chat/search.ts';
import { Transcript } from '../../web/chat/transcript.ts';
import { openChat, useBrowser, violationsOf } from '../helpers/browser.ts';
import { newServer, newServerWith } from '../helpers/server.ts';

const browser = useBrowser();

test.each([
  ['duong', ['duong', 'Đường', 'ĐƯƠNG', 'dưỡng'], ['du ong', 'buong']],
  ['dương', ['Dương', 'đường', 'dượng'], ['duong', 'duông']],
  ['đường', ['Đường', 'con đường'], ['đương', 'duong', 'dường']],
  ['e', ['ệ', 'É'], ['o']],
  ['ê', ['ệ', 'ề', 'Ê'], ['e', 'ẹ']],
  ['hai  dong', ['hai\ndòng'], ['haidong']],
  [' a.*(b ', ['xa.*(bx'], ['axx(b']],
])('%j finds %j, and not %j', (query, found, others) => {
  const finds = (text: string) => patternOf(query)?.test(text.normalize('NFD'));
  expect(found.filter((text) => !finds(text))).toEqual([]);
  expect(others.filter((text) => finds(text))).toEqual([]);
});

test('an empty query finds nothing', () => {
  expect(patternOf(' \n')).toBeUndefined();
});

/** A page that holds the last messages of a history, from position `held` on. The windows it asks for are in `asked`. */
function newPlace(contents: readonly string[], held: number, ignored: readonly string[] = []) {
  const history = contents.map(
    (content, position): ChatMessage => ({
      name: position % 2 === 0 ? 'An' : 'Bình',
      content,
      timestamp: '22/11/2026 10/0600',
      position,
    }),
  );
  const transcript = new Transcript();
  for (const message of history.slice(held)) transcript.append(message, false);
  const asked: Window[] = [];
  const broken = { is: false };
  const client = {
    history: async (window: Window) => {
      asked.push(window);
      if (broken.is) throw new Error('lost');
      const { first, end } = spanOf(window, history.length);
      return history.slice(first, end);
    },
  };
  const place = { client, transcript, ignored: { has: (name: string) => ignored.includes(name) } };
  return { place, asked, broken };
}

/** Resolves once the search has come to a stop. */
async function stopped(search: Search): Promise<number[]> {
  await expect.poll(() => search.isRunning).toBe(false);
  return search.hits.map(({ position }) => position);
}

const tale = Array.from({ length: 3000 }, (_, position) => (position % 1000 === 7 ? 'tìm' : 'khác'));

test('what the page does not hold is fetched in stretches, newest first, and only when it is searched', async () => {
  const { place, asked } = newPlace(tale, 2900);
  const search = new Search(place, () => {});
  search.find('  ');
  expect(await stopped(search)).toEqual([]);
  expect(asked).toEqual([]);
  search.find('tim');
  expect(await stopped(search)).toEqual([2007, 1007, 7]);
  // The oldest message that the page holds has no row yet.
  expect(asked).toEqual([2901, 1901, 901].map((before) => ({ before, limit: 1000 })));
  expect([search.before, search.total]).toEqual([0, 3000]);
});

test('nothing more is fetched after a hundred hits until more are wanted', async () => {
  const { place, asked } = newPlace(tale, 2500);
  const search = new Search(place, () => {});
  search.find('khac');
  expect(await stopped(search)).toEqual(Array.from({ length: 100 }, (_, index) => 2999 - index));
  await search.goOn();
  expect(search.hits.at(-1)?.position).toBe(2800);
  expect(asked).toEqual([]);
});

test('messages that come later are found by a later search', async () => {
  const { place } = newPlace(['tìm'], 0);
  const search = new Search(place, () => {});
  search.find('tim');
  expect(await stopped(search)).toEqual([0]);
  place.transcript.append({ name: 'An', content: 'tìm', timestamp: '', position: 1 }, false);
  search.find('tìm');
  expect(await stopped(search)).toEqual([1, 0]);
});

test('another search, or closing, ends the one before; a failure can be overcome', async () => {
  const { place, asked, broken } = newPlace(tale, 2500);
  const search = new Search(place, () => {});
  search.find('tim');
  search.find('khac');
  expect((await stopped(search)).length).toBe(100);
  expect(asked.length).toBe(1);
  search.find('tim');
  search.close();
  await new Promise(setImmediate);
  expect(asked.length).toBe(2);
  expect(search.hits).toEqual([]);
  broken.is = true;
  search.find('tim');
  expect(await stopped(search)).toEqual([]);
  expect(search.before).toBe(2501);
  broken.is = false;
  await search.goOn();
  expect(await stopped(search)).toEqual([2007, 1007, 7]);
});

test('whom the reader ignores is not found', async () => {
  const { place } = newPlace(['tìm', 'tìm', 'tìm'], 0, ['Bình']);
  const search = new Search(place, () => {});
  search.find('tim');
  expect(await stopped(search)).toEqual([2, 0]);
});

const field = (page: Page) => page.locator('#finder').getByRole('textbox');
const results = (page: Page) => page.locator('#finder li');

/** Whether the message that the search has led to is wholly in view. */
async function isFoundInView(page: Page): Promise<boolean> {
  return page.locator('[data-found]').evaluate((row) => {
    const log = row.closest('[role="log"]')?.getBoundingClientRect() ?? new DOMRect();
    const { top, bottom } = row.getBoundingClientRect();
    return top >= log.top && bottom <= log.bottom;
  });
}

test('a message at the beginning of a hundred thousand is found without its diacritics, and gone to', async () => {
  const { url, messages } = await newServerWith(100_000, { 3: 'Đường về\nquê' });
  const { page, chat } = await openChat(browser(), url);
  await chat.join('Bình');
  const last = messages.at(-1)?.content ?? '';
  await chat.sees(last);
  await page.getByRole('button', { name: 'Search messages' }).click();
  await field(page).pressSequentially('duong ve');
  await expect.poll(() => results(page).count()).toBe(1);
  expect(await results(page).locator('mark').allTextContents()).toEqual(['Đường về']);
  expect(await results(page).textContent()).toMatch(/^An22 Nov 2026, 10:06Đường về\nquê$/);
  await field(page).press('Enter');
  await expect.poll(() => page.locator('[data-found]').getAttribute('data-position')).toBe('3');
  await expect.poll(() => isFoundInView(page)).toBe(true);
  expect(await page.locator('[role="log"]:focus').count()).toBe(1);
  expect(await page.locator('[data-row]').count()).toBeLessThan(150);
  await page.getByRole('button', { name: 'Newest messages' }).click();
  await chat.sees(last);
  // The page forgets again what nobody is reading.
  await chat.say('xong');
  await expect.poll(() => page.locator('.rows').evaluate((rows) => rows.clientHeight)).toBeLessThan(300_000);
});

test('a message in the middle, and then one that is loaded already, are gone to from the list of results', async () => {
  const { url, messages } = await newServerWith(5000, { 2500: 'một con mèo', 2600: 'hai con mèo' });
  const { page, chat } = await openChat(browser(), url);
  await chat.join('Bình');
  await chat.sees(messages.at(-1)?.content ?? '');
  for (const [content, position] of [
    ['một con mèo', '2500'],
    ['hai con mèo', '2600'],
  ] as const) {
    await page.keyboard.press('ControlOrMeta+f');
    await field(page).fill('MEO');
    await results(page).getByText(content).click();
    await expect.poll(() => page.locator('[data-found]').getAttribute('data-position')).toBe(position);
    await expect.poll(() => isFoundInView(page)).toBe(true);
  }
});

test('Ctrl+F opens the search and, pressed again, leaves the key to the browser; Escape gives the focus back', async () => {
  const { url } = await newServerWith(10);
  const { page, chat } = await openChat(browser(), url);
  await chat.join('Bình');
  // What is left to the browser after the page has heard of the key.
  const left = await page.evaluateHandle(() => {
    const keys: boolean[] = [];
    addEventListener('keydown', (event) => {
      if (event.key === 'f') keys.push(!event.defaultPrevented);
    });
    return keys;
  });
  await chat.composer.focus();
  await page.keyboard.press('ControlOrMeta+f');
  await field(page).waitFor();
  await page.keyboard.press('ControlOrMeta+f');
  await field(page).waitFor({ state: 'hidden' });
  expect(await left.jsonValue()).toEqual([false, true]);
  await page.keyboard.press('ControlOrMeta+f');
  await field(page).fill('ạ');
  await expect.poll(() => results(page).count()).toBe(10);
  await page.keyboard.press('Escape');
  await field(page).waitFor({ state: 'hidden' });
  expect(await page.locator('#message:focus').count()).toBe(1);
});

test('nothing is fetched before somebody searches; then the progress is shown, and closing ends it', async () => {
  const { url, messages } = await newServerWith(5000);
  const { page, chat } = await openChat(browser(), url);
  let asked = 0;
  let answer = () => {};
  const answered = new Promise<void>((resolve) => {
    answer = resolve;
  });
  await page.routeWebSocket(/.*/, (socket) => {
    const server = socket.connectToServer();
    socket.onMessage((data) => {
      if (String(data).includes('"limit":1000')) asked++;
      server.send(data);
    });
    server.onMessage(async (data) => {
      if (asked > 0) await answered;
      socket.send(data);
    });
  });
  await page.reload();
  await chat.join('Bình');
  await chat.sees(messages.at(-1)?.content ?? '');
  await page.keyboard.press('ControlOrMeta+f');
  await field(page).waitFor();
  expect(asked).toBe(0);
  await field(page).fill('không có');
  await page.getByRole('progressbar').waitFor();
  expect(await page.getByRole('progressbar').evaluate((bar) => (bar as HTMLProgressElement).max)).toBe(5000);
  const closing = await page.locator('#finder').evaluateHandle((dialog) => ({
    end: new Promise<void>((resolve) => {
      dialog.addEventListener('close', () => resolve());
    }),
  }));
  await page.keyboard.press('Escape');
  await closing.evaluate(({ end }) => end);
  answer();
  await chat.say('xong');
  await chat.sees('xong');
  expect(asked).toBe(1);
});

test.each([
  ['light', 1280, 'en', ''],
  ['dark', 320, 'vi', '?embed=1'],
] as const)(
  'axe-core finds nothing in the search, %s, %i px, %s%s',
  async (colorScheme, width, lang, embed) => {
    const { url } = await newServerWith(300, { 20: `${'xa '.repeat(900)}Đường` });
    const viewport = { width, height: 640 };
    const { page, chat } = await openChat(browser(), `${url}${embed}`, {
      colorScheme,
      viewport,
      locale: lang,
      bypassCSP: true,
    });
    const [label, join, newest] =
      lang === 'en'
        ? ['Nickname', 'Join', 'Search older messages']
        : ['Biệt danh', 'Vào', 'Tìm trong tin cũ hơn'];
    await page.getByRole('textbox', { name: label }).fill('Bình');
    await page.getByRole('button', { name: join, exact: true }).click();
    await chat.status('registered');
    await page.locator('#message').waitFor();
    await page.keyboard.press('ControlOrMeta+f');
    await field(page).fill('duong');
    await expect.poll(() => results(page).locator('mark').allTextContents()).toEqual(['Đường']);
    expect(await violationsOf(page)).toEqual([]);
    await field(page).fill('a');
    const more = page.getByRole('button', { name: newest });
    await more.waitFor();
    expect(await results(page).count()).toBe(100);
    expect(await violationsOf(page)).toEqual([]);
    await more.click();
    await expect.poll(() => results(page).count()).toBe(200);
    expect(await page.evaluate(() => document.documentElement.scrollWidth - innerWidth)).toBeLessThanOrEqual(
      0,
    );
  },
);

test('more is not searched for than a pattern can hold', async () => {
  const { url } = await newServerWith(3);
  const { page, chat } = await openChat(browser(), url);
  await chat.join('Bình');
  await page.getByRole('button', { name: 'Search messages' }).click();
  await field(page).evaluate((element) => element.focus());
  await page.keyboard.insertText('ạ'.repeat(100_000));
  await expect.poll(() => field(page).inputValue()).toBe('ạ'.repeat(200));
  await page.getByText('Messages found: 0').waitFor();
});

/** A page whose connection was lost when a search had led to the first messages, far from what it holds. */
async function lostWhileSeeking() {
  const { url, chat: server, dataFile: data } = await newServerWith(3000, { 3: 'cái kim' });
  const { page, chat } = await openChat(browser(), url);
  await chat.join('Bình');
  await page.getByRole('button', { name: 'Search messages' }).click();
  await field(page).fill('cai kim');
  await expect.poll(() => results(page).count()).toBe(1);
  await server.close();
  await page.locator('[data-banner]').waitFor();
  await results(page).getByRole('button').click();
  const comeBack = () => newServer({ data, port: Number(new URL(url).port) });
  return { page, chat, comeBack };
}

test('what is chosen while the connection is lost is gone to once it is back', async () => {
  const { page, comeBack } = await lostWhileSeeking();
  await comeBack();
  await expect.poll(() => page.locator('[data-found]').getAttribute('data-position')).toBe('3');
  await expect.poll(() => isFoundInView(page)).toBe(true);
});

test('who says something meanwhile seeks no more, and nothing is loaded for it', async () => {
  const { page, chat, comeBack } = await lostWhileSeeking();
  await chat.say('thôi');
  const asked: string[] = [];
  page.on('websocket', (socket) =>
    socket.on('framesent', ({ payload }) => {
      if (`${payload}`.includes('"before"')) asked.push(`${payload}`);
    }),
  );
  await comeBack();
  await chat.sees('thôi');
  expect(asked).toEqual([]);
});
