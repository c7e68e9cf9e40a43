import { join } from 'node:path';
import type { Browser, BrowserContextOptions, Locator, Page } from 'playwright-core';
import { expect } from 'vitest';
import type { ChatOptions } from '../../src/chat.ts';
import { newPage } from './browser.ts';
import { newFolder, newServer, type TestServer } from './server.ts';
import { newWatcher, type TestWatcher } from './watcher.ts';

/** An element as text, its attributes in order: how often it was drawn makes no difference. */
function canonical(element: Element): string {
  const visit = (node: Node): string => {
    if (!(node instanceof Element)) return node.textContent ?? '';
    const attributes = Array.from(node.attributes, ({ name, value }) => `${name}=${value}`).sort();
    return `\n<${node.tagName} ${attributes.join(' ')}>${Array.from(node.childNodes, visit).join('')}`;
  };
  return visit(element);
}

/** The lab's page, in English. */
export class Lab {
  readonly page: Page;

  constructor(page: Page) {
    this.page = page;
  }

  /** A client whose connection is known; returns the name of the connection, `c1`. */
  async add(): Promise<string> {
    const before = await this.page.locator('li[data-client][data-status]').count();
    await this.page.locator('#add').click();
    const added = this.page.locator('.clients > li').nth(before);
    await expect.poll(() => added.locator('.leaf').textContent()).toMatch(/^c\d+ /);
    // Chosen a moment later.
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

  /** The state that the chart shows. */
  async state(): Promise<string | null> {
    return this.page.locator('[data-live="here"]').getAttribute('data-state');
  }

  /** What the picture shows lit: edges and lines, the last and those before. */
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

  /** Exports what is shown; resolves to the file. */
  async exported(): Promise<string> {
    const downloading = this.page.waitForEvent('download');
    await this.page.locator('#export').click();
    const file = join(await newFolder(), 'recording.json');
    await (await downloading).saveAs(file);
    return file;
  }

  /** All of the picture that a recording decides. */
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

export type LabPage = TestServer & { lab: Lab; page: Page; inspector: string; watcher: TestWatcher };

/** A server with an inspector, the lab in a browser profile of its own, and a watcher that knows what is so. */
export async function openLab(
  browser: Browser,
  options: BrowserContextOptions = {},
  chatOptions: ChatOptions = {},
): Promise<LabPage> {
  const server = await newServer(chatOptions);
  const inspector = await server.chat.inspect({ port: 0 });
  const watcher = await newWatcher(inspector);
  const { page } = await newPage(browser, { viewport: { width: 1280, height: 720 }, ...options });
  await page.goto(inspector);
  await page.locator('.page[data-connected]').waitFor();
  return { ...server, lab: new Lab(page), page, inspector, watcher };
}
