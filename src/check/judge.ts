/** Tries the cases, stage by stage, and says of each rule whether the server keeps it. */
import type { Lang, Words } from '../doctor/finding.ts';
import { Bench } from './bench.ts';
import { type Case, stages } from './case.ts';
import { Fault, NotJudged } from './fault.ts';
import { lessonOf } from './lessons.ts';
import type { Finding, RuleReport, Verdict } from './report.ts';
import type { Run } from './run.ts';

export type JudgeOptions = {
  cases: readonly Case[];
  run: Run;
  lang: Lang;
  /** What is loose fails. */
  isStrict: boolean;
  /** The rules to report, in order; what they need is tried as well, and reported before them if it is broken. */
  rules: readonly string[];
  /** Ends it: what has not been tried is not judged. */
  signal?: AbortSignal;
  /** Called before each case. */
  onCase?: (one: Case, done: number, all: number) => void;
};

/** A rule that is not judged says why. */
export type Judged = RuleReport & { readonly why?: Words };

/** What a case has shown. `why`: it says nothing. `isOptional`: nor need it. */
type Outcome = { verdict: Verdict; findings: readonly Finding[]; why?: Words; isOptional?: true };
/** What has come of a rule so far. `isWhole`: all of its cases could be judged. */
type Tally = Omit<Outcome, 'isOptional'> & { isWhole: boolean };

/** A rule has the last of these that one of its cases has come to. */
const verdicts: readonly Verdict[] = ['not judged', 'pass', 'loose', 'fail'];

/** Resolves to a report of each rule. */
export async function judge({ cases, run, rules, ...options }: JudgeOptions): Promise<Judged[]> {
  const tallies = new Map<string, Tally>();
  const wanted = withNeeds(cases, rules);
  const due = stages.flatMap((stage) =>
    cases.filter((one) => one.stage === stage && (one.isProbe || wanted.has(one.rule))),
  );
  let untried: Words = texts.untried;
  for (const [index, one] of due.entries()) {
    if (options.signal?.aborted) break;
    options.onCase?.(one, index, due.length);
    const missing = one.needs?.find((rule) => isBroken(tallies.get(rule)));
    const outcome = missing === undefined ? await tried(one, run, options) : unjudged(texts.needs(missing));
    tallies.set(one.rule, sum(tallies.get(one.rule), outcome));
    if (one.stage !== 'connect' || outcome.verdict !== 'fail') continue;
    untried = texts.needs(one.rule);
    break;
  }
  await run.close();
  const needed = [...tallies.keys()].filter((id) => !rules.includes(id));
  const broken = needed.filter((id) => tallies.get(id)?.verdict === 'fail');
  return [...broken, ...rules].map((id) => {
    const { verdict, findings, why } = tallies.get(id) ?? unjudged(untried);
    return { id, verdict, findings, ...(verdict === 'not judged' && why && { why }) };
  });
}

const texts = {
  untried: { en: 'not tried', vi: 'chưa thử' },
  same: { en: 'shows the same mistake as another rule', vi: 'cho thấy cùng một lỗi với quy tắc khác' },
  needs: (rule: string) => ({ en: `needs ${rule}`, vi: `cần ${rule}` }),
};

const unjudged = (why: Words): Outcome => ({ verdict: 'not judged', findings: [], why });

/** What builds on a rule says nothing if some of the rule could not be judged. */
const isBroken = (tally: Tally | undefined) => tally?.verdict === 'fail' || tally?.isWhole === false;

function sum(tally: Tally = { verdict: 'not judged', findings: [], isWhole: true }, outcome: Outcome): Tally {
  const why = tally.why ?? outcome.why;
  return {
    verdict: worse(tally.verdict, outcome.verdict),
    findings: [...tally.findings, ...outcome.findings],
    isWhole: tally.isWhole && (outcome.verdict !== 'not judged' || outcome.isOptional === true),
    ...(why && { why }),
  };
}

const worse = (one: Verdict, other: Verdict) =>
  verdicts.indexOf(one) > verdicts.indexOf(other) ? one : other;

/** The rules, those that their cases need, and those of the first stage. */
function withNeeds(cases: readonly Case[], rules: readonly string[]): ReadonlySet<string> {
  const wanted = new Set(rules);
  for (const { rule, stage } of cases) if (stage === 'connect') wanted.add(rule);
  // A set that grows while it is gone through gives what was added, too.
  for (const rule of wanted)
    for (const one of cases) if (one.rule === rule) for (const need of one.needs ?? []) wanted.add(need);
  return wanted;
}

async function tried(
  one: Case,
  run: Run,
  { lang, isStrict }: Pick<JudgeOptions, 'lang' | 'isStrict'>,
): Promise<Outcome> {
  const bench = new Bench(run);
  const faults: Fault[] = [];
  let why: Words | undefined;
  try {
    await one.run(bench);
  } catch (error) {
    if (error instanceof Fault) faults.push(error);
    else if (!(error instanceof NotJudged)) throw error;
    else why = error.why;
  }
  // Where there is nobody to talk to, the last words of those before may say why.
  const transcript = bench.transcript.length > 0 ? bench.transcript : lastOf(run.told);
  bench.transcript = [];
  await bench.clear();
  if (why !== undefined) return { ...unjudged(why), isOptional: true };
  const news = [...bench.notes, ...faults].filter(({ signature }) => {
    const isNew = !run.seen.has(signature);
    run.seen.add(signature);
    return isNew;
  });
  const isHard = ({ isLoose }: Fault) => isStrict || !(isLoose || one.isLoose === true);
  const findings = news.map((fault) => findingOf(fault, one, transcript, lang));
  if (news.some(isHard)) return { verdict: 'fail', findings };
  if (faults.some(isHard)) return { ...unjudged(texts.same), findings };
  return { verdict: news.length > 0 ? 'loose' : 'pass', findings };
}

/** The last request, and what came after it. */
const lastOf = (transcript: readonly string[]) =>
  transcript.slice(
    Math.max(
      0,
      transcript.findLastIndex((line) => /^\w+> /.test(line)),
    ),
  );

const said = (what: Fault['expected'], lang: Lang) => (typeof what === 'string' ? what : what[lang]);

function findingOf(fault: Fault, one: Case, transcript: readonly string[], lang: Lang): Finding {
  const { expected, received, likely } = fault;
  const lesson = lessonOf(one.rule, lang);
  return {
    ...{ title: one.title[lang], transcript, expected: said(expected, lang), received: said(received, lang) },
    ...(likely && { likely: likely[lang] }),
    ...(lesson && { lesson }),
  };
}
