import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { expect, onTestFinished, test } from 'vitest';
import { Chat, faultsOf, useBrowser } from '../helpers/browser.ts';
import { newMember } from '../helpers/client.ts';
import { newServer, newServerWith } from '../helpers/server.ts';

const browser = useBrowser();

/** Somebody else's page, on an origin of its own, with one line for the chat in it. */
async function newBlog(
  line: (chat: string) => string,
  policy?: (chat: string) => string,
  headers: Record<string, string> = {},
) {
  let chat = '';
  const blog = createServer((_, response) => {
    response.setHeader('content-type', 'text/html; charset=utf-8');
    for (const [name, value] of Object.entries(headers)) response.setHeader(name, value);
    if (policy !== undefined) response.setHeader('content-security-policy', policy(chat));
    response.end(`<!doctype html><html lang="en"><title>Blog</title><h1>Blog</h1>${line(chat)}</html>`);
  });
  await new Promise<void>((resolve) => blog.listen(0, '127.0.0.1', resolve));
  onTestFinished(() => {
    blog.closeAllConnections();
    blog.close();
  });
  const origin = `http://127.0.0.1:${(blog.address() as AddressInfo).port}`;
  return {
    origin,
    pointTo: (url: string) => {
      chat = url.replace('ws:', 'http:');
    },
  };
}

/** A blog whose server lists it, opened in a browser profile of its own. */
async function openBlog(...blogOf: Parameters<typeof newBlog>) {
  const blog = await newBlog(...blogOf);
  const { url } = await newServer({ embedOrigins: blog.origin });
  blog.pointTo(url);
  const page = await (await browser().newContext({ locale: 'en-GB' })).newPage();
  const faults = faultsOf(page);
  onTestFinished(async () => {
    await page.context().close();
    expect(faults.filter((fault) => !fault.includes('favicon'))).toEqual([]);
  });
  await page.goto(blog.origin, { waitUntil: 'load' });
  const opener = page.getByRole('button', { name: /chat/i });
  const frame = page.frameLocator('iframe');
  const join = async () => {
    await opener.click();
    await frame.getByRole('textbox', { name: 'Nickname' }).fill('An');
    await frame.getByRole('button', { name: 'Join', exact: true }).click();
  };
  return { url, origin: blog.origin, page, opener, frame, join };
}

test.each([
  ['without a policy', undefined],
  [
    'under a strict policy of its own',
    (chat: string) => `default-src 'none'; script-src ${chat}; frame-src ${chat}; style-src 'self'`,
  ],
])('one line brings the chat into another page, %s', async (_, policy) => {
  const { url, frame, join } = await openBlog(
    (chat) => `<script src="${chat}widget.js" async></script>`,
    policy,
  );
  await join();
  await frame.getByRole('textbox', { name: 'Message' }).fill('từ blog');
  const binh = await newMember(url, 'Bình');
  await frame.getByRole('textbox', { name: 'Message' }).press('Enter');
  expect(await binh.next()).toMatchObject({ datatype: 'message', name: 'An', content: 'từ blog' });
});

test('a closed window reads nothing: its button counts messages, and it opens where the unread ones begin', async () => {
  const script = (chat: string) => `<script src="${chat}widget.js" async></script>`;
  const { url, page, opener, frame, join } = await openBlog((chat) => script(chat) + script(chat));
  expect(await opener.count()).toBe(1);
  await join();
  const binh = await newMember(url, 'Bình');
  for (let number = 0; number < 30; number++) await binh.ask({ data: 'send', content: `đã đọc ${number}` });
  const log = frame.locator('[role="log"]');
  await log.getByText('đã đọc 29', { exact: true }).waitFor();
  const toEnd = () =>
    log.evaluate(({ scrollHeight, clientHeight, scrollTop }) => scrollHeight - clientHeight - scrollTop);
  await expect.poll(toEnd).toBeLessThan(2);
  await page.getByRole('button', { name: 'Close' }).click();
  for (let number = 0; number < 30; number++) await binh.ask({ data: 'send', content: `chưa đọc ${number}` });
  await expect.poll(() => opener.getAttribute('aria-label')).toContain('30 unread');
  expect(await opener.textContent()).toBe('30');
  await page.evaluate(() =>
    window.postMessage({ type: 'classic-chatbox:unread', count: 7 }, location.origin),
  );
  await opener.click();
  await log.getByText('chưa đọc 0', { exact: true }).waitFor();
  const marker = frame.locator('[data-row="unread"]');
  expect(await marker.count()).toBe(1);
  await expect.poll(async () => (await marker.boundingBox())?.y ?? 0).toBeGreaterThan(0);
  await frame.getByRole('button', { name: /Newest messages/ }).click();
  await log.getByText('chưa đọc 29', { exact: true }).waitFor();
  await expect.poll(toEnd).toBeLessThan(2);
  await expect.poll(() => page.locator('.badge').textContent()).toBe('0');
  // Whoever had scrolled up finds the same place again.
  await log.hover();
  await page.mouse.wheel(0, -700);
  await frame.getByRole('button', { name: /Newest messages/ }).waitFor();
  const top = await log.evaluate(({ scrollTop }) => scrollTop);
  await page.getByRole('button', { name: 'Close' }).click();
  await binh.ask({ data: 'send', content: 'cuối cùng' });
  await expect.poll(() => opener.textContent()).toBe('1');
  await opener.click();
  await expect.poll(() => log.evaluate(({ scrollTop }) => scrollTop)).toBeCloseTo(top, -1);
});

test('P-RES-3: the chat is there on the next page of the site as it was on the last, and nobody sees it leave or join', async () => {
  const { url, origin, page, opener, frame, join } = await openBlog(
    (chat) => `<input><script src="${chat}widget.js" async></script>`,
  );
  await join();
  const registered = frame.locator('main[data-status="registered"]');
  await registered.waitFor();
  const binh = await newMember(url, 'Bình');
  const field = frame.getByRole('textbox', { name: 'Message' });
  await field.fill('viết dở');
  await page.goto(`${origin}/next`);
  await registered.waitFor();
  expect(await field.inputValue()).toBe('viết dở');
  // The keyboard is not taken from the page.
  await page.locator('input').click();
  await page.reload();
  await registered.waitFor();
  expect(await page.evaluate(() => document.activeElement?.id)).toBe('');
  await page.getByRole('button', { name: 'Close' }).click();
  await page.reload();
  await registered.waitFor({ state: 'attached' });
  await binh.ask({ data: 'send', content: 'còn đó không?' });
  await expect.poll(() => opener.textContent()).toBe('1');
  expect(await binh.pending()).toEqual([]);
});

test.each([
  ['the server does not name its origin', '', undefined, {}, /--embed-origins ORIGIN/],
  [
    'its own policy does not allow the frame',
    '*',
    (chat: string) => `default-src 'none'; script-src ${chat}`,
    {},
    /frame-src CHAT$/,
  ],
  [
    'it is isolated from other origins',
    '*',
    undefined,
    { 'cross-origin-embedder-policy': 'require-corp' },
    /without Cross-Origin-Embedder-Policy/,
  ],
])(
  'where the chat may not be in a frame, there is a link instead, and the console says what mends it: %s',
  async (_, embedOrigins, policy, headers, remedy) => {
    const blog = await newBlog((chat) => `<script src="${chat}widget.js" async></script>`, policy, headers);
    const { url } = await newServer({ embedOrigins });
    blog.pointTo(url);
    const page = await (await browser().newContext({ locale: 'en-GB' })).newPage();
    const said = page.waitForEvent('console', (message) => message.text().startsWith('The chat cannot be'));
    await page.goto(blog.origin);
    const opener = page.getByRole('button', { name: /chat/i });
    await opener.press('Enter');
    const link = page.getByRole('link', { name: 'Open the chat in a new tab' });
    await link.waitFor();
    // The keyboard stays in the window, the second time too.
    const isFocused = () => link.evaluate((element) => element.matches(':focus'));
    expect(await isFocused()).toBe(true);
    await page.keyboard.press('Escape');
    await opener.press('Enter');
    expect(await isFocused()).toBe(true);
    const chat = url.replace('ws:', 'http:');
    expect(await link.getAttribute('href')).toBe(chat);
    expect(await page.locator('iframe').count()).toBe(0);
    const line = (await said).text().replace(blog.origin, 'ORIGIN').replace(new URL(chat).origin, 'CHAT');
    expect(line).toMatch(remedy);
    await page.context().close();
  },
);

test('the window opens with the keyboard in the field, the second time too, and has the host’s title and colour', async () => {
  const blog = await newBlog((chat) => `<script src="${chat}widget.js" data-title=" " async></script>`);
  const { url } = await newServer({ embedOrigins: blog.origin, title: 'Lớp 7A', color: '#7a0d4c' });
  blog.pointTo(url);
  const page = await (await browser().newContext({ locale: 'en-GB' })).newPage();
  await page.goto(blog.origin);
  await page.getByRole('button', { name: 'Chat', exact: true }).press('Enter');
  const frame = page.frameLocator('iframe');
  await expect.poll(() => page.locator('.heading').textContent()).toBe('Lớp 7A');
  const colorOf = (place: string) =>
    page.locator(place).evaluate((element) => getComputedStyle(element).backgroundColor);
  expect(await colorOf('.bar')).toMatch(/^oklch\(0\.495 0\.12 /);
  const focused = () => frame.locator(':focus').getAttribute('id');
  await expect.poll(focused).toBe('nickname');
  await page.keyboard.type('An');
  await page.keyboard.press('Enter');
  await expect.poll(focused).toBe('message');
  await frame.getByRole('button', { name: 'Change nickname' }).focus();
  await page.getByRole('button', { name: 'Close' }).press('Enter');
  await page.getByRole('button', { name: 'Chat', exact: true }).press('Enter');
  await expect.poll(focused).toBe('message');
  await page.context().close();
});

test.each([
  [640, 170],
  [320, 200],
  [1280, 360],
])(
  'at %i × %i the window can be closed and written in, and what is searched for is seen',
  async (width, height) => {
    const blog = await newBlog((chat) => `<script src="${chat}widget.js" async></script>`);
    const { url } = await newServerWith(9, {}, { embedOrigins: blog.origin });
    blog.pointTo(url);
    const viewport = { width, height };
    const page = await (await browser().newContext({ locale: 'en-GB', viewport })).newPage();
    await page.goto(blog.origin);
    await page.getByRole('button', { name: /chat/i }).click();
    const frame = page.frameLocator('iframe');
    await frame.getByRole('textbox', { name: 'Nickname' }).fill('An');
    await page.keyboard.press('Enter');
    await frame.getByRole('textbox', { name: 'Message' }).focus();
    for (const place of [
      page.locator('.window'),
      page.getByRole('button', { name: 'Close' }),
      frame.getByRole('button', { name: 'Send' }),
    ]) {
      const { x, y, width: wide, height: high } = (await place.boundingBox()) ?? new DOMRect(-1);
      expect(Math.min(x, y)).toBeGreaterThanOrEqual(0);
      expect(x + wide).toBeLessThanOrEqual(width);
      expect(y + high).toBeLessThanOrEqual(height);
    }
    await frame.getByRole('button', { name: 'Search messages' }).click();
    await page.keyboard.type('1');
    const hit = frame.locator('#finder li').first();
    await hit.scrollIntoViewIfNeeded();
    const shown = hit.evaluate(
      (element) =>
        new Promise((resolve) => {
          new IntersectionObserver(([entry]) => resolve(entry?.intersectionRatio)).observe(element);
        }),
    );
    expect(await shown).toBeGreaterThan(0.9);
    await page.context().close();
  },
);

test('an iframe of one line does the same', async () => {
  const blog = await newBlog((chat) => `<iframe src="${chat}?embed=1" title="Chat"></iframe>`);
  const { url } = await newServer({ embedOrigins: '*' });
  blog.pointTo(url);
  const page = await (await browser().newContext({ locale: 'en-GB' })).newPage();
  await page.goto(blog.origin);
  await page.frameLocator('iframe').getByRole('textbox', { name: 'Nickname' }).waitFor();
  await page.context().close();
});

test('a page that the host has not named cannot show the chat in a frame', async () => {
  const blog = await newBlog((chat) => `<iframe src="${chat}?embed=1" title="Chat"></iframe>`);
  const { url } = await newServer();
  blog.pointTo(url);
  const page = await (await browser().newContext({ locale: 'en-GB' })).newPage();
  const refused = page.waitForEvent('console', (message) => /frame-ancestors/.test(message.text()));
  await page.goto(blog.origin);
  await refused;
  expect(await page.frameLocator('iframe').locator('main').count()).toBe(0);
  await page.context().close();
});

test('the chat in a frame is the chat: it can be opened alone too', async () => {
  const { url } = await newServer();
  const page = await (await browser().newContext({ locale: 'en-GB' })).newPage();
  await page.goto(`${url.replace('ws:', 'http:')}?embed=1&lang=vi`);
  await page.getByRole('textbox', { name: 'Biệt danh' }).waitFor();
  expect(await page.locator('html').getAttribute('data-embed')).not.toBeNull();
  await new Chat(page).status('unregistered');
  await page.context().close();
});
