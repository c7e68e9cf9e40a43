/**
 * Every command in the lessons and the examples, as their reader would run it: in a clone, with a server running. A
 * command that the table below does not know fails.
 */
import { execFileSync, spawn } from 'node:child_process';
import { once } from 'node:events';
import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { mkdir, readFile, rm, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { expect, onTestFinished, test } from 'vitest';
import { readOrder } from '../src/check/order.ts';
import { readRules } from '../src/check/rules.ts';
import { newClient, newMember } from './helpers/client.ts';
import { Clone, root } from './helpers/clone.ts';
import { newExample } from './helpers/example.ts';
import { until } from './helpers/gate.ts';
import { messageOf } from './helpers/history-file.ts';
import { newProcess } from './helpers/process.ts';
import { newFolder } from './helpers/server.ts';

const lessons = 'docs/lessons';
const pages = [lessons, 'examples'].flatMap((folder) => {
  if (!existsSync(join(root, folder))) return [];
  const files = readdirSync(join(root, folder), { recursive: true, encoding: 'utf8' });
  return files.filter((file) => file.endsWith('.md')).map((file) => join(folder, file));
});

/** The lines of a page's blocks of shell commands, also of those in lists. */
function commandsOf(page: string): string[] {
  const text = readFileSync(join(root, page), 'utf8');
  const blocks = Array.from(text.matchAll(/^( *)```sh\n(.*?)^\1```$/gms), ([, , block = '']) => block);
  return blocks.flatMap((block) => block.split('\n')).flatMap((line) => line.trim() || []);
}

/** `npm start` and `npm run …` as the manifest has them. */
const { scripts } = JSON.parse(readFileSync(join(root, 'package.json'), 'utf8'));

/** A command is known by how it looks; what follows is how it is run, with what its pattern has in brackets. */
const table: [RegExp, (command: string, ...parts: string[]) => Promise<void> | void][] = [
  [/^npm ci$/, (command) => expect(commandsOf('README.md').join()).toContain(command)],
  [/^npm run build$/, () => expect(scripts.build).toBeDefined()],
  [/^npm (?:run )?(start|inspect)(?: -- (.+))?$/, start],
  [/^npm run exercise (\S+)$/, (_, name) => expect(exercises).toContain(name)],
  [/^(?:node examples\/apply\.mjs|git apply --check) (\S+)$/, (_, path) => expect(patches).toContain(path)],
  [/^(?:npx classic-chatbox-server|node dist\/server\.js) (machines\b.*)$/, printMachines],
  [/^node dist\/server\.js (admin\b.*)$/, moderate],
  [/^(?:python3|node) (examples\/servers\/\S+)$/, startExample],
  [/^node dist\/server\.js (check\b.*)$/, readCheck],
  [/^(?:node -e|cat) /, runInClone],
];

/** What test/lessons.test.ts runs and applies. */
const exercises = filesOf(/([\w-]+)\.test\.ts$/).map((file) => file.replace(/^.*\/|\.test\.ts$/g, ''));
const patches = filesOf(/\.diff$|README(\.vi)?\.md$/);

function filesOf(pattern: RegExp): string[] {
  const files = readdirSync(join(root, 'examples'), { recursive: true, encoding: 'utf8' });
  return files.filter((file) => pattern.test(file)).map((file) => join('examples', file));
}

/** Starts the server with these flags, but on free ports and its own data; waits for its lines, and ends it. */
async function start(_: string, script = '', flags = ''): Promise<void> {
  const [node, executable, ...own] = scripts[script].split(' ');
  expect([node, executable]).toEqual(['node', 'dist/server.js']);
  const free = ['--port', '0', '--inspect-port', '0', '--data', join(await newFolder(), 'data.json')];
  const server = newProcess([...own, ...flags.split(' ').filter(Boolean), ...free]);
  await server.url();
  if (own.includes('--inspect')) await until(() => server.lines.join().includes('inspector on http://'));
  expect(await server.stop('SIGTERM')).toEqual({ code: 0, signal: null });
}

/** What the command does is the matter of test/check. Here it is read as a shell and `check` read it. */
function readCheck(_: string, command = ''): void {
  const words = execFileSync('sh', ['-c', `set -- ${command}; printf '%s\\n' "$@"`], { encoding: 'utf8' });
  const [, ...args] = words.trimEnd().split('\n');
  expect(readOrder(args, Object.keys(readRules('en')), {})).toMatchObject({ type: 'check' });
}

/** Starts a server of the examples, waits for its line, and ends it. */
async function startExample(_: string, file = ''): Promise<void> {
  const server = await newExample(file);
  await server.url();
  expect(await server.stop('SIGTERM')).toEqual({ code: null, signal: 'SIGTERM' });
}

async function newClone(): Promise<Clone> {
  const clone = await Clone.make();
  onTestFinished(() => rm(clone.folder, { recursive: true, force: true }));
  return clone;
}

async function printMachines(_: string, args = ''): Promise<void> {
  const clone = await newClone();
  const { stdout } = await runToEnd(clone, `node dist/server.js ${args}`);
  const [, file] = / > (\S+)$/.exec(args) ?? [];
  expect(file === undefined ? stdout : await readFile(join(clone.folder, file), 'utf8')).not.toBe('');
}

/**
 * Runs it with a server at its side that has a history. What ends by itself has ended well; what talks to the server
 * and goes on, which the lesson ends with Ctrl+C, has had ten beats to say something and to complain.
 */
async function runInClone(command: string): Promise<void> {
  const clone = await newClone();
  const data = join(clone.folder, 'db/data.json');
  await mkdir(join(clone.folder, 'db'));
  await writeFile(data, JSON.stringify([messageOf(0), messageOf(1)]));
  const isTalking = /\b5000\b/.test(command);
  if (!isTalking) {
    expect((await runToEnd(clone, command)).stdout).not.toBe('');
    return;
  }
  const url = await newProcess(['--port', '0', '--data', data, '--ping-interval', '0.1']).url();
  const program = newProgram(clone, command.replace(/\b5000\b/g, new URL(url).port));
  await Promise.race([program.speaks, program.ended]);
  // On a busy machine the witness itself may be cut off for a late pong.
  let witness = await newClient(url);
  for (let beat = 0; beat < 10; beat++) {
    const heard = await Promise.race([witness.next(), witness.closed()]);
    if (typeof heard === 'number') witness = await newClient(url);
  }
  program.interrupt();
  const { code, signal } = await program.ended;
  expect(program.said.stderr).toBe('');
  expect(program.said.stdout).not.toBe('');
  expect([0, 'SIGINT']).toContain(signal ?? code);
}

/** Runs it beside the data of a server on which An is online, and muted. */
async function moderate(command: string): Promise<void> {
  const clone = await newClone();
  const data = join(clone.folder, 'db/data.json');
  const url = await newProcess(['--port', '0', '--data', data]).url();
  await newMember(url, 'An');
  await runToEnd(clone, 'node dist/server.js admin mute An');
  expect((await runToEnd(clone, command)).stdout).toBe('done\n');
}

async function runToEnd(clone: Clone, command: string): Promise<{ stdout: string }> {
  const program = newProgram(clone, command);
  expect([await program.ended, program.said.stderr]).toEqual([{ code: 0, signal: null }, '']);
  return program.said;
}

/** One command of a shell's, in whose place it runs. */
function newProgram(clone: Clone, command: string) {
  const child = spawn('sh', ['-c', `exec ${command}`], {
    cwd: clone.folder,
    stdio: ['ignore', 'pipe', 'pipe'],
  });
  const said = { stdout: '', stderr: '' };
  for (const stream of ['stdout', 'stderr'] as const)
    child[stream].setEncoding('utf8').on('data', (text) => {
      said[stream] += text;
    });
  const speaks = once(child.stdout, 'data');
  const ended = once(child, 'close').then(([code, signal]) => ({ code, signal }));
  onTestFinished(async () => {
    child.kill('SIGKILL');
    await ended;
  });
  return { said, speaks, ended, interrupt: () => child.kill('SIGINT') };
}

test('there are lessons, and every page has the same commands in Vietnamese', () => {
  const english = pages.filter((page) => !page.endsWith('.vi.md'));
  expect(english.filter((page) => page.startsWith(`${lessons}/`)).length).toBeGreaterThanOrEqual(8);
  for (const page of english) {
    const twin = page.replace('.md', '.vi.md');
    const commands = commandsOf(twin).map((command) => command.replace('.vi.md', '.md'));
    expect(commands, twin).toEqual(commandsOf(page));
  }
});

test.each([...new Set(pages.flatMap(commandsOf))])('%s', async (command) => {
  const known = table.filter(([pattern]) => pattern.test(command));
  expect(known, 'how it is run').toHaveLength(1);
  for (const [pattern, runIt] of known) await runIt(command, ...(pattern.exec(command) ?? []).slice(1));
});
