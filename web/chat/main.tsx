import { render } from 'preact';
import { createChatClient } from '../../src/client/client.ts';
import { App } from './app.tsx';
import { keepComeback, recallComeback } from './comeback.ts';
import { closing, type UnreadNews } from './embedding.ts';
import { Session } from './session.ts';
import type { Limits } from './words.ts';

/** The chat's address. It has the page's own path, under whatever prefix a proxy serves it. */
function address(): string {
  const url = new URL('.', location.href);
  url.protocol = url.protocol === 'https:' ? 'wss:' : 'ws:';
  return url.href;
}

type Config = Limits & { pingInterval: number };

/** Fetches the server's settings. Resolves to an empty object if that fails. */
async function readConfig(): Promise<Partial<Config>> {
  try {
    const response = await fetch('./config.json', { cache: 'no-cache', signal: AbortSignal.timeout(10_000) });
    const { maxName, maxContent, pingInterval } = (await response.json()) as Partial<Config>;
    const values = Object.entries({ maxName, maxContent, pingInterval });
    return Object.fromEntries(values.filter(([, value]) => typeof value === 'number'));
  } catch {
    return {};
  }
}

const client = createChatClient({ url: address(), resume: recallComeback() });
keepComeback(client);
const session = new Session(client);

/** Applies the server's settings. The page does not wait for them. */
async function configure(): Promise<void> {
  const { pingInterval, ...limits } = await readConfig();
  session.limit(limits);
  if (limits.maxContent !== undefined) client.limitContent(limits.maxContent);
  if (pingInterval !== undefined) client.expectPings(pingInterval);
}

void configure();
let { status } = client.state;
client.on('state', (state) => {
  // The server may be a different one now.
  if (state.status === 'registered' && status !== 'registered') void configure();
  status = state.status;
});
addEventListener('beforeunload', (event) => {
  if (client.state.outbox.some(({ state }) => state !== 'failed')) event.preventDefault();
});

if (new URLSearchParams(location.search).has('embed')) {
  document.documentElement.dataset['embed'] = '';
  // The surrounding page closes the chat's window and shows the number of unread messages.
  document.addEventListener('keydown', (event) => {
    if (event.key === 'Escape' && !event.defaultPrevented && !event.isComposing)
      parent.postMessage(closing, '*');
  });
  let told = 0;
  session.onChange(() => {
    if (session.unread === told) return;
    told = session.unread;
    const news: UnreadNews = { type: 'classic-chatbox:unread', count: told };
    parent.postMessage(news, '*');
  });
}
const place = document.getElementById('page');
if (place !== null) render(<App session={session} />, place);
