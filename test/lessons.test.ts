/** The exercises of the lessons, and the example, as somebody does them who follows the text: in a clone of their own. */
import { existsSync, readdirSync } from 'node:fs';
import { readFile, rm } from 'node:fs/promises';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { Clone, root } from './helpers/clone.ts';

const folder = 'examples/exercises';
const names = readdirSync(join(root, folder))
  .filter((name) => name.endsWith('.test.ts'))
  .map((name) => name.replace('.test.ts', ''));
const example = 'examples/add-a-command';

/** What Vitest's JSON reporter tells of a file: `message` says why it could not be read. */
type FileResult = {
  name: string;
  message: string;
  assertionResults: { title: string; status: string; failureMessages: string[] }[];
};

const clones: Clone[] = [];
async function newClone(): Promise<Clone> {
  const clone = await Clone.make();
  clones.push(clone);
  return clone;
}
afterAll(async () => {
  for (const clone of clones) await rm(clone.folder, { recursive: true, force: true });
});

/** What Vitest finds, by the name of the file without its folder. */
async function results(clone: Clone, ...args: string[]): Promise<Record<string, FileResult>> {
  const output = join(clone.folder, 'results.json');
  const flags = ['--reporter=json', `--outputFile=${output}`, '--no-cache'];
  // Ends with an error when a test fails; what it found is in the file.
  await clone.node('node_modules/vitest/vitest.mjs', ...args, ...flags).catch(() => {});
  const { testResults } = JSON.parse(await readFile(output, 'utf8')) as { testResults: FileResult[] };
  await rm(output);
  return Object.fromEntries(testResults.map((file) => [file.name.replace(/^.*\/|\.test\.ts$/g, ''), file]));
}

/** What `npm run exercise …` finds. */
async function exercise(clone: Clone, ...filters: string[]): Promise<Record<string, FileResult>> {
  const { scripts } = JSON.parse(await readFile(join(root, 'package.json'), 'utf8'));
  const [command, ...args] = scripts.exercise.split(' ');
  expect(command).toBe('vitest');
  return results(clone, ...args, ...filters);
}

function expectDone(result: FileResult | undefined): void {
  const failed = result?.assertionResults.filter(({ status }) => status !== 'passed');
  expect([result?.message, failed]).toEqual(['', []]);
  expect(result?.assertionResults).not.toEqual([]);
}

const apply = (clone: Clone, path: string) => clone.node('examples/apply.mjs', path);

/** Rejects with what the compiler says. */
async function compile(clone: Clone, ...projects: string[]): Promise<void> {
  for (const project of projects)
    expect(await clone.node('node_modules/typescript/bin/tsc', '-p', project, '--noEmit')).toBe('');
}

/** Rejects where the files that diffs change are not written as the rest is. */
async function checkStyle(clone: Clone, ...paths: string[]): Promise<void> {
  const diffs = await Promise.all(paths.map((path) => readFile(join(root, path), 'utf8')));
  const files = diffs.flatMap((diff) =>
    [...diff.matchAll(/^\+\+\+ b\/(.+)$/gm)].map(([, file]) => `${file}`),
  );
  expect(files).not.toEqual([]);
  await clone.node('node_modules/@biomejs/biome/bin/biome', 'ci', ...new Set(files));
}

describe('on the unchanged code', () => {
  let unchanged: Record<string, FileResult>;
  beforeAll(async () => {
    unchanged = await exercise(await newClone());
  });

  test.each([...names, 'typing'])('the test of %s fails, with assertions', (name) => {
    const { message, assertionResults = [] } = unchanged[name] ?? {};
    const failures = assertionResults.flatMap(({ failureMessages }) => failureMessages);
    expect(message).toBe('');
    expect(failures).not.toEqual([]);
    expect(failures.filter((failure) => !failure.startsWith('AssertionError: '))).toEqual([]);
  });

  test('there is no other, and the tests of the project are not among them', () => {
    expect(Object.keys(unchanged).sort()).toEqual([...names, 'typing'].sort());
  });
});

test('each of the eight lessons has its exercise, and each exercise its solution', () => {
  expect(names).toHaveLength(8);
  expect(names.filter((name) => !existsSync(join(root, folder, `${name}.diff`)))).toEqual([]);
});

test.each(names)('the solution of %s is short and passes', async (name) => {
  const clone = await newClone();
  const solution = `${folder}/${name}.diff`;
  const lines = (await readFile(join(root, solution), 'utf8')).match(/^[-+](?!--|\+\+)/gm);
  expect(lines?.length).toBeLessThanOrEqual(30);
  await apply(clone, solution);
  const { [name]: result, ...others } = await exercise(clone, name);
  expectDone(result);
  expect(others).toEqual({});
});

test('the solutions compile, and are written as the rest is', async () => {
  // As many as fit together at a time, since a compiler reads everything each time.
  for (let due = names; due.length > 0; ) {
    const clone = await newClone();
    const fitting: string[] = [];
    for (const name of due) {
      const solution = `${folder}/${name}.diff`;
      if (
        await apply(clone, solution).then(
          () => true,
          () => false,
        )
      )
        fitting.push(solution);
    }
    expect(fitting).not.toEqual([]);
    await checkStyle(clone, ...fitting);
    await compile(clone, 'tsconfig.json');
    due = due.filter((name) => !fitting.includes(`${folder}/${name}.diff`));
  }
});

test('a solution that does not fit changes nothing, and says so', async () => {
  const clone = await newClone();
  const solution = `${folder}/handshake.diff`;
  await apply(clone, solution);
  await expect(apply(clone, solution)).rejects.toThrow(
    `src/hosting/site.ts is not as ${solution} expects it`,
  );
});

test('the steps of the example compile and pass, its own test and those of the project that know it', async () => {
  const clone = await newClone();
  await apply(clone, `${example}/README.md`);
  await checkStyle(clone, `${example}/README.md`);
  await compile(
    clone,
    'tsconfig.json',
    'web/chat/tsconfig.json',
    'web/lab/tsconfig.json',
    'test/tsconfig.json',
  );
  expectDone((await exercise(clone, 'typing'))['typing']);
  const known = ['connection-table', 'connection-model', 'replies'];
  const found = await results(clone, 'run', '--pool=threads', ...known);
  for (const name of known) expectDone(found[name]);
});

test('the steps of the example are the same in both languages', async () => {
  const stepsOf = async (readme: string) =>
    (await readFile(join(root, example, readme), 'utf8')).match(/^```diff\n.*?^```$/gms);
  const steps = await stepsOf('README.md');
  expect(steps?.length).toBeGreaterThan(8);
  expect(await stepsOf('README.vi.md')).toEqual(steps);
});
