/**
 * Every form of request in every state of the connection's machine that a client can bring it to. The machine says what the
 * states are, how to reach them, and what the reply must be, so a machine that changes changes these cases.
 */
import { Bench } from '../bench.ts';
import type { Case, Stage } from '../case.ts';
import { Fault, NotJudged } from '../fault.ts';
import { type Form, forms, type Material, materialOf } from '../forms.ts';
import { shownFrame } from '../frame.ts';
import { explained } from '../hints.ts';
import { Oracle } from '../oracle.ts';
import type { Run } from '../run.ts';

/** What stands for names and contents where nothing is sent. */
const example: Material = {
  ...{ fresh: 'N', taken: 'O', own: 'A', content: 'C', limits: { name: 100, content: 100 } },
};

/** The states that a client can bring the machine to, and the forms that do it, as few as possible. */
function pathsOf(): ReadonlyMap<string, readonly Form[]> {
  const paths = new Map<string, readonly Form[]>();
  const open: Form[][] = [[]];
  for (let path = open.shift(); path !== undefined; path = open.shift()) {
    const state = stateAfter(path);
    if (paths.has(state)) continue;
    paths.set(state, path);
    for (const form of forms) open.push([...path, form]);
  }
  return paths;
}

function oracleAfter(path: readonly Form[]): Oracle {
  const oracle = new Oracle({ ...example.limits, comparison: 'nickname' }, [example.taken]);
  for (const form of path) oracle.reply(form.frame(example));
  return oracle;
}

const stateAfter = (path: readonly Form[]) => oracleAfter(path).state;

const paths = pathsOf();

/** The forms that register, and after them those of these forms whose request a member is granted. */
export function grantedOf(some: readonly Form[]): { register: readonly Form[]; granted: readonly Form[] } {
  const register = paths.get('registered.idle') ?? [];
  const isGranted = (form: Form) => Object(oracleAfter(register).reply(form.frame(example))).status === true;
  return { register, granted: some.filter(isGranted) };
}

/** What one client sends, form by form, and hears. */
async function walk(bench: Bench, path: readonly Form[]): Promise<void> {
  const needsOther = path.some((form) => form.needsOther);
  const taken = needsOther ? ((await bench.member()).nickname ?? '') : bench.nickname();
  const peer = await bench.client();
  const oracle = new Oracle(bench.run.limits, [taken]);
  for (const form of path) {
    const frame = form.frame(materialOf(bench, oracle.nickname ?? bench.nickname(), taken));
    await peer.ask(frame, oracle.reply(frame)).catch((error) => {
      throw explained(error, form.hint);
    });
    peer.nickname = oracle.nickname;
  }
}

function stageOf(rule: string, isRegistered: boolean): Stage {
  if (rule.startsWith('P-NAME')) return 'name';
  return isRegistered ? 'send and get' : 'requests';
}

const ruleOf = (form: Form, isRegistered: boolean) =>
  isRegistered ? form.rule : (form.strangersRule ?? form.rule);

const shownBefore = { en: 'a shorter path has shown it', vi: 'một đường ngắn hơn đã cho thấy điều đó' };

/** The most characters of a frame in the title of a case. */
const mostInTitle = 60;

/** A state of the machine, and the path to it. */
type Place = { state: string; path: readonly Form[] };

function caseOf(form: Form, { state, path }: Place): Case {
  const shown = shownFrame(textOf(form.frame(example)), mostInTitle);
  const isRegistered = path.length > 0;
  const rule = ruleOf(form, isRegistered);
  // About the same rule, and not leading away from there.
  const alike = forms.filter(
    (one) =>
      !one.isLoose && ruleOf(one, isRegistered) === rule && stateAfter([...path, one]) === stateAfter(path),
  );
  return {
    rule,
    needs: [...(form.needs ?? []), form.rule].filter((need) => need !== rule),
    stage: stageOf(rule, isRegistered),
    title: { en: `in ${state}: ${shown}`, vi: `ở ${state}: ${shown}` },
    ...(form.isLoose && { isLoose: true }),
    run: async (bench) => {
      const { broken, isDelayed } = bench.run;
      if (broken.get(form) === rule) throw new NotJudged(shownBefore);
      // Where a connection may do little in a time, each form has one of its own.
      const isGrouped = alike.includes(form) && !isDelayed;
      if (isGrouped && (await passTogether(bench.run, `${rule} ${state}`, [...path, ...alike]))) return;
      await walk(bench, [...path, form]).catch((error) => {
        broken.set(form, rule);
        throw error;
      });
    },
  };
}

/** Tries the forms of a group by one client, once; only if that fails, each has to be tried by a client of its own. */
async function passTogether(run: Run, group: string, path: readonly Form[]): Promise<boolean> {
  const known = run.groups.get(group);
  if (known !== undefined) return known;
  const bench = new Bench(run);
  const isGood = await walk(bench, path).then(
    () => bench.notes.length === 0,
    (error) => {
      if (error instanceof Fault) return false;
      throw error;
    },
  );
  await bench.clear();
  run.groups.set(group, isGood);
  return isGood;
}

const textOf = (frame: ReturnType<Form['frame']>) =>
  typeof frame === 'string' || frame instanceof Uint8Array ? frame : JSON.stringify(frame);

export const formCases: readonly Case[] = [...paths].flatMap(([state, path]) =>
  forms.map((form) => caseOf(form, { state, path })),
);
