import { existsSync } from 'node:fs';
import { delimiter, join } from 'node:path';
import axe from 'axe-core';
import { type Browser, type BrowserContextOptions, chromium, type Locator, type Page } from 'playwright-core';
import { afterAll, beforeAll, expect, onTestFinished } from 'vitest';

/** Debian's Chromium, or the one that the variable CHROMIUM names. */
function executable(): string {
  const { CHROMIUM, PATH = '' } = process.env;
  if (CHROMIUM !== undefined) return CHROMIUM;
  for (const folder of PATH.split(delimiter)) {
    for (const name of ['chromium', 'chromium-browser', 'google-chrome']) {
      const file = join(folder, name);
      if (existsSync(file)) return file;
    }
  }
  throw new Error('Chromium is not installed: npm test says how');
}

/** One Chromium for the tests of a file. */
export function useBrowser(): () => Browser {
  let browser: Browser;
  beforeAll(async () => {
    const isRoot = process.getuid?.() === 0;
    browser = await chromium.launch({ executablePath: executable(), args: isRoot ? ['--no-sandbox'] : [] });
  });
  afterAll(() => browser.close());
  return () => browser;
}

/** What Chromium says when a server is away or a test stands in the way, which is no fault of the page. */
const away =
  /WebSocket connection to .* failed|net::ERR_(FAILED|CONNECTION_REFUSED|CONNECTION_RESET)|ERR_EMPTY_RESPONSE/;

export type ChatPage = { page: Page; chat: Chat; faults: string[] };

/** The chat page in a browser profile of its own; at the end of the test nothing may have gone wrong in it. */
export async function openChat(
  browser: Browser,
  url: string,
  options: BrowserContextOptions = {},
): Promise<ChatPage> {
  const { page, faults } = await newPage(browser, options);
  await page.goto(url.replace('ws:', 'http:'));
  return { page, chat: new Chat(page), faults };
}

/** An empty page in a browser profile of its own, in English; at the end of the test nothing may have gone wrong in it. */
export async function newPage(
  browser: Browser,
  options: BrowserContextOptions = {},
): Promise<{ page: Page; faults: string[] }> {
  const context = await browser.newContext({ locale: 'en-GB', ...options });
  const page = await context.newPage();
  const faults = faultsOf(page);
  onTestFinished(async () => {
    await context.close();
    expect(faults).toEqual([]);
  });
  return { page, faults };
}

/** Errors, warnings and violations of the Content-Security-Policy, as the console tells them. */
export function faultsOf(page: Page): string[] {
  const faults: string[] = [];
  page.on('pageerror', (error) => faults.push(String(error)));
  page.on('console', (message) => {
    const text = message.text();
    if (['error', 'warning'].includes(message.type()) && !away.test(text)) faults.push(text);
  });
  return faults;
}

type Violation = { id: string; impact: string; nodes: { html: string; failureSummary: string }[] };

/** What axe-core finds, the least of it included. Its page needs `bypassCSP`. */
export async function violationsOf(page: Page): Promise<string[]> {
  const found = (await page.evaluate(
    `${axe.source}; axe.run().then(({ violations }) => violations)`,
  )) as Violation[];
  return found.flatMap(({ id, impact, nodes }) =>
    nodes.map(({ html, failureSummary }) => `${impact}: ${id}: ${html}: ${failureSummary}`),
  );
}

/** A row of messages as a reader sees it. */
export type Row = { position: number | undefined; name: string; content: string };

/** What a user does on the page, in English. */
export class Chat {
  readonly page: Page;
  readonly log: Locator;
  readonly composer: Locator;

  constructor(page: Page) {
    this.page = page;
    this.log = page.locator('[role="log"]');
    this.composer = page.getByRole('textbox', { name: 'Message', exact: true });
  }

  async tryName(nickname: string): Promise<void> {
    await this.page.getByRole('textbox', { name: 'Nickname', exact: true }).fill(nickname);
    await this.page.getByRole('button', { name: 'Join', exact: true }).click();
  }

  /** Takes a nickname and waits until the history is there, and a message can be written. */
  async join(nickname: string): Promise<void> {
    await this.tryName(nickname);
    await this.status('registered');
    await this.composer.waitFor();
  }

  async say(content: string): Promise<void> {
    await this.composer.fill(content);
    await this.composer.press('Enter');
  }

  /** Until the connection is in this state. */
  async status(status: string): Promise<void> {
    await this.page.locator(`main[data-status="${status}"]`).waitFor();
  }

  /** Notes each state of the connection from now on; returns how to read them. */
  async watchStatus(): Promise<() => Promise<string[]>> {
    const seen = await this.page.locator('main').evaluateHandle((main) => {
      const states = [main.dataset['status'] ?? ''];
      new MutationObserver(() => states.push(main.dataset['status'] ?? '')).observe(main, {
        attributeFilter: ['data-status'],
      });
      return states;
    });
    return () => seen.jsonValue();
  }

  /** Until the message of this content stands there acknowledged. */
  async sees(content: string): Promise<void> {
    await this.message(content).waitFor();
  }

  /** The acknowledged row of this content. */
  message(content: string): Locator {
    return this.log
      .locator('[data-row="message"][data-position]')
      .filter({ has: this.page.locator('[data-content]').getByText(content, { exact: true }) });
  }

  notice(text: string | RegExp): Locator {
    return this.log.locator('[data-row="notice"]').filter({ hasText: text });
  }

  /** The rows of messages in the document, in the order of the screen. */
  async rows(): Promise<Row[]> {
    return this.log.locator('[data-row="message"]').evaluateAll((elements) =>
      elements
        .map((element) => ({ element, top: element.getBoundingClientRect().top }))
        .sort((one, other) => one.top - other.top)
        .map(({ element }) => {
          const position = element.getAttribute('data-position');
          return {
            position: position === null ? undefined : Number(position),
            name: element.querySelector('[data-name]')?.textContent ?? '',
            content: element.querySelector('[data-content]')?.textContent ?? '',
          };
        }),
    );
  }

  async contents(): Promise<string[]> {
    return (await this.rows()).map(({ content }) => content);
  }

  /** Who is online, as the list says. */
  async online(): Promise<string[]> {
    const items = this.page.getByRole('list', { name: 'Online' }).getByRole('listitem');
    return (await items.locator('.member').allTextContents()).map((text) => text.trim());
  }
}
