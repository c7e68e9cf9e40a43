import { render } from 'preact';
import { configUrl, eventsUrl } from './address.ts';
import { App } from './app.tsx';
import { type Baked, Lab } from './lab.ts';

const read = async (path: string) => (await fetch(path)).json();
const baked: Baked = await read('./assets/lab.json');
const { chat, pingSeconds }: { chat?: string; pingSeconds: number } = await read(configUrl);

const lab = new Lab({ ...baked, eventsUrl, chatUrl: chat, pingSeconds });
const place = document.getElementById('page');
if (place !== null) render(<App lab={lab} />, place);
