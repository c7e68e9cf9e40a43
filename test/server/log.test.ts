import { join } from 'node:path';
import { expect, test } from 'vitest';
import { newClient, newMember } from '../helpers/client.ts';
import { newProcess, type ServerProcess } from '../helpers/process.ts';
import { newFolder } from '../helpers/server.ts';

const secret = 'mật khẩu là 1234';

async function start(args: string[], env: Record<string, string> = {}): Promise<ServerProcess> {
  return newProcess(['--port', '0', '--data', join(await newFolder(), 'data.json'), ...args], { env });
}

/** Every act once, every refusal once, by `c2` and `c3`; `c1` sees to it that all of it has been logged. */
async function everyAct(url: string): Promise<void> {
  const observer = await newMember(url, 'người xem');
  const an = await newMember(url, 'An');
  await an.ask({ data: 'send', content: secret });
  await an.ask({ data: 'name', name: 'Ân' });
  await an.ask({ data: 'get' });
  await an.ask({ data: 'get', limit: -1 });
  await an.ask({ data: 'send', content: secret.repeat(10) });
  await an.ask({ data: 'send' });
  await an.ask({ data: 'say', content: secret });
  an.sayRaw(`{"data":"send","content":"${secret}`);
  await an.next();
  const stranger = await newClient(url);
  await stranger.ask({ data: 'name', name: 'ân' });
  await stranger.ask({ data: 'name', name: '' });
  await stranger.ask({ data: 'send', content: secret });
  await stranger.leave();
  await an.leave();
  while ((await observer.next())['datatype'] !== 'leave');
}

const words = {
  en: [
    'connect',
    'request',
    'register',
    'resume',
    'change',
    'send',
    'get',
    'leave',
    'close',
    'cutoff',
    'rejection',
    'refusal',
    'status',
    'warning',
    'repair',
    'error',
  ],
  vi: [
    'kết nối',
    'yêu cầu',
    'đăng ký',
    'trở lại',
    'đổi tên',
    'gửi tin',
    'lấy tin',
    'rời đi',
    'ngắt',
    'cắt',
    'chặn',
    'từ chối',
    'trạng thái',
    'cảnh báo',
    'sửa tệp',
    'lỗi',
  ],
} as const;
const marks = [...'○→★⟳↻✎≡☆●✂⊘✗▸⚠✚‼'];
const legendIn = (lang: 'en' | 'vi') =>
  marks.map((mark, index) => `${mark} ${words[lang][index]}`).join('  ');

/** The lines of `everyAct` at the level debug, in English. */
const debugged = [
  '○ connect c2 127.0.0.1',
  '→ request c2 name',
  '★ register c2 "An"',
  '→ request c2 "An" send',
  '✎ send c2 "An"',
  '→ request c2 "An" name',
  '↻ change c2 "Ân" ← "An"',
  '→ request c2 "Ân" get',
  '≡ get c2 "Ân" × 1',
  '→ request c2 "Ân" get',
  '✗ refusal c2 "Ân" ErrorWhenGet',
  '→ request c2 "Ân" send',
  '✗ refusal c2 "Ân" WrongFormatContent',
  '✗ refusal c2 "Ân" NotEnoughKey',
  '✗ refusal c2 "Ân" UnknownType',
  '✗ refusal c2 "Ân" WrongFormatJSON',
  '○ connect c3 127.0.0.1',
  '→ request c3 name',
  '✗ refusal c3 NameAlreadyUsed',
  '→ request c3 name',
  '✗ refusal c3 WrongFormatName',
  '→ request c3 send',
  '✗ refusal c3 UnknownRegister',
  '● close c3 1005',
  '● close c2 1005',
  '☆ leave c2 "Ân"',
];
const expected = debugged.filter((line) => !line.startsWith('→'));

function translated(line: string): string {
  const [, mark = '', word = ''] = /^(\S) (\S+)/.exec(line) ?? [];
  return line.replace(`${mark} ${word}`, `${mark} ${words.vi[marks.indexOf(mark)]}`);
}

test.each([
  ['--lang en', ['--lang', 'en'], {}, 'en'],
  ['no locale', [], {}, 'en'],
  ['LANG=en_US.UTF-8', [], { LANG: 'en_US.UTF-8' }, 'en'],
  ['--lang vi', ['--lang', 'vi'], {}, 'vi'],
  ['CHAT_LANG=vi', [], { CHAT_LANG: 'vi' }, 'vi'],
  ['LANG=vi_VN.UTF-8', [], { LANG: 'vi_VN.UTF-8' }, 'vi'],
  ['LC_ALL over LANG', [], { LC_ALL: 'vi_VN', LC_MESSAGES: 'en_US', LANG: 'en_US' }, 'vi'],
  ['--lang over the locale', ['--lang', 'en'], { CHAT_LANG: 'vi', LANG: 'vi_VN.UTF-8' }, 'en'],
] as const)(
  'the pretty log with %s: the legend, then a marked line for each act',
  async (_, args, env, lang) => {
    const server = await start(['--log', 'pretty', ...args], env);
    await everyAct(await server.url());
    expect(await server.stop('SIGTERM')).toEqual({ code: 0, signal: null });
    const [legend, listening, ...lines] = server.lines;
    expect(legend).toBe(legendIn(lang));
    expect(listening).toMatch(/^listening on ws:/);
    for (const line of lines) expect(line).toMatch(/^\[\d\d:\d\d:\d\d\]: /);
    const texts = lines
      .map((line) => line.slice('[00:00:00]: '.length))
      .filter((line) => !line.includes(' c1 '));
    expect(texts).toEqual(lang === 'vi' ? expected.map(translated) : expected);
  },
);

test('each request is a line at the level debug', async () => {
  const server = await start(['--log', 'pretty', '--log-level', 'debug']);
  await everyAct(await server.url());
  await server.stop('SIGTERM');
  const [, , ...lines] = server.lines.map((line) => line.slice('[00:00:00]: '.length));
  expect(lines.filter((line) => !line.includes(' c1 '))).toEqual(debugged);
});

test('the JSON log: a line of JSON for each entry, with its kind and fields', async () => {
  const server = await start([]);
  await everyAct(await server.url());
  await server.stop('SIGTERM');
  const [listening, ...all] = server.lines.map((line) => JSON.parse(line));
  const entries = all.filter(({ connection }) => connection !== 'c1');
  expect(listening).toMatchObject({ msg: expect.stringMatching(/^listening on ws:/) });
  expect(entries.map(({ kind }) => kind)).toEqual(expected.map((line) => line.split(' ')[1]));
  for (const { time, kind, msg } of entries) {
    expect(new Date(time).toJSON()).toBe(time);
    expect(msg).toBe(kind);
  }
  expect(entries).toContainEqual(
    expect.objectContaining({ kind: 'change', connection: 'c2', nickname: 'Ân', oldname: 'An' }),
  );
  expect(entries).toContainEqual(expect.objectContaining({ kind: 'refusal', reason: 'UnknownRegister' }));
});

test.each(['pretty', 'json'])(
  'the %s log contains the text of messages only with --log-content',
  async (form) => {
    for (const args of [[], ['--log-level', 'debug'], ['--log-content']]) {
      const server = await start(['--log', form, ...args]);
      await everyAct(await server.url());
      await server.stop('SIGTERM');
      const output = server.lines.join('\n') + server.stderr;
      // With it, what was sent; never what was refused.
      expect(output.split(secret).length - 1, args.join()).toBe(args[0] === '--log-content' ? 1 : 0);
    }
  },
);

test('LOG_CONTENT=true is the same as the flag', async () => {
  const server = await start([], { LOG_CONTENT: 'true' });
  await everyAct(await server.url());
  await server.stop('SIGTERM');
  expect(server.lines.join('\n')).toContain(secret);
});

test.each(['pretty', 'json'])(
  'the %s log at level warn says what is wrong and nothing else',
  async (form) => {
    const server = await start(['--log', form, '--log-level', 'warn']);
    await everyAct(await server.url());
    await server.stop('SIGTERM');
    const lines = server.lines.filter((line) => line !== legendIn('en'));
    expect(lines).toEqual([expect.stringContaining('listening on ws:')]);
  },
);

test('the silent log says where it listens and nothing else', async () => {
  const server = await start(['--log', 'silent']);
  await everyAct(await server.url());
  await server.stop('SIGTERM');
  const url = await server.url();
  expect(server.lines).toEqual([`listening on ${url}, chat page on ${url.replace('ws', 'http')}`]);
  expect(server.stderr).toBe('');
});
