/** The command `admin`. */
import { execFile } from 'node:child_process';
import { once } from 'node:events';
import { readFileSync, writeFileSync } from 'node:fs';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { expect, onTestFinished, test } from 'vitest';
import { newClient, newMember } from '../helpers/client.ts';
import { admin, askFor, newModerated, newSecretFile } from '../helpers/moderation.ts';
import { newPort } from '../helpers/port.ts';
import { executable, newProcess } from '../helpers/process.ts';
import { newFolder, newServer } from '../helpers/server.ts';

const run = promisify(execFile);

test('each act is done over the socket beside the data file', async () => {
  const { url, dataFile } = await newServer();
  const act = (...args: string[]) => admin(['--data', dataFile, ...args]);
  const done = { code: 0, printed: ['done'], complaints: [] };
  const binh = await newMember(url, 'Bình');
  const an = await newMember(url, '-An');
  for (const content of ['0', '1', '2']) await an.ask({ data: 'send', content });

  expect(await act('mute', '--for', '2h', '--reason', 'noise', '--', '-An')).toEqual(done);
  expect(await an.ask({ data: 'send', content: 'x' })).toMatchObject({
    reason: 'ErrorWhenSend',
    error: expect.stringMatching(/^you are muted until .*: noise$/),
  });
  expect((await act('mutes')).printed[1]).toMatch(/^-An +\d{4}-.*Z +admin +\S+ +noise$/);
  expect(await act('unmute', '--', '-An')).toEqual(done);
  expect((await act('messages', '--last', '2', '--author=-an')).printed).toEqual([
    expect.stringMatching(/^position +time +author +message$/),
    expect.stringMatching(/^1 .* -An +1$/),
    expect.stringMatching(/^2 .* -An +2$/),
  ]);
  expect((await act('messages', '--last', '0')).code).toBe(2);
  expect(await act('remove', '0', '7', '--reason', 'spam')).toEqual({
    code: 1,
    printed: ['removed: 0', 'not there: 7'],
    complaints: [],
  });
  expect(await act('erase', '--', '-An')).toMatchObject({ code: 0, printed: ['removed: 3'] });
  expect(await act('readonly', 'on')).toEqual(done);
  expect(await act('newcomers', 'wait', '5m')).toEqual(done);
  const words = join(await newFolder(), 'words');
  writeFileSync(words, 'one\r\n\n two words \n');
  expect(await act('words', words)).toEqual(done);
  const { printed } = await act('status');
  expect(printed).toEqual(
    expect.arrayContaining([
      expect.stringMatching(/^you are +admin$/),
      expect.stringMatching(/^read-only +on$/),
      expect.stringMatching(/^newcomers wait +5m$/),
      expect.stringMatching(/^members +2$/),
      expect.stringMatching(/^blocked words +2$/),
    ]),
  );
  expect(await act('readonly', 'off')).toEqual(done);
  expect(await act('newcomers', 'off')).toEqual(done);
  expect((await act('status', '--json')).printed.map((line) => JSON.parse(line))).toMatchObject([
    { readonly: false, newcomers: null },
  ]);
  expect(await act('announce', 'Hello', 'all')).toEqual(done);
  expect(await act('ban', '--pattern', 'spam*', '--for', '7d')).toEqual(done);
  expect(await act('ban', 'Chi')).toEqual(done);
  expect(await act('kick', 'bình', '--reason', 'bye')).toEqual(done);
  expect(await binh.closed()).toBe(4001);
  expect((await binh.left()).map(({ datatype, content }) => [datatype, content])).toContainEqual([
    ...['notice', 'Hello all'],
  ]);
});

test('a ban ends with the word under which it is shown, be it a nickname, a mask or a pattern', async () => {
  const { url, dataFile } = await newServer();
  const act = (...args: string[]) => admin(['--data', dataFile, ...args]);
  const an = await newMember(url, 'An');
  const [member = ''] = (await act('list', '--json')).printed;
  const { mask } = JSON.parse(member);
  expect(JSON.parse(member)).toEqual({
    ...{ nickname: 'An', mask: expect.stringMatching(/^[\da-z]{12}$/), state: 'registered.idle' },
    ...{ since: expect.stringMatching(/^\d{4}-.*Z$/), delayed: expect.any(Number), waiting: 0 },
  });
  const targets = [['Chi'], ['--address', mask], ['--pattern', 'spam*']];
  for (const target of targets) expect((await act('ban', ...target)).code).toBe(0);
  expect(await an.closed()).toBe(4003);
  expect((await act('bans')).printed).toHaveLength(4);
  for (const word of ['chi', mask, 'spam*']) {
    expect(await act('unban', word), word).toMatchObject({ code: 0 });
    expect(await act('unban', word), word).toMatchObject({
      code: 1,
      complaints: [`not done: there is no ban of ${word}`],
    });
  }
  expect(await act('bans')).toEqual({ code: 0, printed: ['none'], complaints: [] });
  for (const target of targets.slice(1)) {
    expect((await act('ban', ...target)).code).toBe(0);
    expect((await act('unban', ...target)).code).toBe(0);
  }
  await newMember(url, 'An');
});

test('what strangers are called cannot act on the terminal, in tables and in JSON', async () => {
  const { url, dataFile } = await newServer({ nicknameComparison: 'exact' });
  const evil = await newClient(url);
  await evil.ask({ data: 'name', name: '\u202e\u001b[2Jx' });
  const args = ['list', '--data', dataFile];
  for (const more of [[], ['--json']]) {
    const { printed } = await admin([...args, ...more]);
    expect(printed.join('\n')).toContain('\\u202e\\u001b[2Jx');
    expect(printed.join('')).not.toMatch(/\p{C}/u);
  }
  const [json = ''] = (await admin([...args, '--json'])).printed;
  expect(JSON.parse(json).nickname).toBe('\u202e\u001b[2Jx');
});

test('it speaks Vietnamese where the log does, and keeps its columns in line', async () => {
  const { url, dataFile } = await newServer();
  for (const name of ['An', 'Nguyễn Thị Bình']) await newMember(url, name);
  const args = ['list', '--data', dataFile];
  const { printed } = await admin(args, { env: { LANG: 'vi_VN.UTF-8' } });
  expect(printed[0]).toMatch(/^biệt danh +địa chỉ +trạng thái/);
  const columns = printed.map((line) => line.search(/(?<= {2})\S/));
  expect(new Set(columns).size).toBe(1);
  expect((await admin([...args, '--lang', 'en'], { env: { CHAT_LANG: 'vi' } })).printed[0]).toMatch(
    /^nickname/,
  );
  expect(await admin(['kick', 'Chi', '--data', dataFile, '--lang', 'vi'])).toMatchObject({
    code: 1,
    complaints: ['chưa làm được: nobody is called Chi'],
  });
});

test('over the operations port, or the chat’s address, it needs a token', async () => {
  const { operations, page } = await newModerated();
  const at = async (url: string, token: string) =>
    admin(['--ops', url, '--token-file', await newSecretFile(`# mine\n${token}\n`), 'status']);
  expect((await at(operations, 'ops')).printed[0]).toMatch(/ admin$/);
  expect((await at(operations.slice(0, -1), 'one')).printed[0]).toMatch(/ An$/);
  expect((await at(page, 'two')).printed[0]).toMatch(/ Bình$/);
  expect(await at(operations, 'wrong')).toMatchObject({
    code: 1,
    complaints: [expect.stringMatching(/^not done: This needs a moderator's token/)],
  });
});

test('the exit code is 3 where no server is: refused, stopped, silent, or something else', async () => {
  const token = await newSecretFile('ops');
  const at = (url: string, limitMs?: number) =>
    admin(['--ops', url, '--token-file', token, 'status'], limitMs === undefined ? {} : { limitMs });
  const missing = join(await newFolder(), 'data.json');
  expect(await admin(['status'], { env: { DATA_FILE: missing } })).toEqual({
    code: 3,
    printed: [],
    complaints: [`no server is there: ${missing}: no such file or directory (ENOENT)`],
  });
  expect(await at(`http://127.0.0.1:${await newPort()}/`)).toMatchObject({ code: 3 });
  const stranger = createServer((request, response) => {
    if (!request.url?.includes('silent')) response.end('<html>');
  }).listen(0, '127.0.0.1');
  onTestFinished(() => {
    stranger.close();
    stranger.closeAllConnections();
  });
  await once(stranger, 'listening');
  const { port } = stranger.address() as AddressInfo;
  expect(await at(`http://127.0.0.1:${port}/`)).toMatchObject({
    code: 3,
    complaints: [`no server is there: 127.0.0.1:${port}: what answers there does not moderate a chat`],
  });
  expect(await at(`http://127.0.0.1:${port}/silent/`, 50)).toMatchObject({
    code: 3,
    complaints: [expect.stringContaining('no answer within 0.05 s')],
  });
});

test.each([
  [[], 'an act is missing: list, status, kick'],
  [['fly'], 'there is no act fly'],
  [['toString'], 'there is no act toString'],
  [['list', 'An'], 'this act is written: list'],
  [['kick'], 'this act is written: kick NICK'],
  [['kick', 'An', 'Lê'], 'this act is written: kick NICK'],
  [['kick', '-An'], "Unknown option '-A'"],
  [['kick', 'An', '--for', '5m'], 'kick does not take --for'],
  [['ban', 'An', '--address', 'abc'], 'this act is written: ban NICK'],
  [['ban', 'An', '--for', '5q'], '5q is no length of time'],
  [['newcomers', 'wait'], 'this act is written: newcomers wait 5m|off'],
  [['newcomers', 'wait', 'soon'], 'soon is no length of time'],
  [['readonly', 'yes'], 'this act is written: readonly on|off'],
  [['remove', '1', '-2'], "Unknown option '-2'"],
  [['remove', 'x'], 'this act is written: remove POSITION'],
  [['announce'], 'this act is written: announce TEXT'],
  [['words', '/nowhere/words'], 'cannot read /nowhere/words: no such file or directory (ENOENT)'],
  [['list', '--token-file', 'x'], '--token-file goes with --ops'],
  [['list', '--ops', 'http://127.0.0.1/'], '--ops needs --token-file'],
  [['list', '--ops', 'ftp://x/', '--token-file', 'x'], '--ops must be a URL'],
  [
    ['list', '--ops', 'http://x/', '--token-file', '/nowhere/token'],
    'cannot read the tokens in /nowhere/token',
  ],
  [['list', '--ops', 'http://x/', '--data', 'y'], '--data and --ops name two servers'],
  [['list', '--lang', 'de'], '--lang must be en or vi'],
  [['list', '--loud'], "Unknown option '--loud'"],
])('%j is a wrong command, and nobody is asked', async (args, complaint) => {
  const { code, printed, complaints } = await admin(args);
  expect([code, printed]).toEqual([2, []]);
  expect(complaints).toEqual([expect.stringMatching(/ \(admin --help says more\)$/)]);
  expect(complaints[0]).toContain(complaint);
});

test('a token file must begin with a token, and what the server finds wrong is a wrong command too', async () => {
  const { dataFile, operations } = await newModerated();
  const path = await newSecretFile('An one\n');
  expect(await admin(['list', '--ops', operations, '--token-file', path])).toMatchObject({
    code: 2,
    complaints: [expect.stringContaining(`the first line of ${path} must be a token`)],
  });
  expect(await admin(['ban', '--address', 'An Lê', '--data', dataFile])).toMatchObject({ code: 2 });
});

test('--help names every act', async () => {
  const { code, printed } = await admin(['--help']);
  expect(code).toBe(0);
  for (const act of [
    'list',
    'status',
    'kick',
    'ban',
    'unban',
    'bans',
    'mute',
    'unmute',
    'mutes',
    'remove',
    'erase',
  ])
    expect(printed[0]).toMatch(new RegExp(`\\b${act}\\b`));
  for (const act of ['readonly', 'newcomers', 'announce', 'words']) expect(printed[0]).toContain(`  ${act} `);
});

test('the executable reads moderators again on SIGHUP, keeps them if the file is broken, and prints no token', async () => {
  const data = join(await newFolder(), 'data.json');
  const moderators = await newSecretFile('An one\n');
  const args = ['--port', '0', '--data', data, '--moderators', moderators, '--log', 'json'];
  const server = newProcess(args);
  const url = (await server.url()).replace('ws:', 'http:');
  const as = async (token: string) => (await askFor(url, 'status', token)).body['as'];
  expect([await as('one'), await as('two')]).toEqual(['An', undefined]);
  writeFileSync(moderators, 'Bình two\nChi\n');
  server.child.kill('SIGHUP');
  const [line] = await server.linesWith('the settings were not reloaded');
  expect(line).toContain(`${moderators}, line 2`);
  expect(await as('one')).toBe('An');
  writeFileSync(moderators, 'Bình two\n');
  server.child.kill('SIGHUP');
  await server.linesWith('settings reloaded');
  expect([await as('one'), await as('two')]).toEqual([undefined, 'Bình']);
  const command = [executable, 'admin', 'kick', 'Chi', '--json'];
  await expect(run(process.execPath, command, { env: { DATA_FILE: data } })).rejects.toMatchObject({
    code: 1,
    stdout: '{"done":false,"error":"nobody is called Chi"}\n',
  });
  await server.stop('SIGTERM');
  expect(server.lines.join('')).not.toMatch(/\b(?:one|two)\b/);
  expect(readFileSync(`${data}.moderation`, 'utf8')).not.toMatch(/\b(?:one|two)\b/);
});
