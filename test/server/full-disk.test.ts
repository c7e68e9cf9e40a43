import { execFileSync } from 'node:child_process';
import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { type Client, type Frame, newMember } from '../helpers/client.ts';
import { fill, newSmallDisk } from '../helpers/disk.ts';
import { newLimitedProcess } from '../helpers/limited.ts';
import { newProcess, type ServerProcess } from '../helpers/process.ts';
import { newFolder } from '../helpers/server.ts';
import { type Message, wholeHistory } from '../helpers/talker.ts';

type Full = { server: ServerProcess; dataFile: string; error: string; makeRoom: () => void };

/** Where mounting is not allowed, a limit stands in for the disk. */
async function newFullDisk(): Promise<Full> {
  const disk = await newSmallDisk(64);
  if (disk === undefined) return newFileLimit();
  const dataFile = join(disk, 'data.json');
  const server = newProcess(['--port', '0', '--data', dataFile]);
  await server.url();
  return { server, dataFile, error: noSpace, makeRoom: fill(disk) };
}

async function newFileLimit(): Promise<Full> {
  const dataFile = join(await newFolder(), 'data.json');
  const server = newLimitedProcess('-S -f 8', ['--port', '0', '--data', dataFile]);
  const makeRoom = () =>
    void execFileSync('sh', ['-c', `prlimit --pid=${server.child.pid} --fsize=unlimited:unlimited`]);
  return { server, dataFile, error: tooLarge, makeRoom };
}

const noSpace = 'no space left on device (ENOSPC)';
const tooLarge = 'file too large (EFBIG)';
const limits = [
  ['a file size limit', newFileLimit],
  ['a full disk', newFullDisk],
] as const;

const say = (client: Client, content: string) => client.ask({ data: 'send', content });
const messageOf = ({ name, content, timestamp }: Frame) => ({ name, content, timestamp });

test.each(limits)(
  'P-SEND-3: at %s a message is refused in plain words, shown to nobody and stored nowhere, until there is room',
  async (_, newFull) => {
    const { server, dataFile, error, makeRoom } = await newFull();
    const url = await server.url();
    const an = await newMember(url, 'An');
    const observer = await newMember(url, 'Bình');
    await an.next();
    const stored: Frame[] = [];
    const content = 'x'.repeat(90);
    let reply = await say(an, content);
    for (; reply['status'] === true; reply = await say(an, content)) stored.push(messageOf(reply));
    expect(stored.length).toBeGreaterThan(0);

    const refused = { type: 'send', username: 'An', content, status: false, reason: 'ErrorWhenSend', error };
    expect(reply).toEqual(refused);
    for (let again = 0; again < 5; again++) expect(await say(an, content)).toEqual(refused);
    expect((await observer.pending()).map(messageOf)).toEqual(stored);
    expect(JSON.parse(readFileSync(dataFile, 'utf8'))).toEqual(stored);
    expect(await an.ask({ data: 'get' })).toMatchObject({
      data: { message: stored, online: ['An', 'Bình'] },
    });
    // Whatever needs no disk goes on.
    expect(await an.ask({ data: 'name', name: 'Ân' })).toMatchObject({ status: true });

    makeRoom();
    const kept = await say(an, 'lại được rồi');
    expect(kept).toMatchObject({ name: 'Ân', status: true });
    stored.push(messageOf(kept));
    expect(JSON.parse(readFileSync(dataFile, 'utf8'))).toEqual(stored);
    expect((await observer.pending()).map(messageOf).at(-1)).toEqual(messageOf(kept));
    expect(await wholeHistory(url)).toEqual(stored);
    expect(await server.stop('SIGTERM')).toEqual({ code: 0, signal: null });
    expect(await wholeHistory(await newProcess(['--port', '0', '--data', dataFile]).url())).toEqual(stored);
  },
);

test.each(limits)(
  'P-SEND-3: at %s many authors at once get a true answer to each message, long or short',
  async (_, newFull) => {
    const { server, dataFile, error } = await newFull();
    const url = await server.url();
    const observer = await newMember(url, 'người xem');
    const authors = await Promise.all(['An', 'Bình', 'Chi'].map((name) => newMember(url, name)));
    await observer.pending();
    for (const author of authors) await author.pending();
    const kept: unknown[] = [];
    const refused: unknown[] = [];
    await Promise.all(
      authors.map(async (author) => {
        for (let count = 0; count < 100; count++)
          author.say({ data: 'send', content: `${count}`.padEnd(100 - ((count * 37) % 97), '…') });
        for (let replies = 0; replies < 100; ) {
          const frame = await author.next();
          if (frame['type'] !== 'send') continue;
          replies++;
          if (frame['status'] === true) kept.push(messageOf(frame));
          else refused.push(frame['error']);
        }
      }),
    );
    expect(new Set(refused)).toEqual(new Set([error]));
    const history: Message[] = JSON.parse(readFileSync(dataFile, 'utf8'));
    expect((await observer.pending()).map(messageOf)).toEqual(history);
    expect(new Set(history.map((message) => JSON.stringify(message)))).toEqual(
      new Set(kept.map((message) => JSON.stringify(message))),
    );
    expect(kept).toHaveLength(history.length);
    await server.stop('SIGKILL');
    expect(await wholeHistory(await newProcess(['--port', '0', '--data', dataFile]).url())).toEqual(history);
  },
);

test('P-DB-1: a new file on a full disk is one clear line, and the next start with room succeeds', async () => {
  const disk = await newSmallDisk(64);
  const makeRoom = disk === undefined ? () => {} : fill(disk);
  const dataFile = join(disk ?? (await newFolder()), 'data.json');
  const args = ['--port', '0', '--data', dataFile];
  const failing = disk === undefined ? newLimitedProcess('-f 0', args) : newProcess(args);
  expect(await failing.exited).toEqual({ code: 1, signal: null });
  expect(failing.stderr).toBe(`cannot use ${dataFile}: ${disk === undefined ? tooLarge : noSpace}\n`);
  makeRoom();
  expect(await wholeHistory(await newProcess(args).url())).toEqual([]);
});

test('P-DB-4: a torn file on a full disk is mended in the room that it has', async () => {
  const disk = await newSmallDisk(64);
  const dataFile = join(disk ?? (await newFolder()), 'data.json');
  const whole = '{"name":"An","content":"x","timestamp":"22/11/2026 10/0600"}';
  writeFileSync(dataFile, `[${whole},\n{"name":"An","con`);
  if (disk !== undefined) fill(disk);
  const server = newProcess(['--port', '0', '--data', dataFile]);
  expect(await wholeHistory(await server.url())).toEqual([JSON.parse(whole)]);
  expect(readFileSync(dataFile, 'utf8')).toBe(`[${whole}\n]`);
});
