import { render } from 'preact';
import { access, askForToken, eventsUrl, readConfig } from './address.ts';
import { App } from './app.tsx';
import { type Baked, Lab, type LabOptions, offline } from './lab.ts';
import { holdsRecording } from './share/fragment.ts';

/** The inspector and the chat, as far as the token gives access to them. */
async function readServer(): Promise<Omit<LabOptions, keyof Baked> | undefined> {
  const config = await readConfig();
  if (config === undefined) return undefined;
  const { chat: chatUrl, pingSeconds, process } = config;
  return { eventsUrl, chatUrl, pingSeconds, process, readPage };
}

async function readPage(): Promise<string> {
  const answer = await fetch(`./lab.html${access}`);
  if (!answer.ok) throw new Error(`${answer.status}`);
  return answer.text();
}

// A recording in the address is its own reader's affair, so it needs no token.
const server = (await readServer()) ?? (holdsRecording(location.hash) ? offline : undefined);
const place = document.getElementById('page');
if (server === undefined) {
  askForToken();
} else if (place !== null) {
  const baked: Baked = await (await fetch('./assets/lab.json')).json();
  render(<App lab={new Lab({ ...baked, ...server })} />, place);
}
