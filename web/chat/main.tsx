import { render } from 'preact';
import { createChatClient } from '../../src/client/client.ts';
import { App } from './app.tsx';
import { keepComeback, recallComeback } from './comeback.ts';
import { closing, focusField, opened, type RoomNews, ready, type UnreadNews } from './embedding.ts';
import { access } from './invitation.ts';
import { readLanguage } from './preferences.ts';
import { Session } from './session.ts';
import { recall } from './storage.ts';
import { watched } from './watched.ts';
import { fetchWords } from './words.ts';

/** The chat's address. It has the page's own path, under whatever prefix a proxy serves it. */
function address(): string {
  const url = new URL(`./${access}`, location.href);
  url.protocol = url.protocol === 'https:' ? 'wss:' : 'ws:';
  return url.href;
}

const types = {
  maxName: 'number',
  maxContent: 'number',
  pingInterval: 'number',
  resumeSeconds: 'number',
  timeZone: 'string',
  online: 'number',
  isFull: 'boolean',
  title: 'string',
  color: 'string',
} as const;
type Kinds = { number: number; string: string; boolean: boolean };
type Config = { [Key in keyof typeof types]: Kinds[(typeof types)[Key]] };

/**
 * What the server says of itself, as far as it does; `undefined` if it cannot be asked. A browser does not tell a page why
 * its WebSocket was refused, but it does for this: without the right token the answer is 401, for who is banned 403.
 */
async function readConfig(): Promise<Partial<Config> | undefined> {
  const options = { cache: 'no-cache', signal: AbortSignal.timeout(10_000) } as const;
  try {
    const response = await fetch(`./config.json${access}`, options);
    if ([401, 403].includes(response.status)) session.turnAway(response.status);
    const said = (await response.json()) as Record<string, unknown>;
    return Object.fromEntries(
      Object.entries(said).filter(([key, value]) => types[key as keyof Config] === typeof value),
    );
  } catch {
    return undefined;
  }
}

const client = createChatClient({ url: address(), resume: recallComeback(), ...watched });
keepComeback(client);
const session = new Session(client);

/** Applies the server's settings. The page does not wait for them. */
async function configure(): Promise<void> {
  const config = await readConfig();
  session.isFull = false;
  if (config === undefined) return;
  const {
    pingInterval,
    resumeSeconds = 0,
    timeZone,
    online,
    title,
    color,
    isFull = false,
    ...limits
  } = config;
  // With this connection in it, it matters to nobody.
  session.isFull = isFull && status === 'waiting';
  session.limit(limits);
  session.describe({ title, online });
  document.documentElement.style.setProperty('--host', color ?? '');
  document.documentElement.toggleAttribute('data-host', color !== undefined);
  const news: RoomNews = { type: 'classic-chatbox:room', title, color };
  if (isEmbedded) parent.postMessage(news, '*');
  if (timeZone !== undefined) session.locate(timeZone);
  if (pingInterval === undefined) return;
  client.expectPings(pingInterval);
  session.ghostSeconds = 2 * pingInterval + resumeSeconds;
}

const isEmbedded = new URLSearchParams(location.search).has('embed');

void configure();
let { status } = client.state;
client.on('state', (state) => {
  // The server may be a different one now, or want a token now.
  if (state.status !== status && ['registered', 'waiting'].includes(state.status)) void configure();
  status = state.status;
});
addEventListener('beforeunload', (event) => {
  if (client.state.outbox.some(({ state }) => state !== 'failed')) event.preventDefault();
});

if (isEmbedded) {
  document.documentElement.dataset['embed'] = '';
  // The surrounding page closes the chat's window and shows the number of unread messages.
  document.addEventListener('keydown', (event) => {
    if (event.key === 'Escape' && !event.defaultPrevented && !event.isComposing)
      parent.postMessage(closing, '*');
  });
  addEventListener('message', ({ source, data }) => {
    if (source === parent && data === opened) focusField();
  });
  parent.postMessage(ready, '*');
  let told = '';
  session.onChange(() => {
    const { unread: count, mentions, badge } = session;
    if (badge === told) return;
    told = badge;
    const news: UnreadNews = { type: 'classic-chatbox:unread', count, mentions };
    parent.postMessage(news, '*');
  });
}
// Only those who have asked for sounds or notifications wait for what makes them.
if (['sound', 'notification'].some((key) => recall('localStorage', key) !== null))
  void import('./room.ts').then(({ watch }) => watch(session));

/** What is fetched for those who ask for it in the address. `begin` may be called again; it returns what opens it. */
const extras: Record<string, () => Promise<{ begin: (session: Session) => () => void }>> = {
  '#moderate': () => import('./moderation/moderate.tsx'),
  '#join': () => import('./card/card.tsx'),
};
const begin = async (hash: string) => (await extras[hash]?.())?.begin(session);
// What could not be fetched is tried again when somebody asks again.
const openExtra = () =>
  void begin(location.hash).then(
    (open) => open?.(),
    () => {},
  );
addEventListener('hashchange', openExtra);
openExtra();
if (recall('sessionStorage', 'moderator') !== null) begin('#moderate').catch(() => {});
addEventListener('keydown', (event) => {
  // With Ctrl it is AltGr, which writes.
  if (!event.altKey || event.ctrlKey || event.code !== 'KeyJ') return;
  event.preventDefault();
  location.hash = 'join';
});

const place = document.getElementById('page');
void fetchWords(readLanguage()).then((words) => {
  if (place !== null) render(<App session={session} words={words} />, place);
});
