/** The command `doctor`: looks at a server from outside and prints what works, what does not, and what to change. */
import { parseArgs, styleText } from 'node:util';
import { harmless } from '../hosting/line.ts';
import { languageOf } from '../hosting/log.ts';
import { diagnose } from './diagnose.ts';
import { checks, type Finding, type Lang } from './finding.ts';
import { readTarget, type Target } from './target.ts';

/** Longer than the time limits of the usual proxies, which are a minute. */
const idleMs = 65_000;

const usage = `Usage: classic-chatbox-server doctor URL [--quick] [--json] [--lang en|vi]

Checks from outside what works and what does not, and says what to change. The URL is http(s)://… or ws(s)://…, with
?access_token=… if the server requires one. It never registers a nickname.
The last check keeps a silent connection open for ${idleMs / 1000} seconds.

  --quick  skip the last check
  --json   print one JSON object
  --lang   en or vi; default: that of the log

Exit code: 0 without problems, 1 with some, 2 if the command is wrong.`;

/** Where the doctor prints lines, and what it takes from its surroundings. */
export type Surroundings = {
  print: (line: string) => void;
  complain: (line: string) => void;
  isTerminal: boolean;
  env: NodeJS.ProcessEnv;
  now: Date;
};

/** Resolves to the exit code. */
export async function runDoctor(args: readonly string[], surroundings: Surroundings): Promise<number> {
  const { print, complain, isTerminal, env, now } = surroundings;
  const order = readOrder(args, env);
  if (order === undefined) {
    complain(usage);
    return 2;
  }
  if (order.type === 'help') {
    print(usage);
    return 0;
  }
  const { target, isQuick, isJson, lang } = order;
  const form = { lang, colors: isTerminal && !env['NO_COLOR'] };
  const findings: Finding[] = [];
  if (!isJson) print(heading(target, isQuick, lang));
  for await (const finding of diagnose(target, { idleMs: isQuick ? 0 : idleMs, now })) {
    findings.push(finding);
    if (!isJson) print(shown(finding, form));
  }
  print(isJson ? report(target, findings, lang) : summary(findings, lang));
  return findings.some(({ result }) => result === 'fail') ? 1 : 0;
}

type Order =
  | { type: 'help' }
  | { type: 'look'; target: Target; isQuick: boolean; isJson: boolean; lang: Lang };

/** Reads the arguments. Returns `undefined` if they are wrong. */
function readOrder(args: readonly string[], env: NodeJS.ProcessEnv): Order | undefined {
  const options = {
    help: { type: 'boolean', short: 'h' },
    quick: { type: 'boolean', default: false },
    json: { type: 'boolean', default: false },
    lang: { type: 'string' },
  } as const;
  try {
    const { values, positionals } = parseArgs({ args: [...args], options, allowPositionals: true });
    if (values.help) return { type: 'help' };
    const [url, ...rest] = positionals;
    const target = url === undefined || rest.length > 0 ? undefined : readTarget(url);
    const given = values.lang ?? (env['CHAT_LANG'] || undefined);
    if (target === undefined || (given !== undefined && given !== 'en' && given !== 'vi')) return undefined;
    return { type: 'look', target, isQuick: values.quick, isJson: values.json, lang: languageOf(given, env) };
  } catch {
    return undefined;
  }
}

const marks = { pass: ['✓', 'green'], warn: ['!', 'yellow'], fail: ['✗', 'red'] } as const;
const column = Math.max(...Object.values(checks).flatMap(({ en, vi }) => [en.length, vi.length])) + 2;

/** A finding as lines: `✓ tcp  port 443 answers`. */
function shown(
  { check, result, text, advice }: Finding,
  { lang, colors }: { lang: Lang; colors: boolean },
): string {
  const [mark, color] = marks[result];
  const line = `${colors ? styleText(color, mark) : mark} ${checks[check][lang].padEnd(column)}${harmless(text[lang])}`;
  return advice === undefined ? line : `${line}\n  ${' '.repeat(column)}→ ${harmless(advice[lang])}`;
}

function heading({ shown: url }: Target, isQuick: boolean, lang: Lang): string {
  const seconds = idleMs / 1000;
  const wait =
    lang === 'vi'
      ? ` (bước cuối mất ${seconds} giây; --quick bỏ qua bước này)`
      : ` (the last check takes ${seconds} s; --quick skips it)`;
  return `${url}${isQuick ? '' : wait}`;
}

function summary(findings: readonly Finding[], lang: Lang): string {
  const count = (wanted: Finding['result']) => findings.filter(({ result }) => result === wanted).length;
  const [faults, doubts] = [count('fail'), count('warn')];
  return lang === 'vi' ? `${faults} lỗi, ${doubts} cảnh báo` : `problems: ${faults}, warnings: ${doubts}`;
}

function report({ shown: url }: Target, findings: readonly Finding[], lang: Lang): string {
  const told = findings.map(({ check, result, text, advice }) => ({
    ...{ check, result, text: text[lang], advice: advice?.[lang] },
  }));
  const ok = findings.every(({ result }) => result !== 'fail');
  return harmless(JSON.stringify({ url, ok, checks: told }));
}
