/** One page that stands alone: it loads nothing, runs nothing, and reads well on a screen of either colour and on paper. */
import { createHash } from 'node:crypto';
import { Days, momentOf } from './days.ts';
import { type About, type Entry, type Form, isRemoved } from './form.ts';
import { words } from './words.ts';

const style = `
:root { color-scheme: light dark; --soft: light-dark(#5c6370, #9aa3b2); --line: light-dark(#e3e5ea, #343842) }
body { max-width: 46rem; margin: 0 auto; padding: 1rem; font: 1rem/1.5 system-ui, sans-serif;
  color: light-dark(#1d2026, #e6e8ec); background: light-dark(#fff, #16181d) }
h1 { font-size: 1.5rem; overflow-wrap: anywhere }
h2 { position: sticky; top: 0; margin: 2rem 0 0; padding: .5rem 0; font-size: 1rem;
  background: light-dark(#fff, #16181d); border-bottom: 1px solid var(--line) }
article { padding: .5rem 0; scroll-margin-top: 3rem; overflow-wrap: anywhere; break-inside: avoid-page }
article:target { background: light-dark(#fff6d6, #3a3420) }
article > * { margin: 0 }
article > p { white-space: pre-wrap }
time, footer, i, a { color: var(--soft) }
time, a, footer { font-size: .875rem }
a { margin-left: .5rem; text-decoration: none }
a:hover { text-decoration: underline }
footer { margin-top: 2rem; border-top: 1px solid var(--line); padding-top: .5rem }
@media print {
  :root { color-scheme: light }
  body { max-width: none; padding: 0; font-size: 10.5pt }
  h2 { position: static; break-after: avoid-page }
}
`;
const policy = `default-src 'none'; style-src 'sha256-${createHash('sha256').update(style).digest('base64')}'`;

export class HtmlForm implements Form {
  readonly #about: About;
  readonly #days: Days;
  #messages = 0;
  #removed = 0;

  constructor(about: About) {
    this.#about = about;
    this.#days = new Days(about.language);
  }

  begin(): string {
    const title = escaped(this.#about.title);
    return `<!doctype html>
<html lang="${this.#about.language}">
<meta charset="utf-8">
<meta http-equiv="Content-Security-Policy" content="${policy}">
<meta name="referrer" content="no-referrer">
<meta name="viewport" content="width=device-width, initial-scale=1">
<title>${title}</title>
<style>${style}</style>
<main>
<h1>${title}</h1>
`;
  }

  put({ position, message }: Entry): string {
    this.#messages++;
    const { removed, erased } = words[this.#about.language];
    const { time, date } = momentOf(message.timestamp);
    const day = this.#days.begunBy({ time, date });
    const heading = day === undefined ? '' : `<h2>${day}</h2>\n`;
    const name = message.name === '' ? `<i>${erased}</i>` : `<b><bdi>${escaped(message.name)}</bdi></b>`;
    const clock = date === undefined ? `<bdi>${escaped(time)}</bdi>` : time;
    const at = date === undefined ? '' : ` datetime="${date}T${time}"`;
    const link = `<a href="#${position}">#${position}</a>`;
    if (isRemoved(message)) this.#removed++;
    const text = isRemoved(message) ? `<i>${removed}</i>` : escaped(message.content);
    return `${heading}<article id="${position}"><header>${name} <time${at}>${clock}</time>${link}</header>
<p dir="auto">${text}</p></article>
`;
  }

  end(): string {
    return `</main>\n<footer>${words[this.#about.language].count(this.#messages, this.#removed)}</footer>\n</html>\n`;
  }
}

const references: Readonly<Record<string, string>> = {
  '&': '&amp;',
  '<': '&lt;',
  '>': '&gt;',
  '"': '&quot;',
  "'": '&#39;',
};

/** Text for HTML. Control characters, which it cannot have, are shown as unknown. */
const escaped = (text: string) =>
  text
    .replace(/[&<>"']/g, (character) => references[character] ?? '')
    .replace(/(?![\t\n\r])\p{Cc}/gu, '\ufffd');
