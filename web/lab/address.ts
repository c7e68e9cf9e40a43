import type { ShownProcess } from '../../src/inspect/told.ts';

/**
 * The addresses of the inspector, with the token that opened this page. The token is taken out of the address bar, where
 * it would be seen and copied, and kept for reloads of this tab.
 */
const here = new URL(location.href);
const given = here.searchParams.get('token');
if (given !== null) {
  sessionStorage.setItem('token', given);
  here.searchParams.delete('token');
  history.replaceState(history.state, '', here);
}

/** The query that gives access. Links need it, since nothing is kept in a new tab. */
export const access = `?${new URLSearchParams({ token: sessionStorage.getItem('token') ?? '' })}`;

const events = new URL(`./events${access}`, here);
events.protocol = 'ws:';
export const eventsUrl = events.href;
export const configUrl = `./config.json${access}`;

/**
 * The address of the chat, if it has one, seconds from one of its pings to the next, and this process, where several share
 * the room.
 */
type Config = { chat?: string; pingSeconds: number; process?: ShownProcess };

/** What the inspector tells its pages. Without the right token that is nothing. */
export async function readConfig(): Promise<Config | undefined> {
  const answer = await fetch(configUrl);
  return answer.status === 403 ? undefined : answer.json();
}

/** The page that says how to get the right token takes this one's place. */
export const askForToken = () => location.replace(`./${access}`);
