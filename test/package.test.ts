import { execFile } from 'node:child_process';
import { cp, mkdir, mkdtemp, readdir, readFile, rm, symlink, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { newMember } from './helpers/client.ts';
import { newProcess } from './helpers/process.ts';

const run = promisify(execFile);
const root = fileURLToPath(new URL('..', import.meta.url));

let folder: string;
/** A copy of the sources, as cloned: what is packed here is built here, and nobody's dist/ is touched. */
let clone: string;
/** An empty project with nothing but the package. */
let project: string;

beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'chatbox-package-'));
  clone = join(folder, 'clone');
  project = join(folder, 'project');
  await mkdir(clone);
  const left = new Set(['node_modules', 'dist', 'coverage', '.git', 'db', 'test', 'bench']);
  for (const name of await readdir(root))
    if (!left.has(name)) await cp(join(root, name), join(clone, name), { recursive: true });
  await symlink(join(root, 'node_modules'), join(clone, 'node_modules'));
  await run('npm', ['pack', '--pack-destination', folder], { cwd: clone });
  const [tarball] = (await readdir(folder)).filter((name) => name.endsWith('.tgz'));
  await mkdir(project);
  await writeFile(join(project, 'package.json'), '{ "private": true, "type": "module" }');
  const flags = ['--prefer-offline', '--no-audit', '--no-fund'];
  await run('npm', ['install', ...flags, join(folder, `${tarball}`)], { cwd: project });
});

afterAll(() => rm(folder, { recursive: true, force: true }));

const installed = () => join(project, 'node_modules/classic-chatbox-server');

test('the package: npx runs it', async () => {
  const { version } = JSON.parse(await readFile(join(root, 'package.json'), 'utf8'));
  const { stdout } = await run('npx', ['classic-chatbox-server', '--version'], { cwd: project });
  expect(stdout).toBe(`${version}\n`);
});

test('the package: npx prints a statechart', async () => {
  const args = ['classic-chatbox-server', 'machines', 'connection', '--format', 'svg'];
  expect((await run('npx', args, { cwd: project })).stdout).toContain('>registered<');
});

test('the package: installed in an empty project, it starts and people chat', async () => {
  const command = join(project, 'node_modules/.bin/classic-chatbox-server');
  const args = ['--port', '0', '--data', join(folder, 'db/data.json'), '--log', 'pretty'];
  const server = newProcess(args, { command, before: [] });
  const [an, binh] = [await newMember(await server.url(), 'An'), await newMember(await server.url(), 'Bình')];
  await an.next();
  expect(await binh.ask({ data: 'send', content: 'chào An' })).toMatchObject({ status: true });
  expect(await an.next()).toMatchObject({ datatype: 'message', name: 'Bình', content: 'chào An' });
  expect(await server.stop('SIGTERM')).toEqual({ code: 0, signal: null });
});

test('the package: it contains the build and the documentation, and nothing of this machine', async () => {
  const files = (await readdir(installed(), { recursive: true, withFileTypes: true }))
    .filter((entry) => entry.isFile())
    .map((entry) => join(entry.parentPath, entry.name));
  const names = files.map((file) => file.slice(installed().length + 1));
  expect(names).toEqual(
    expect.arrayContaining([
      'package.json',
      'dist/chat.js',
      'dist/chat.d.ts',
      'dist/server.js',
      'docs/config.schema.json',
    ]),
  );
  const strange =
    /^(?!(dist|deploy|docs)\/|(package\.json|(README|SECURITY)(\.vi)?\.md|LICENSE|CHANGELOG\.md)$)|test|\.tsbuildinfo$/;
  expect(names.filter((name) => strange.test(name))).toEqual([]);
  expect(names.filter((name) => /(?<!\.d)\.ts$/.test(name))).toEqual([]);
  for (const file of files) {
    const text = await readFile(file, 'latin1');
    for (const path of [root, folder, '/home/', '/root/', '/Users/', 'file:///'])
      expect(text.includes(path), `${file} names ${path}`).toBe(false);
  }
});

test('the package: the sources of a source map exist', async () => {
  const maps = (await readdir(join(installed(), 'dist'), { recursive: true })).filter((name) =>
    name.endsWith('.map'),
  );
  for (const name of maps) {
    const map = JSON.parse(await readFile(join(installed(), 'dist', name), 'utf8'));
    expect(map.sourcesContent, name).toHaveLength(map.sources.length);
  }
});

test('the package: a program imports createChat, and nothing else can be imported', async () => {
  await writeFile(
    join(project, 'program.js'),
    `import * as chatbox from 'classic-chatbox-server';
    const chat = await chatbox.createChat({ port: 0, data: process.argv[2] });
    const url = await chat.listen();
    const client = new (await import('ws')).WebSocket(url);
    client.on('open', () => client.send('{"data":"name","name":"An"}'));
    client.on('message', (frame) => {
      console.log(JSON.stringify([Object.keys(chatbox).sort(), JSON.parse(frame).status]));
      chat.close();
    });
    const inner = await import('classic-chatbox-server/dist/server.js').catch(({ code }) => code);
    console.log(inner);
    await chatbox.createChat({ port: -1 }).catch((error) => console.log(error instanceof chatbox.StartError, error.code));`,
  );
  const { stdout } = await run(process.execPath, ['program.js', join(folder, 'program.json')], {
    cwd: project,
  });
  expect(stdout.split('\n').toSorted()).toEqual(
    [
      '',
      'ERR_PACKAGE_PATH_NOT_EXPORTED',
      'true CONFIG_INVALID',
      '[["AdmissionError","ModerationError","StartError","createChat"],true]',
    ].toSorted(),
  );
});

test('the package: the server shows its page, and the client of the README talks to it', async () => {
  const readme = await readFile(join(installed(), 'README.md'), 'utf8');
  const [, example = ''] = /### A client\n\n```js\n([\s\S]*?)```/.exec(readme) ?? [];
  const server = newProcess(['--port', '0', '--data', join(folder, 'client.json'), '--log', 'silent'], {
    before: [join(installed(), 'dist/server.js')],
  });
  const url = await server.url();
  const page = await fetch(url.replace('ws:', 'http:'));
  expect([page.status, await page.text()]).toEqual([200, expect.stringContaining('<title>')]);
  const ended = "client.on('messages', () => setImmediate(() => client.close()));";
  const text = `${example.replace('ws://127.0.0.1:5000/', url)}\n${ended}`;
  await writeFile(join(project, 'client.js'), text);
  const { stdout } = await run(process.execPath, ['client.js'], { cwd: project });
  expect(stdout).toContain('0 An Chào!\n');
  expect(stdout).toContain("registered [ 'An' ]\n");
});

test('the package: the bot of the README answers what is said from now on, and reports what it could not send', async () => {
  const readme = await readFile(join(installed(), 'README.md'), 'utf8');
  const [, example = ''] = /```js\n((?:(?!```)[\s\S])*?backlog: 0[\s\S]*?)```/.exec(readme) ?? [];
  const server = newProcess(
    ['--port', '0', '--data', join(folder, 'bot.json'), '--log', 'silent', '--ping-interval', '30'],
    {
      before: [join(installed(), 'dist/server.js')],
    },
  );
  const url = await server.url();
  const an = await newMember(url, 'An');
  await an.ask({ data: 'send', content: '!echo before' });
  await writeFile(join(project, 'bot.js'), example.replace('ws://127.0.0.1:5000/', url));
  const bot = newProcess([], { before: [join(project, 'bot.js')] });
  expect(await an.next()).toMatchObject({ datatype: 'register', name: 'Echo' });
  const long = 'x'.repeat(94);
  await an.ask({ data: 'name', name: 'Bình An' });
  await an.ask({ data: 'send', content: `!echo ${long}` });
  an.say({ data: 'send', content: '!echo after' });
  const frames = [await an.next(), await an.next()];
  expect(frames).toContainEqual(expect.objectContaining({ name: 'Echo', content: 'Bình An: after' }));
  await expect.poll(() => bot.stderr).toBe(`not sent (WrongFormatContent): Bình An: ${long}\n`);
  bot.child.kill();
  await bot.exited;
});

const program = `
import { createServer } from 'node:http';
import { type Chat, type ChatOptions, createChat, type LogEntry, StartError, type StartErrorCode } from 'classic-chatbox-server';

const options: ChatOptions = { port: 0, dialect: 'published', log: (entry: LogEntry) => void entry.kind };
const chat: Chat = await createChat(options);
const detach: () => void = chat.attach(createServer(), { path: '/chat' });
detach();
const url: string = await chat.listen();
await chat.close();
import { type ChatClient, type ChatMessage, createChatClient } from 'classic-chatbox-server/client';
const client: ChatClient = createChatClient({ url, backlog: 10 });
client.on('messages', (messages: readonly ChatMessage[]) => void messages);
client.close();
const code = (error: unknown): StartErrorCode | undefined => (error instanceof StartError ? error.code : undefined);
export { code, url };
`;

test.each([
  ['a right program compiles', program, undefined],
  [
    'a wrong port does not',
    program.replace('port: 0', "port: '0'"),
    "Type 'string' is not assignable to type 'number'",
  ],
  [
    'an unknown option does not',
    program.replace('port: 0', 'prot: 0'),
    "'prot' does not exist in type 'ChatOptions'",
  ],
])('the package: against its types, %s', async (_, source, fault) => {
  const place = await mkdtemp(join(project, 'types-'));
  await writeFile(join(place, 'consumer.ts'), source);
  const compiler = {
    compilerOptions: {
      ...{ strict: true, module: 'nodenext', moduleResolution: 'nodenext', target: 'es2022', noEmit: true },
      ...{ skipLibCheck: false, types: ['node'], typeRoots: [join(root, 'node_modules/@types')] },
    },
    files: ['consumer.ts'],
  };
  await writeFile(join(place, 'tsconfig.json'), JSON.stringify(compiler));
  const tsc = join(root, 'node_modules/.bin/tsc');
  const output = await run(tsc, ['-p', place]).then(
    ({ stdout }) => stdout,
    ({ stdout }) => stdout,
  );
  if (fault === undefined) expect(output).toBe('');
  else expect(output).toContain(fault);
});
