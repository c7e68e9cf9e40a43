import { existsSync } from 'node:fs';
import { delimiter, join } from 'node:path';
import axe from 'axe-core';
import { type Browser, type BrowserContextOptions, chromium, type Locator, type Page } from 'playwright-core';
import { beforeAll, expect, onTestFinished } from 'vitest';

/** The path of Chromium: from the variable CHROMIUM, or found in PATH. */
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

/** By their arguments. They end with the process. */
const browsers = new Map<string, Promise<Browser>>();

/** Starts a Chromium with these further arguments, one for all tests of a process. */
export function useBrowser(...more: string[]): () => Browser {
  let browser: Browser;
  beforeAll(async () => {
    let started = browsers.get(`${more}`);
    // One that has crashed fails the tests that it was for, and no others.
    if (started === undefined || !(await started).isConnected()) started = launch(more);
    browsers.set(`${more}`, started);
    browser = await started;
  });
  return () => browser;
}

function launch(more: readonly string[]): Promise<Browser> {
  const isRoot = process.getuid?.() === 0;
  const args = [...(isRoot ? ['--no-sandbox'] : []), ...more];
  return chromium.launch({ executablePath: executable(), args });
}

/** Chromium's messages about a server that is not reachable or a request that a test blocks: not faults of the page. */
const away =
  /WebSocket connection to .* failed|net::ERR_(FAILED|CONNECTION_REFUSED|CONNECTION_RESET|SOCKET_NOT_CONNECTED)|ERR_EMPTY_RESPONSE/;

export type ChatPage = { page: Page; chat: Chat; faults: string[] };

/** Opens the chat page in its own browser profile. The test fails if the page has faults in the end. */
export async function openChat(
  browser: Browser,
  url: string,
  options: BrowserContextOptions = {},
): Promise<ChatPage> {
  const { page, faults } = await newPage(browser, options);
  await page.goto(url.replace('ws', 'http'));
  return { page, chat: new Chat(page), faults };
}

/** Opens an empty page in its own browser profile, in English. The test fails if the page has faults in the end. */
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

/** Collects errors, warnings and violations of the Content-Security-Policy from the console. */
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

/** All violations that axe-core finds, of any impact. The page needs `bypassCSP`. */
export async function violationsOf(page: Page): Promise<string[]> {
  const found = (await page.evaluate(
    `${axe.source}; axe.run().then(({ violations }) => violations)`,
  )) as Violation[];
  return found.flatMap(({ id, impact, nodes }) =>
    nodes.map(({ html, failureSummary }) => `${impact}: ${id}: ${html}: ${failureSummary}`),
  );
}

/** A message row as a reader sees it. */
export type Row = { position: number | undefined; name: string; content: string };

/** The actions of a user on the page, in English. */
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

  /** Waits until the connection has this status. */
  async status(status: string): Promise<void> {
    await this.page.locator(`main[data-status="${status}"]`).waitFor();
  }

  /** Records each status of the connection from now on. Resolves to a function that returns them. */
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

  /** Waits until a message with this content is shown as acknowledged. */
  async sees(content: string): Promise<void> {
    await this.message(content).waitFor();
  }

  /** The row of the acknowledged message with this content. */
  message(content: string): Locator {
    return this.log
      .locator('[data-row="message"][data-position]')
      .filter({ has: this.page.locator('[data-content]').getByText(content, { exact: true }) });
  }

  notice(text: string | RegExp): Locator {
    return this.log.locator('[data-row="notice"]').filter({ hasText: text });
  }

  /** The message rows in the document, from top to bottom. */
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

  /** The nicknames in the list of members. */
  async online(): Promise<string[]> {
    const items = this.page.getByRole('list', { name: 'Online' }).getByRole('listitem');
    return (await items.locator('.member').allTextContents()).map((text) => text.trim());
  }
}
