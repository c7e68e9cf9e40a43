import { join } from 'node:path';
import type { Browser, BrowserContextOptions, Locator, Page } from 'playwright-core';
import { expect } from 'vitest';
import type { ChatOptions } from '../../src/chat.ts';
import { newPage } from './browser.ts';
import { newFolder, newServer, type TestServer } from './server.ts';
import { newWatcher, type TestWatcher } from './watcher.ts';

/** An element as text with sorted attributes, which does not depend on how often it was rendered. */
function canonical(element: Element): string {
  const visit = (node: Node): string => {
    if (!(node instanceof Element)) return node.textContent ?? '';
    const attributes = Array.from(node.attributes, ({ name, value }) => `${name}=${value}`).sort();
    return `\n<${node.tagName} ${attributes.join(' ')}>${Array.from(node.childNodes, visit).join('')}`;
  };
  return visit(element);
}

/** The actions of a user in the lab, in English. */
export class Lab {
  readonly page: Page;

  constructor(page: Page) {
    this.page = page;
  }

  /** Adds a client and waits until its connection is known. Resolves to the connection's name, `c1`. */
  async add(): Promise<string> {
    const before = await this.page.locator('li[data-client][data-status]').count();
    await this.page.locator('#add').click();
    const added = this.page.locator('.clients > li').nth(before);
    await expect.poll(() => added.locator('.leaf').textContent()).toMatch(/^c\d+ /);
    // The page chooses it a moment later.
    await added.locator('.pick[aria-pressed="true"]').waitFor();
    return `${(await added.locator('.leaf').textContent())?.split(' ', 1)[0]}`;
  }

  /** Presses one of the chosen client's buttons. */
  async say(button: string): Promise<void> {
    await this.page.locator(`[data-say="${button}"]`).click();
  }

  /** Sends the chosen client's own frame. */
  async send(frame: string): Promise<void> {
    await this.page.getByRole('textbox', { name: 'Any frame' }).fill(frame);
    await this.say('free');
  }

  /** The current state in the chart. */
  async state(): Promise<string | null> {
    return this.page.locator('[data-live="here"]').getAttribute('data-state');
  }

  /** The labels of the edges and lines that are highlighted in the chart. */
  async lit(): Promise<(string | null)[]> {
    return this.page
      .locator('[data-fired="now"]')
      .evaluateAll((all) =>
        all.map((element) => element.querySelector('text')?.textContent ?? element.textContent),
      );
  }

  wire(): Locator {
    return this.page.locator('li[data-frame]');
  }

  /** Saves the recording. Resolves to the path of the file. */
  async exported(): Promise<string> {
    return this.#saved('#export', 'recording.json');
  }

  /** Saves the lab in one file, with the recording. Resolves to the path of the file. */
  async savedPage(): Promise<string> {
    return this.#saved('#save-page', 'lab.html');
  }

  async #saved(button: string, name: string): Promise<string> {
    await this.page.locator('#share').click();
    const downloading = this.page.waitForEvent('download');
    await this.page.locator(button).click();
    const file = join(await newFolder(), name);
    await (await downloading).saveAs(file);
    return file;
  }

  /** A link with the recording. */
  async link(): Promise<string> {
    await this.page.locator('#share').click();
    await this.page.locator('#copy-link').click();
    const link = await this.page.getByRole('textbox', { name: 'The link' }).inputValue();
    await this.page.keyboard.press('Escape');
    return link;
  }

  /** All parts of the picture that depend on the recording. */
  async picture(): Promise<Record<string, string | null>> {
    const parts = {
      tree: '.tree .scroll',
      chart: '.statechart',
      sequence: 'svg.sequence[data-flows]',
      wire: '.lines',
    };
    const entries = await Promise.all(
      Object.entries(parts).map(async ([name, selector]) => [
        name,
        await this.page.locator(selector).evaluate(canonical),
      ]),
    );
    return Object.fromEntries(entries);
  }
}

export type LabPage = TestServer & {
  lab: Lab;
  page: Page;
  faults: string[];
  inspector: string;
  watcher: TestWatcher;
};

/**
 * Starts a server with an inspector, opens the lab in its own browser profile, and connects a watcher for comparison.
 */
export async function openLab(
  browser: Browser,
  options: BrowserContextOptions = {},
  chatOptions: ChatOptions = {},
): Promise<LabPage> {
  const server = await newServer(chatOptions);
  const inspector = await server.chat.inspect({ port: 0 });
  const watcher = await newWatcher(inspector);
  return { ...server, ...(await openLabAt(browser, inspector, options)), inspector, watcher };
}

/** Opens the lab of an inspector in its own browser profile. */
export async function openLabAt(browser: Browser, inspector: string, options: BrowserContextOptions = {}) {
  const { page, faults } = await newPage(browser, { viewport: { width: 1280, height: 720 }, ...options });
  await page.goto(inspector);
  await page.locator('.page[data-connected]').waitFor();
  return { lab: new Lab(page), page, faults };
}
