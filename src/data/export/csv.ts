/**
 * Comma-separated values (RFC 4180), for spreadsheets. A spreadsheet takes what begins with `=`, `+`, `-` or `@` for a
 * formula, which can send what is in the sheet elsewhere. So an apostrophe is put in front of these. It is put in front of
 * an apostrophe in the same place too, so that the import can take it away again and nothing else.
 */
import type { Entry, Form } from './form.ts';

export const columns = ['position', 'name', 'content', 'timestamp'];

/**
 * Where a cell may begin: spreadsheets of some countries separate at semicolons or tabs, inside fields too. What is not
 * seen there does not count.
 */
const before = (what: string) => String.raw`(?<=(?:^|[;\t\r\n])[\s"\p{C}]*${what})`;
const risky = new RegExp(`(?=['=+\\-@＝＋－＠])${before('')}`, 'gu');
const guards = new RegExp(`'${before("'")}`, 'gu');

export const guarded = (text: string) => text.replace(risky, "'");
export const unguarded = (text: string) => text.replace(guards, '');

const quoted = (text: string) => `"${guarded(text).replaceAll('"', '""')}"`;

export const csvForm: Form = {
  // Without the byte order mark, Excel does not read it as UTF-8.
  begin: () => `\ufeff${columns.join(',')}\r\n`,
  put: ({ position, message: { name, content, timestamp } }: Entry) =>
    `${position},${quoted(name)},${quoted(content)},${quoted(timestamp)}\r\n`,
  end: () => '',
};
