/** The lab without a server, which shows recordings only: everything is in one file, the recording as well if there is one. */
import './style.css';
import { render } from 'preact';
import { App } from './app.tsx';
import { type Baked, Lab, offline } from './lab.ts';

// Before anything is drawn, the document is the file.
const file = `<!doctype html>\n${document.documentElement.outerHTML}\n`;
const textOf = (id: string) => document.getElementById(id)?.textContent ?? '';
const place = document.getElementById('page');
if (place !== null) {
  const baked: Baked = JSON.parse(textOf('baked'));
  const lab = new Lab({ ...baked, ...offline, readPage: async () => file });
  const recording = textOf('recording');
  render(<App lab={lab} {...(recording !== '' && { recording })} />, place);
}
