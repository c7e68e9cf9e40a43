import { readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';
import type { Page } from 'playwright-core';
import { expect, test } from 'vitest';
import type { Message } from '../../src/protocol/replies.ts';
import { newPage, useBrowser, violationsOf } from '../helpers/browser.ts';
import { runIn, writtenForm } from '../helpers/data.ts';
import { publishedHistory } from '../helpers/published-history.ts';
import { newFolder } from '../helpers/server.ts';

const browser = useBrowser();

const attacks = [
  ['</p></article></main><script>document.title = "x"</script>', '<img src=x onerror="document.title=1">'],
  ['"><svg onload=alert(1)>', "'><style>* { display: none }</style>"],
  ['<!--', ']]>&lt;b&gt;&#60;<base href="https://example.com/">'],
].flat();
const messages: readonly Message[] = [
  ...publishedHistory(40).messages,
  ...attacks.map((text) => ({ name: text, content: text, timestamp: '28/11/2026 10/0600' })),
  { name: 'Bình', content: '', timestamp: '28/11/2026 10/0700' },
  { name: '', content: '', timestamp: '<b>hôm qua</b>' },
];

/** Exports the messages as HTML, and opens the file. */
async function openExport(...args: string[]): Promise<{ page: Page; requests: string[] }> {
  const folder = await newFolder();
  const [file, out] = [join(folder, 'data.json'), join(folder, 'data.html')] as const;
  await writeFile(file, writtenForm(messages));
  await runIn(['export', file, '--format', 'html', '--out', out, ...args]);
  const { page } = await newPage(browser(), { bypassCSP: false });
  const requests: string[] = [];
  page.on('request', (request) => requests.push(request.url()));
  await page.goto(pathToFileURL(out).href);
  return { page, requests };
}

/** A text as a page has it: line ends are one character, and other control characters cannot be in it. */
const onPage = (text: string) => text.replace(/\r\n?/g, '\n').replace(/(?![\t\n])\p{Cc}/gu, '\ufffd');

test('an exported page shows every message as it is, runs nothing and loads nothing', async () => {
  const { page, requests } = await openExport();
  const shown = await page.locator('article').evaluateAll((articles) =>
    articles.map((article) => ({
      position: Number(article.id),
      name: article.querySelector('b, i')?.textContent,
      content: article.querySelector('p')?.textContent,
    })),
  );
  expect(shown).toEqual(
    messages.map(({ name, content }, position) => ({
      position,
      name: onPage(name) || 'name erased',
      content: onPage(content) || 'This message was removed.',
    })),
  );
  expect(
    await page.locator('main *').evaluateAll((all) => [...new Set(all.map((one) => one.localName))]),
  ).toEqual(expect.not.arrayContaining(['script', 'img', 'svg', 'base', 'style']));
  expect(await page.title()).toBe('data.json');
  expect(requests).toHaveLength(1);
});

test('an exported page has a heading for each day and says how much it has, in both languages', async () => {
  const { page } = await openExport();
  expect(await page.locator('html').getAttribute('lang')).toBe('en');
  expect(await page.locator('h2').allTextContents()).toEqual([
    expect.stringMatching(/^Thursday,? 1 January 2026$/),
    expect.stringMatching(/^Saturday,? 28 November 2026$/),
  ]);
  expect(await page.locator('time').first().getAttribute('datetime')).toBe('2026-01-01T00:00:00');
  expect(await page.locator('time').last().textContent()).toBe('<b>hôm qua</b>');
  expect(await page.locator('footer').textContent()).toBe('48 messages, 2 of them removed');
  const { page: translated } = await openExport('--lang', 'vi');
  expect(await translated.locator('html').getAttribute('lang')).toBe('vi');
  expect(await translated.locator('h2').last().textContent()).toMatch(/^Thứ Bảy/);
  expect(await translated.locator('article i').first().textContent()).toBe('Tin nhắn này đã bị gỡ.');
  expect(await translated.locator('footer').textContent()).toBe('48 tin nhắn, trong đó 2 tin đã bị gỡ');
});

test.each(['light', 'dark'] as const)('an exported page is readable in %s colours', async (colorScheme) => {
  const folder = await newFolder();
  const [file, out] = [join(folder, 'data.json'), join(folder, 'data.html')] as const;
  await writeFile(file, writtenForm(messages));
  await runIn(['export', file, '--format', 'html', '--out', out]);
  expect(await readFile(out, 'utf8')).toContain(`content="default-src 'none'; style-src 'sha256-`);
  const { page } = await newPage(browser(), { bypassCSP: true, colorScheme });
  await page.goto(pathToFileURL(out).href);
  expect(await violationsOf(page)).toEqual([]);
});
