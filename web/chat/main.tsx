import { render } from 'preact';
import { createChatClient } from '../../src/client/client.ts';
import { App } from './app.tsx';
import { Session } from './session.ts';
import type { Limits } from './words.ts';

const isEmbedded = new URLSearchParams(location.search).has('embed');
const closing = 'classic-chatbox:close';

/** The chat is where the page is, whatever path a proxy has put it under. */
function address(): string {
  const url = new URL('.', location.href);
  url.protocol = url.protocol === 'https:' ? 'wss:' : 'ws:';
  return url.href;
}

type Config = Limits & { pingInterval: number };

/** What the server's own settings are; nothing of it if it does not say, or not soon. */
async function readConfig(): Promise<Partial<Config>> {
  try {
    const response = await fetch('./config.json', { signal: AbortSignal.timeout(3000) });
    const values = Object.entries((await response.json()) as Config);
    return Object.fromEntries(values.filter(([, value]) => typeof value === 'number'));
  } catch {
    return {};
  }
}

const { pingInterval, maxName = 100, maxContent = 100 } = await readConfig();
const session = new Session(
  createChatClient({ url: address(), ...(pingInterval !== undefined && { pingInterval }) }),
);
session.limits = { maxName, maxContent };
if (isEmbedded) {
  document.documentElement.dataset['embed'] = '';
  // The page around it closes the window that the chat is in; what it is told is no secret.
  document.addEventListener('keydown', (event) => {
    if (event.key === 'Escape' && !event.defaultPrevented && !event.isComposing)
      parent.postMessage(closing, '*');
  });
}
const place = document.getElementById('page');
if (place !== null) render(<App session={session} isEmbedded={isEmbedded} />, place);
