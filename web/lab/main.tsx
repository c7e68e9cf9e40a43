import { render } from 'preact';
import { eventsUrl, readConfig } from './address.ts';
import { App } from './app.tsx';
import { type Baked, Lab } from './lab.ts';

const config = await readConfig();
const place = document.getElementById('page');
if (config !== undefined && place !== null) {
  const { chat: chatUrl, pingSeconds, process } = config;
  const baked: Baked = await (await fetch('./assets/lab.json')).json();
  render(<App lab={new Lab({ ...baked, eventsUrl, chatUrl, pingSeconds, process })} />, place);
}
