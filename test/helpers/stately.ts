import { fileURLToPath } from 'node:url';
import type { Browser, BrowserContextOptions, Frame, Page, Route } from 'playwright-core';
import { build, type Rolldown } from 'vite';
import type { InspectorOptions } from '../../src/inspect/bridge.ts';
import { newPage } from './browser.ts';
import { newSystem } from './system.ts';
import { newInspector, type Seen, type Snapshot } from './watcher.ts';

/** The package's code for browsers, as the global `inspect`. */
async function receiver(): Promise<string> {
  const [output] = (await build({
    configFile: false,
    logLevel: 'warn',
    build: {
      write: false,
      minify: false,
      lib: {
        entry: fileURLToPath(import.meta.resolve('@statelyai/inspect')),
        formats: ['iife'],
        name: 'inspect',
      },
    },
  })) as Rolldown.RolldownOutput[];
  return output?.output[0].code ?? '';
}

/** Built once for all tests of a file. */
let built: Promise<string> | undefined;

/** A page that stores what its receiver passes on, and lists the actors with their states. */
const listening = `<!doctype html>
<html lang="en">
  <meta charset="utf-8">
  <title>Hosted inspector</title>
  <h2>Hosted inspector</h2>
  <ul id="actors"></ul>
  <script src="/receiver.js"></script>
  <script>
    var heard = [];
    addEventListener('message', ({ data }) => heard.push(data));
    var seen = [];
    var names = {};
    inspect.createBrowserReceiver().subscribe((event) => {
      seen.push(event);
      if (event.name) names[event.sessionId] = event.name;
      if (!event.snapshot) return;
      const item = document.getElementById(event.sessionId) ?? actors.appendChild(document.createElement('li'));
      item.id = event.sessionId;
      item.textContent = [names[event.sessionId], JSON.stringify(event.snapshot.value), event.snapshot.status].join(' ');
    });
  </script>
</html>`;

/** A page that never says that it listens. */
const silent = '<!doctype html><html lang="en"><title>Silent</title><h2>Silent</h2></html>';

/** A substitute for the hosted inspector, which tests cannot reach: a page with the real receiver, or a faulty one. */
class Hosted {
  readonly #page: Page;
  /** How often the page was requested. */
  visits = 0;
  is: 'listening' | 'silent' | 'away' = 'listening';

  constructor(page: Page) {
    this.#page = page;
  }

  async answer(route: Route): Promise<void> {
    if (route.request().url().endsWith('.js')) {
      built ??= receiver();
      await route.fulfill({ contentType: 'text/javascript', body: await built });
      return;
    }
    this.visits++;
    if (this.is === 'away') await route.abort();
    else await route.fulfill({ contentType: 'text/html', body: this.is === 'silent' ? silent : listening });
  }

  get frame(): Frame {
    return this.#page.frames()[1] as Frame;
  }

  /** All messages that the page was sent. */
  async heard(): Promise<Seen[]> {
    return this.#kept('heard');
  }

  /** All events that its receiver has passed on. The receiver drops unknown ones. */
  async seen(): Promise<Seen[]> {
    return this.#kept('seen');
  }

  /** The names of the actors that are active according to these events, sorted. */
  async names(): Promise<string[]> {
    const seen = await this.seen();
    const births = seen.filter(({ type }) => type === '@xstate.actor');
    const last = lastOf(seen);
    return births
      .filter(({ sessionId }) => last.get(sessionId)?.status === 'active')
      .map(({ name }) => name)
      .toSorted();
  }

  /** The last snapshot of each actor, by session. */
  async snapshots(): Promise<Map<string, Snapshot>> {
    return lastOf(await this.seen());
  }

  #kept(name: 'heard' | 'seen'): Promise<Seen[]> {
    return this.frame.evaluate((key) => (window as unknown as Record<string, Seen[]>)[key] ?? [], name);
  }
}

function lastOf(seen: Seen[]): Map<string, Snapshot> {
  const telling = seen.filter(({ snapshot }) => snapshot !== undefined);
  return new Map(telling.map(({ sessionId, snapshot }) => [sessionId, snapshot]));
}

export type StatelyPage = {
  /** The address of the chat. */
  url: string;
  inspector: { url: string; attached: () => number; close: () => Promise<void> };
  /** Starts another inspector at the same address. */
  restart: () => Promise<void>;
  page: Page;
  /** Faults of the page. Must be empty at the end of the test. */
  faults: string[];
  hosted: Hosted;
  /** Opens the page `/stately`. */
  open: () => Promise<void>;
};

/** Starts a chat with an inspector, and a browser profile in which `/stately` is not open yet. */
export async function newStately(
  browser: Browser,
  options: BrowserContextOptions = {},
  inspectorOptions: Partial<InspectorOptions> = {},
): Promise<StatelyPage> {
  const { system, url } = await newSystem();
  const inspector = await newInspector(system, inspectorOptions);
  const { port, searchParams } = new URL(inspector.url);
  const { page, faults } = await newPage(browser, { viewport: { width: 1280, height: 720 }, ...options });
  const hosted = new Hosted(page);
  await page.route('https://stately.ai/**', (route) => hosted.answer(route));
  return {
    url,
    inspector,
    restart: async () => {
      await newInspector(system, { port: Number(port), token: searchParams.get('token') ?? '' });
    },
    page,
    faults,
    hosted,
    open: async () => {
      await page.goto(inspector.url.replace('/?', '/stately?'));
      await page.locator('iframe').waitFor({ state: 'attached' });
    },
  };
}

/** Waits until the page has this status. */
export async function showsStatus(page: Page, status: string): Promise<void> {
  await page.locator(`.page[data-status="${status}"]`).waitFor();
}
