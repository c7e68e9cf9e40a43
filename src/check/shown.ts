/** A report as text for people. */
import { styleText } from 'node:util';
import type { Lang } from '../doctor/finding.ts';
import { harmless } from '../hosting/line.ts';
import type { Judged } from './judge.ts';
import type { Finding, Report, RuleReport, Verdict } from './report.ts';

export type Form = {
  lang: Lang;
  colors: boolean;
  sentences: Readonly<Record<string, string>>;
  /** The server has answered late. */
  isDelayed: boolean;
};

const marks = {
  pass: ['✓', 'green'],
  loose: ['~', 'yellow'],
  fail: ['✗', 'red'],
  'not judged': ['·', 'gray'],
} as const;

const words = {
  en: {
    expected: 'expected',
    received: 'received',
    likely: 'likely',
    lesson: 'lesson',
    dialect: 'dialect',
    unjudged: 'not judged',
    delayed:
      'The limits of this server have delayed the check (P-LIM-1). On the machine of the server it is faster.',
  },
  vi: {
    expected: 'mong đợi',
    received: 'nhận được',
    likely: 'có thể',
    lesson: 'bài học',
    dialect: 'dạng',
    unjudged: 'chưa xét',
    delayed:
      'Các giới hạn của máy chủ này làm việc kiểm tra chậm lại (P-LIM-1). Chạy ngay trên máy của máy chủ thì nhanh hơn.',
  },
} as const;

/** The rules that were judged come first, one by one, and then the others by the reason. */
export function shownReport(report: Report, rules: readonly Judged[], form: Form): string {
  const { url, dialect, seed, passed, failed } = report;
  const { lang } = form;
  const unjudged = rules.filter(({ verdict }) => verdict === 'not judged');
  const sum =
    lang === 'vi'
      ? `giữ đúng ${passed} quy tắc, vi phạm ${failed}, chưa xét ${unjudged.length}`
      : `rules kept: ${passed}, broken: ${failed}, not judged: ${unjudged.length}`;
  const about = [url, ...(dialect === null ? [] : [`${words[lang].dialect} ${dialect}`]), `--seed ${seed}`];
  const others = rules.filter(({ verdict }) => verdict !== 'not judged');
  return [
    ...others.map((rule) => shownRule(rule, form)),
    ...reasonsOf(unjudged, lang).map((line) => `${marked('not judged', form)} ${line}`),
    ...(form.isDelayed ? [words[lang].delayed] : []),
    `${sum} (${about.join(', ')})`,
  ].join('\n');
}

/** The rules that are not judged, with the reason that they share. */
function reasonsOf(unjudged: readonly Judged[], lang: Lang): string[] {
  const ids = new Map<string, string[]>();
  for (const { id, why } of unjudged) {
    const reason = why?.[lang] ?? '';
    ids.set(reason, [...(ids.get(reason) ?? []), id]);
  }
  return [...ids].map(([reason, some]) => `${some.join(', ')}: ${words[lang].unjudged} (${reason})`);
}

function marked(verdict: Verdict, { colors }: Form): string {
  const [mark, color] = marks[verdict];
  return colors ? styleText(color, mark) : mark;
}

function shownRule({ id, verdict, findings }: RuleReport, form: Form): string {
  const sentence = plain(form.sentences[id] ?? '');
  const head = `${marked(verdict, form)} ${id.padEnd(9)}`;
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
  const { column, texts } = contrasted(expected, received);
  const lines = [
    `  ${colors ? styleText('bold', title) : title}`,
    ...transcript.map((one) => `      ${one}`),
    line(say.expected, texts[0]),
    line(say.received, texts[1]),
    ...(column === undefined ? [] : [`    ${' '.repeat(width + column)}^`]),
    ...(likely === undefined ? [] : [line(say.likely, likely)]),
    ...(lesson === undefined ? [] : [line(say.lesson, lesson)]),
  ];
  return lines.map(harmless).join('\n');
}

/** At a terminal, where emoji are twice as wide. */
const widthOf = (characters: readonly string[]) =>
  characters.length + characters.filter((one) => /\p{Emoji_Presentation}/u.test(one)).length;

/** How much of two frames is shown before and after their first difference. */
const [before, after] = [60, 100];

/** Two frames, without what is far from their first difference, and the column of that; other texts as they are. */
function contrasted(expected: string, received: string): { column?: number; texts: [string, string] } {
  const both = [[...expected], [...received]] as const;
  const at = both[1].findIndex((character, index) => character !== both[0][index]);
  if (at <= 0 || !received.startsWith('{') || expected.includes('\n')) return { texts: [expected, received] };
  const start = Math.max(0, at - before);
  const lead = start > 0 ? '… ' : '';
  const part = (characters: readonly string[]) =>
    `${lead}${characters.slice(start, at + after).join('')}${characters.length > at + after ? ' …' : ''}`;
  const column = widthOf([...lead, ...both[1].slice(start, at)]);
  return { column, texts: [part(both[0]), part(both[1])] };
}

const mostCharacters = 90;

/** Without the marks of Markdown. */
const plain = (markdown: string) => markdown.replace(/[`*]|\[([^\]]*)\]\([^)]*\)/g, (_, text = '') => text);

const clipped = (text: string) => {
  const [sentence = ''] = text.split(/(?<=\.) /);
  return sentence.length <= mostCharacters ? sentence : `${sentence.slice(0, mostCharacters - 1)}…`;
};
