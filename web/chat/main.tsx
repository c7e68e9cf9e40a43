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

/** What the server allows; `undefined` if it does not say. */
async function readLimits(): Promise<Limits | undefined> {
  try {
    const response = await fetch('./config.json');
    const { maxName, maxContent } = (await response.json()) as Partial<Limits>;
    return Number.isInteger(maxName) && Number.isInteger(maxContent)
      ? ({ maxName, maxContent } as Limits)
      : undefined;
  } catch {
    return undefined;
  }
}

const session = new Session(createChatClient({ url: address() }));
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
const limits = await readLimits();
if (limits !== undefined) session.limitTo(limits);
