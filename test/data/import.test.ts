import { chmod, readdir, readFile, stat, symlink, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { expect, onTestFinished, test, vi } from 'vitest';
import { runIn, when, writtenForm } from '../helpers/data.ts';
import { messageOf, messagesIn } from '../helpers/history-file.ts';
import { newLockOwner } from '../helpers/lock-owner.ts';
import { publishedHistory } from '../helpers/published-history.ts';
import { newFolder, newServer } from '../helpers/server.ts';

const formFile = (name: string) => fileURLToPath(new URL(`forms/${name}`, import.meta.url));

/** A file with this content, and the path of a history that is not there yet. */
async function newPlaces(content: string | Buffer = '') {
  const folder = await newFolder();
  const [file, data] = [join(folder, 'from'), join(folder, 'data.json')] as const;
  await writeFile(file, content);
  return { folder, file, data };
}

/** Imports a file in the zone of Vietnam into a new history. */
async function imported(form: string, file: string, ...args: string[]) {
  vi.stubEnv('TZ', 'Asia/Ho_Chi_Minh');
  onTestFinished(() => void vi.unstubAllEnvs());
  const { data } = await newPlaces();
  const told = await runIn(['import', file, '--from', form, '--into', data, ...args]);
  const messages = await messagesIn(data);
  return { told, said: messages.map(({ name, content, timestamp }) => [timestamp, name, content]) };
}

const leftOut = (said: string) => [...said.matchAll(/left out: (.*)$/gm)].map(([, what]) => what);
const notices = 'notices (who comes and goes, topics, modes)';

test('a log of irssi is imported, with the days that it says', async () => {
  const { told, said } = await imported('irc', formFile('irssi.log'));
  expect(said).toEqual([
    ['27/11/2026 23/5100', 'An', 'Chào cả nhà!'],
    ['27/11/2026 23/5200', 'Bình', 'chào An :-)'],
    ['27/11/2026 23/5200', 'Bình', '/me vẫy tay'],
    ['28/11/2026 00/0100', 'Chi', '  ba dấu cách ở đầu'],
  ]);
  expect(told.printed).toEqual([expect.stringMatching(/data\.json: messages 4, of which imported 4$/)]);
  expect(leftOut(told.said)).toEqual([
    `${notices} 3 (line 2, line 6, line 9)`,
    'lines of another form 1 (line 10)',
  ]);
});

test('a log of WeeChat is imported', async () => {
  const { told, said } = await imported('irc', formFile('weechat.weechatlog'), '--dialect', 'published');
  expect(said).toEqual([
    ['27/11/2026, 12:34:56', 'An', 'Chào cả nhà!'],
    ['27/11/2026, 12:35:01', 'Bình', '/me vẫy tay'],
    ['27/11/2026, 12:35:09', 'Bình', 'có\ttab ở trong'],
  ]);
  expect(leftOut(told.said)).toEqual([`${notices} 3 (line 1, line 4, line 6)`]);
});

test('a log of HexChat is imported, over the turn of the year and without colours', async () => {
  const { told, said } = await imported('irc', formFile('hexchat.log'));
  expect(said).toEqual([
    ['31/12/2026 23/5905', 'An', 'năm cũ'],
    ['01/01/2027 00/0005', 'Bình', 'năm mới đỏ và đậm'],
  ]);
  expect(leftOut(told.said)).toEqual([`${notices} 2 (line 3, line 5)`, 'lines of another form 1 (line 7)']);
});

test('a log with the time of day only needs its first day, and midnight advances it', async () => {
  const { told, said } = await imported('irc', formFile('znc.log'), '--date', '2026-02-28');
  expect(said).toEqual([
    ['28/02/2026 23/5959', 'An', 'một'],
    ['01/03/2026 00/0001', 'Bình', 'hai'],
    ['01/03/2026 00/0001', 'Bình', '/me vẫy tay'],
    ['01/03/2026 23/5900', 'An', 'ba, một ngày sau'],
    ['01/03/2026 23/5830', 'An', 'bốn, đồng hồ được chỉnh'],
  ]);
  expect(leftOut(told.said)).toEqual([`${notices} 1 (line 1)`, 'lines of another form 1 (line 7)']);
  await expect(imported('irc', formFile('znc.log'))).rejects.toMatchObject({
    code: 'CONFIG_INVALID',
    message: expect.stringContaining('line 1 has a time and no date: --date 2026-11-27 says with which day'),
  });
});

test.each([
  ['[12:34] <nick> text', '27/11/2026 12/3400'],
  ['(9:05:01) <@nick> text', '27/11/2026 09/0501'],
  ['12:34:56 <+nick> text', '27/11/2026 12/3456'],
  ['2026-11-20 12:34:56 <nick> text', '20/11/2026 12/3456'],
  ['[2026-11-20 12:34:56] <nick> text', '20/11/2026 12/3456'],
  ['[2026-11-20T12:34:56.789Z] <nick> text', '20/11/2026 19/3456'],
  ['2026-11-20T12:34:56+0100 <nick> text', '20/11/2026 18/3456'],
  ['Nov  5 12:34:56 <nick>\ttext', '05/11/2026 12/3456'],
])('the line %j is a message', async (line, timestamp) => {
  const { file } = await newPlaces(`${line}\r\n`);
  const { said } = await imported('irc', file, '--date', '2026-11-27');
  expect(said).toEqual([[timestamp, 'nick', 'text']]);
});

test.each([
  '* An (an@example.com) has joined #phở',
  '* Now talking in #phở',
  '* Topic is: phở',
  '* An sets mode: +o Bình',
  '*** Quits: An (an@example.com)',
  '-An- một thông báo',
])('the line %j says nothing', async (line) => {
  const { file } = await newPlaces(`[12:34] ${line}\n[12:35] <An> một\n`);
  const { told } = await imported('irc', file, '--date', '2026-11-27');
  expect(leftOut(told.said)).toEqual([`${notices} 1 (line 1)`]);
});

test('a line separator does not end a line of a log', async () => {
  const { file } = await newPlaces('2026-11-27 12:34 <An> một\u2028hai\n');
  expect((await imported('irc', file)).said).toEqual([['27/11/2026 12/3400', 'An', 'một\u2028hai']]);
});

test('a log that is not UTF-8 is imported, without the characters that nobody knows', async () => {
  const { file } = await newPlaces(Buffer.from('2026-11-27 12:34 <Ren\xe9> caf\xe9', 'latin1'));
  expect((await imported('irc', file)).said).toEqual([['27/11/2026 12/3400', 'Ren\ufffd', 'caf\ufffd']]);
});

test('text logs of hack.chat are imported', async () => {
  const { told, said } = await imported('hackchat', formFile('shinobi.log'));
  expect(said).toEqual([
    ['27/11/2026 11/0057', 'carrot', 'Hello World'],
    ['27/11/2026 11/0117', 'anakin', 'hai dòng\ndòng hai'],
  ]);
  expect(leftOut(told.said)).toEqual([`${notices} 3 (line 1, line 4, line 5)`]);
  const { file } = await newPlaces('[12:34] carrot: một: hai\n[12:35] carrot joined\n[12:36] <toe> ba\n');
  expect((await imported('hackchat', file, '--date', '2026-11-27')).said).toEqual([
    ['27/11/2026 12/3400', 'carrot', 'một: hai'],
    ['27/11/2026 12/3600', 'toe', 'ba'],
  ]);
});

test('what hack.chat sends is imported', async () => {
  const { told, said } = await imported('hackchat', formFile('hackchat.ndjson'));
  expect(said).toEqual([['27/11/2026 18/0057', 'carrot', 'Hello\nWorld']]);
  expect(leftOut(told.said)).toEqual([
    `${notices} 2 (line 1, line 3)`,
    'empty messages 1 (line 4)',
    'messages without a time 1 (line 5)',
  ]);
});

test('an export of DiscordChatExporter is imported', async () => {
  const { told, said } = await imported('discord', formFile('discord.json'));
  expect(said).toEqual([
    ['27/11/2026 12/3456', 'An', 'Chào "cả nhà" {}[]\nhttps://example.com'],
    ['27/11/2026 12/3500', 'Bình', 'xem ảnh'],
  ]);
  expect(leftOut(told.said)).toEqual([
    expect.stringMatching(/^events \(who comes and goes, calls, pinned messages\) 1 \(byte \d+\)$/),
    expect.stringMatching(/^what came with a text \(attachments\) 1 /),
    expect.stringMatching(/^messages without text \(stickers\) 1 /),
    expect.stringMatching(/^empty messages 1 /),
  ]);
});

test('an export of Telegram Desktop is imported', async () => {
  const { told, said } = await imported('telegram', formFile('telegram.json'));
  expect(said).toEqual([
    ['27/11/2026 12/3456', 'An', 'Chào cả nhà!'],
    ['27/11/2026 12/3500', 'Bình', 'xem https://example.com và đậm'],
    ['27/11/2026 12/3520', 'Deleted Account', 'ảnh và lời'],
  ]);
  expect(leftOut(told.said)).toEqual([
    expect.stringMatching(/^events .* 1 /),
    expect.stringMatching(/^messages without text \(sticker\) 1 /),
    expect.stringMatching(/^what came with a text \(photo\) 1 /),
    expect.stringMatching(/^messages without text \(voice message\) 1 /),
  ]);
});

test.each([
  ['several chats', '{"chats":{"list":[{"messages":[]},{"messages":[]}]}}', 'it has several chats'],
  ['none', '{"chats":[]}', 'it has no array "messages"'],
  ['a message that is torn', '{"messages":[{"type":"message","text":"x', 'byte 40: it ends in the middle'],
  ['a message that is no JSON', '{"messages":[{"type":nix}]}', 'byte 13: a message is not valid JSON: '],
  ['another bracket', '{"messages":[{"type":"message"]}', 'byte 30: a bracket closes nothing: ]'],
  [
    'a message that is too long',
    `{"messages":[{"text":"${'x'.repeat(18_000_000)}"}]}`,
    'byte 13: a message is too long',
  ],
  ['too many brackets', `{"x":${'['.repeat(2000)}`, 'byte 1004: it is nested too deeply'],
  ['no object', '["messages"]', 'byte 0: it is not a JSON object'],
  ['nothing', '', 'byte 0: it is not a JSON object'],
])('an export with %s is refused, and nothing is made', async (_, content, why) => {
  const { folder, file, data } = await newPlaces(content);
  await expect(runIn(['import', file, '--from', 'telegram', '--into', data])).rejects.toMatchObject({
    code: 'DATA_INVALID',
    message: expect.stringContaining(`cannot import ${file}: ${why}`),
  });
  expect(await readdir(folder)).toEqual(['from']);
});

test.each([
  [
    'ndjson',
    '{"name":"An","content":"x","timestamp":"y"}\n{"name":"An"}',
    'line 2: a message has no string under "content"',
  ],
  [
    'ndjson',
    '{"name":"An","content":"x","timestamp":"y","more":1}',
    'line 1: a message has the unknown key "more"',
  ],
  ['ndjson', 'An\n', 'line 1: it is not valid JSON: '],
  ['ndjson', 'null', 'line 1: a message is an object'],
  ['ndjson', 'x'.repeat(17_000_000), 'line 1: it is too long for a message'],
  ['csv', 'a,b\r\n', 'record 1: expected the columns position, name, content, timestamp'],
  ['csv', 'position,name,content,timestamp\r\n0,An', 'record 2: expected 4 fields, found 2'],
  ['csv', 'position,name,content,timestamp\r\n0,"An', 'record 1: the next one is torn: a quote is missing'],
  [
    'csv',
    `position,name,content,timestamp\r\n0,"${'x'.repeat(17_000_000)}`,
    'record 1: the next one does not end: a quote may be missing',
  ],
  ['csv', Buffer.from('position,name,content,timestamp\r\n0,An,\xe9,y', 'latin1'), 'it is not valid UTF-8'],
])('%s that is none is refused: %#', async (form, content, why) => {
  const { folder, file, data } = await newPlaces(content);
  await expect(runIn(['import', file, '--from', form, '--into', data])).rejects.toMatchObject({
    code: 'DATA_INVALID',
    message: expect.stringContaining(`cannot import ${file}: ${why}`),
  });
  expect(await readdir(folder)).toEqual(['from']);
});

test('a file without a message is refused, and what is in it is said', async () => {
  const { folder, file, data } = await newPlaces('hello\nworld\n');
  let said = '';
  const onSaid = (text: string) => {
    said += text;
  };
  const command = ['import', file, '--from', 'irc', '--into', data];
  await expect(runIn(command, { onSaid })).rejects.toThrow(`cannot import ${file}: no message found in it`);
  expect(leftOut(said)).toEqual(['lines of another form 2 (line 1, line 2)']);
  expect(await readdir(folder)).toEqual(['from']);
});

test('P-DB-1: the published server’s file is imported as it is, and a torn one without its end', async () => {
  const { text, messages } = publishedHistory(300);
  const { file, data } = await newPlaces(text.slice(0, -20));
  const { said, printed } = await runIn(['import', file, '--from', 'json', '--into', data, '--json']);
  expect(await readFile(data, 'utf8')).toBe(writtenForm(messages.slice(0, -1)));
  const [{ leftOut: what, ...figures }] = printed.map((line) => JSON.parse(line));
  expect(figures).toEqual({ into: data, messages: 299, imported: 299 });
  expect(what).toEqual([
    {
      reason: 'bytes of a message that a crash has torn',
      count: 1,
      places: [expect.stringMatching(/^the last \d+$/)],
    },
  ]);
  expect(said).not.toContain('left out');
});

const lines = (count: number) =>
  Array.from({ length: count }, (_, at) => JSON.stringify(messageOf(at, 10_000))).join('\n');
const before = [messageOf(1000), messageOf(1001)];

test('messages are put behind those of a history only where that is asked for, and it stays the owner’s', async () => {
  const { folder, file, data } = await newPlaces(lines(2));
  await writeFile(data, `${JSON.stringify(before, undefined, 2)}\n`);
  await chmod(data, 0o640);
  const command = ['import', file, '--from', 'ndjson', '--into', data];
  await expect(runIn(command)).rejects.toThrow(
    `cannot import into ${data}: it has messages, and --append puts others behind them`,
  );
  expect(await readFile(data, 'utf8')).toBe(`${JSON.stringify(before, undefined, 2)}\n`);
  const { printed } = await runIn([...command, '--append']);
  expect(printed).toEqual([`${data}: messages 4, of which imported 2`]);
  expect(await readFile(data, 'utf8')).toBe(
    writtenForm([...before, messageOf(0, 10_000), messageOf(1, 10_000)]),
  );
  expect((await stat(data)).mode & 0o777).toBe(0o640);
  expect(await readdir(folder)).toEqual(['data.json', 'from']);
});

test('a new history is for its owner only, and a linked one stays linked', async () => {
  const { folder, file, data } = await newPlaces(lines(1));
  await runIn(['import', file, '--from', 'ndjson', '--into', data]);
  expect((await stat(data)).mode & 0o777).toBe(0o600);
  const link = join(folder, 'link.json');
  await symlink(data, link);
  await runIn(['import', file, '--from', 'ndjson', '--into', link, '--append']);
  expect(await messagesIn(data)).toEqual([messageOf(0, 10_000), messageOf(0, 10_000)]);
  expect(await readdir(folder)).toEqual(['data.json', 'from', 'link.json']);
});

test('P-DB-3: nothing is imported while a server runs on the history', async () => {
  const { file, data } = await newPlaces(lines(1));
  await writeFile(data, writtenForm(before));
  const owner = await newLockOwner(data);
  await expect(runIn(['import', file, '--from', 'ndjson', '--into', data, '--append'])).rejects.toMatchObject(
    {
      code: 'DATA_HELD',
      message: `${data} is held by process ${owner.pid}`,
    },
  );
  expect(await readFile(data, 'utf8')).toBe(writtenForm(before));
});

test.each([
  ['into a new history', undefined],
  ['behind others', writtenForm(before)],
])('interrupted %s, it leaves what was', async (_, content) => {
  const { folder, file, data } = await newPlaces(lines(300));
  if (content !== undefined) await writeFile(data, content);
  const names = await readdir(folder);
  const interruption = new AbortController();
  const interrupt = when(`importing ${file}: `, () => interruption.abort());
  await expect(
    runIn(['import', file, '--from', 'ndjson', '--into', data, '--append'], {
      signal: interruption.signal,
      ...interrupt,
    }),
  ).rejects.toThrow('interrupted; nothing was changed');
  expect(await readdir(folder)).toEqual(names);
  if (content !== undefined) expect(await readFile(data, 'utf8')).toBe(content);
});

test.each([
  [['a', '--from', 'xml', '--into', 'b'], 'data import takes a file, --from json, ndjson, csv, irc, '],
  [['a', '--from', 'json'], 'data import takes a file'],
  [['a', 'b', '--from', 'json', '--into', 'c'], 'data import takes a file'],
  [['a', '--from', 'irc', '--into', 'b', '--dialect', 'x'], '--dialect must be documented or published'],
  [['a', '--from', 'irc', '--into', 'b', '--date', '2026-02-29'], '--date must be a day such as 2026-11-27'],
  [['a', '--from', 'irc', '--into', 'redis://:secret@host/0'], 'it takes files; data copy makes '],
])('%j is wrong usage', async (args, line) => {
  const { code, message } = await runIn(['import', ...args]).catch((error) => error);
  expect(code).toBe('CONFIG_INVALID');
  expect(message).toContain(line);
  expect(message).not.toContain('secret');
});

test('a server goes on with what was imported', async () => {
  const { data } = await newPlaces();
  await runIn(['import', formFile('irssi.log'), '--from', 'irc', '--into', data]);
  const { chat } = await newServer({ data });
  await chat.close();
  expect(await messagesIn(data)).toHaveLength(4);
});
