import { Days, momentOf } from './days.ts';
import { type About, type Entry, type Form, isRemoved } from './form.ts';
import { words } from './words.ts';

/** Markdown (CommonMark): a heading for each day, and each message as a quotation that nothing in it can leave. */
export class MarkdownForm implements Form {
  readonly #about: About;
  readonly #days: Days;

  constructor(about: About) {
    this.#about = about;
    this.#days = new Days(about.language);
  }

  begin(): string {
    return `# ${escaped(this.#about.title)}\n`;
  }

  put({ position, message }: Entry): string {
    const { removed, erased } = words[this.#about.language];
    const moment = momentOf(message.timestamp);
    const day = this.#days.begunBy(moment);
    const heading = day === undefined ? '' : `\n## ${escaped(day)}\n`;
    const name = message.name === '' ? `*${erased}*` : `**${escaped(message.name)}**`;
    const text = isRemoved(message) ? `> *${removed}*` : quotation(message.content);
    return `${heading}\n${name} · ${escaped(moment.time)} · ${position}\n\n${text}\n`;
  }

  end(): string {
    return '';
  }
}

/** Lines of a message stay lines, and stay in the quotation. */
function quotation(content: string): string {
  const lines = content.split(lineEnd).map(escaped);
  // A backslash breaks a line, but only inside a paragraph.
  const isBroken = (at: number) => lines[at] !== '' && (lines[at + 1] ?? '') !== '';
  return lines.map((line, at) => `> ${line}${isBroken(at) ? '\\' : ''}`).join('\n');
}

/**
 * One line of text whose characters are none of Markdown's. White space at its ends is written as references, since there
 * it would mean something or get lost. Control characters and those that change the direction are not written.
 */
function escaped(text: string): string {
  const line = text.replace(lineEnd, ' ').replace(unwritten, '\ufffd');
  const start = line.trimStart();
  const core = start.trimEnd();
  const before = referencesTo(line.slice(0, line.length - start.length));
  return `${before}${core.replace(/[!-/:-@[-`{-~]/g, '\\$&')}${referencesTo(start.slice(core.length))}`;
}

const referencesTo = (spaces: string) => [...spaces].map((space) => `&#${space.codePointAt(0)};`).join('');

const lineEnd = /\r\n|[\n\r\u2028\u2029]/g;
const unwritten = /(?!\t)[\p{Cc}\u202a-\u202e\u2066-\u2069]/gu;
