/** What the command `admin` prints of a server's answer: for people in tables, or as JSON, an object a line. */
import { harmless } from '../hosting/line.ts';
import type { Reply } from './reach.ts';
import { type Lang, words } from './words.ts';

type Body = Reply['body'];
type Column = keyof (typeof words)['en']['columns'];

/** The lists in answers, and their columns. */
const lists: Readonly<Record<string, readonly Column[]>> = {
  members: ['nickname', 'mask', 'state', 'since', 'delayed', 'waiting'],
  bans: ['nickname', 'mask', 'pattern', 'until', 'by', 'since', 'reason'],
  mutes: ['nickname', 'until', 'by', 'since', 'reason'],
  messages: ['position', 'timestamp', 'name', 'content'],
};

/** The lines for an answer to an act that was done. */
export function linesOf(act: string, body: Body, lang: Lang): string[] {
  const list = listIn(body);
  if (list !== undefined) return tableOf(list.rows, list.columns, lang);
  if (act === 'status') return statusOf(body, lang);
  const { done, removed, missing } = words[lang];
  const counted = (word: string, value: unknown) => {
    const text = Array.isArray(value) ? value.join(', ') : value;
    return text === undefined || text === '' ? [] : [harmless(`${word}: ${text}`)];
  };
  const lines = [...counted(removed, body['removed']), ...counted(missing, body['missing'])];
  return lines.length === 0 ? [done] : lines;
}

/** An answer as lines of JSON. A list has a line for each of its entries. */
export const jsonLinesOf = (body: Body): string[] =>
  (listIn(body)?.rows ?? [body]).map((one) => harmless(JSON.stringify(one)));

type Row = Readonly<Record<string, unknown>>;

function listIn(body: Body): { rows: readonly Row[]; columns: readonly Column[] } | undefined {
  for (const [name, columns] of Object.entries(lists)) {
    const rows = body[name];
    if (Array.isArray(rows)) return { rows: rows.map(Object), columns };
  }
  return undefined;
}

/** A table without the columns that are empty. */
function tableOf(rows: readonly Row[], columns: readonly Column[], lang: Lang): string[] {
  const { columns: names, none } = words[lang];
  if (rows.length === 0) return [none];
  const used = columns.filter((column) =>
    rows.some((row) => row[column] !== undefined && row[column] !== ''),
  );
  const cells = [
    used.map((column) => names[column]),
    ...rows.map((row) => used.map((column) => cellOf(column, row[column], lang))),
  ];
  const widths = used.map((_, index) => Math.max(...cells.map((row) => widthOf(row[index]))));
  return cells.map((row) =>
    row
      .map((cell, index) => cell + ' '.repeat((widths[index] ?? 0) - widthOf(cell)))
      .join('  ')
      .trimEnd(),
  );
}

function cellOf(column: Column, value: unknown, lang: Lang): string {
  if (value === null) return column === 'until' ? words[lang].forGood : '';
  return harmless(`${value ?? ''}`);
}

/** How many characters a text shows: marks stand on others. */
const widthOf = (text = '') => Array.from(text.replace(/\p{Mn}/gu, '')).length;

function statusOf(body: Body, lang: Lang): string[] {
  const { status: names, on, off } = words[lang];
  const width = Math.max(...Object.values(names).map(widthOf));
  return Object.entries(names).map(([field, name]) => {
    const value = body[field];
    const shown = value === true ? on : value === false || value === null ? off : value;
    return harmless(`${name}${' '.repeat(width - widthOf(name))}  ${shown}`);
  });
}
