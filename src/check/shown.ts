/** A report as text for people. */
import { styleText } from 'node:util';
import type { Lang } from '../doctor/finding.ts';
import { harmless } from '../hosting/line.ts';
import type { Finding, Report, RuleReport } from './report.ts';

export type Form = { lang: Lang; colors: boolean; sentences: Readonly<Record<string, string>> };

const marks = {
  pass: ['✓', 'green'],
  loose: ['~', 'yellow'],
  fail: ['✗', 'red'],
  'not judged': ['·', 'gray'],
} as const;

const words = {
  en: { expected: 'expected', received: 'received', likely: 'likely', lesson: 'lesson', dialect: 'dialect' },
  vi: {
    expected: 'mong đợi',
    received: 'nhận được',
    likely: 'có thể',
    lesson: 'bài học',
    dialect: 'phương ngữ',
  },
} as const;

export function shownReport({ url, dialect, seed, rules, passed, failed }: Report, form: Form): string {
  const { lang } = form;
  const unjudged = rules.length - passed - failed;
  const sum =
    lang === 'vi'
      ? `giữ đúng ${passed} quy tắc, vi phạm ${failed}, chưa xét ${unjudged}`
      : `rules kept: ${passed}, broken: ${failed}, not judged: ${unjudged}`;
  const about = [url, ...(dialect === null ? [] : [`${words[lang].dialect} ${dialect}`]), `--seed ${seed}`];
  return [...rules.map((rule) => shownRule(rule, form)), `${sum} (${about.join(', ')})`].join('\n');
}

function shownRule({ id, verdict, findings }: RuleReport, form: Form): string {
  const [mark, color] = marks[verdict];
  const sentence = plain(form.sentences[id] ?? '');
  const head = `${form.colors ? styleText(color, mark) : mark} ${id.padEnd(9)}`;
  if (findings.length === 0) return `${head}${clipped(sentence)}`;
  return [`${head}${sentence}`, ...findings.map((finding) => shownFinding(finding, form))].join('\n');
}

function shownFinding(
  { title, transcript, expected, received, likely, lesson }: Finding,
  { lang, colors }: Form,
): string {
  const say = words[lang];
  const width =
    Math.max(...[say.expected, say.received, say.likely, say.lesson].map(({ length }) => length)) + 2;
  const line = (label: string, text: string) =>
    `    ${`${label}:`.padEnd(width)}${text.replaceAll('\n', `\n    ${' '.repeat(width)}`)}`;
  const at = firstDifference(expected, received);
  const lines = [
    `  ${colors ? styleText('bold', title) : title}`,
    ...transcript.map((one) => `      ${one}`),
    line(say.expected, expected),
    line(say.received, received),
    ...(at === undefined ? [] : [`    ${' '.repeat(width + at)}^`]),
    ...(likely === undefined ? [] : [line(say.likely, likely)]),
    ...(lesson === undefined ? [] : [line(say.lesson, lesson)]),
  ];
  return lines.map(harmless).join('\n');
}

/** Where two frames differ first; `undefined` if they are no frames, or all of a line is another one. */
function firstDifference(expected: string, received: string): number | undefined {
  if (!received.startsWith('{') || expected.includes('\n')) return undefined;
  let at = 0;
  while (at < expected.length && expected[at] === received[at]) at++;
  return at === 0 || at > 160 ? undefined : at;
}

const mostCharacters = 90;

/** Without the marks of Markdown. */
const plain = (markdown: string) => markdown.replace(/[`*]|\[([^\]]*)\]\([^)]*\)/g, (_, text = '') => text);

const clipped = (text: string) => {
  const [sentence = ''] = text.split(/(?<=\.) /);
  return sentence.length <= mostCharacters ? sentence : `${sentence.slice(0, mostCharacters - 1)}…`;
};
