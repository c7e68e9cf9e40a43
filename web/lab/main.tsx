import { render } from 'preact';
import { App } from './app.tsx';
import { type Baked, Lab } from './lab.ts';

/** The token that opened this page opens the rest. */
const { search } = location;
const eventsUrl = new URL(`./events${search}`, location.href);
eventsUrl.protocol = 'ws:';

const read = async (path: string) => (await fetch(path)).json();
const baked: Baked = await read('./assets/lab.json');
const { chat, pingSeconds }: { chat?: string; pingSeconds: number } = await read(`./config.json${search}`);

const lab = new Lab({ ...baked, eventsUrl: eventsUrl.href, chatUrl: chat, pingSeconds });
const place = document.getElementById('page');
if (place !== null) render(<App lab={lab} />, place);
