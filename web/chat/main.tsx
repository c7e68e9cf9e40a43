import { render } from 'preact';
import { createChatClient } from '../../src/client/client.ts';
import { App } from './app.tsx';
import { keepComeback, recallComeback } from './comeback.ts';
import { closing, type UnreadNews } from './embedding.ts';
import { Session } from './session.ts';
import type { Limits } from './words.ts';

/** The chat is where the page is, whatever path a proxy has put it under. */
function address(): string {
  const url = new URL('.', location.href);
  url.protocol = url.protocol === 'https:' ? 'wss:' : 'ws:';
  return url.href;
}

type Config = Limits & { pingInterval: number; resumeSeconds: number; timeZone: string };

/** What the server's own settings are; nothing of it if it does not say. */
async function readConfig(): Promise<Partial<Config>> {
  try {
    const response = await fetch('./config.json', { cache: 'no-cache', signal: AbortSignal.timeout(10_000) });
    const { timeZone, ...config } = (await response.json()) as Partial<Config>;
    const { maxName, maxContent, pingInterval, resumeSeconds } = config;
    const numbers = Object.entries({ maxName, maxContent, pingInterval, resumeSeconds });
    return {
      ...Object.fromEntries(numbers.filter(([, value]) => typeof value === 'number')),
      ...(typeof timeZone === 'string' && { timeZone }),
    };
  } catch {
    return {};
  }
}

const client = createChatClient({ url: address(), resume: recallComeback() });
keepComeback(client);
const session = new Session(client);

/** Takes over what the server says of itself. Nothing waits for it. */
async function configure(): Promise<void> {
  const { pingInterval, resumeSeconds = 0, timeZone, ...limits } = await readConfig();
  session.limit(limits);
  if (timeZone !== undefined) session.locate(timeZone);
  if (pingInterval === undefined) return;
  client.expectPings(pingInterval);
  session.ghostSeconds = 2 * pingInterval + resumeSeconds;
}

void configure();
let { status } = client.state;
client.on('state', (state) => {
  // It may be another server than before the loss.
  if (state.status === 'registered' && status !== 'registered') void configure();
  status = state.status;
});
addEventListener('beforeunload', (event) => {
  if (client.state.outbox.some(({ state }) => state !== 'failed')) event.preventDefault();
});

if (new URLSearchParams(location.search).has('embed')) {
  document.documentElement.dataset['embed'] = '';
  // The page around it closes the window that the chat is in, and says what waits in it.
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
