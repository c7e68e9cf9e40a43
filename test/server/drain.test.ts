import { once } from 'node:events';
import { readFileSync } from 'node:fs';
import { createServer } from 'node:http';
import { join } from 'node:path';
import { expect, onTestFinished, test } from 'vitest';
import { createChat, type LogEntry } from '../../src/chat.ts';
import { type Client, newMember } from '../helpers/client.ts';
import { newProcess } from '../helpers/process.ts';
import { newPeer, refusalOf, upgrade } from '../helpers/raw.ts';
import { newFolder, newServer } from '../helpers/server.ts';
import { type Message, newTalkers } from '../helpers/talker.ts';

async function newDraining(seconds: number) {
  const dataFile = join(await newFolder(), 'data.json');
  const args = ['--port', '0', '--data', dataFile, '--log', 'json', '--drain', `${seconds}`];
  const server = newProcess([...args, '--ping-interval', '3600']);
  return { server, url: await server.url(), dataFile };
}

const nicknames = Array.from({ length: 50 }, (_, index) => `Người ${index}`);

async function newMembers(url: string): Promise<Client[]> {
  const members: Client[] = [];
  for (const name of nicknames) members.push(await newMember(url, name));
  return members;
}

/** Waits for a frame that matches. */
async function untilFrame(client: Client, expected: object): Promise<void> {
  for (;;) {
    const frame = await client.next();
    if (Object.entries(expected).every(([key, value]) => frame[key] === value)) return;
  }
}

test('--drain: SIGTERM closes some members at a time with 1001, and those who are left chat meanwhile', async () => {
  const { server, url } = await newDraining(20);
  const members = await newMembers(url);
  const [an, binh] = members.slice(-2) as [Client, Client];
  server.child.kill('SIGTERM');
  for (const [index, leaving] of members.slice(0, 3).entries()) {
    expect(await leaving.closed()).toBe(1001);
    await untilFrame(an, { datatype: 'leave', name: nicknames[index] });
    an.say({ data: 'send', content: `lần ${index}` });
    await untilFrame(binh, { datatype: 'message', content: `lần ${index}` });
  }
  expect(await refusalOf(url)).toBe('ECONNREFUSED');
  // A second signal ends it at once.
  server.child.kill('SIGTERM');
  expect(await server.exited).toEqual({ code: 1, signal: null });
});

test('drain: the closings are spread evenly, the oldest connections first', async () => {
  const leaves: { nickname: string | undefined; ms: number }[] = [];
  const log = (entry: LogEntry) => {
    if (entry.kind === 'leave') leaves.push({ nickname: entry.nickname, ms: performance.now() - start });
  };
  const { chat, url } = await newServer({ drain: 2, log });
  const members = await newMembers(url);
  const start = performance.now();
  await chat.close();
  for (const member of members) expect(await member.closed()).toBe(1001);
  expect(leaves.map(({ nickname }) => nickname)).toEqual(nicknames);
  // There are eight waves, and timers are never early.
  const early = leaves.filter(({ ms }, index) => ms < 249 * Math.floor((index * 8) / 50));
  expect(early).toEqual([]);
});

test('P-SEND-2: --drain under load loses nothing that was acknowledged, and acknowledges all that is stored', async () => {
  const { server, url, dataFile } = await newDraining(1);
  const talkers = await newTalkers(url, ['An', 'Bình', 'Chi', 'Dũng', 'Giang']);
  await Promise.all(talkers.map((talker) => new Promise<void>((resolve) => talker.talk(8, () => resolve()))));
  server.child.kill('SIGTERM');
  expect(await server.exited).toEqual({ code: 0, signal: null });
  const history: Message[] = JSON.parse(readFileSync(dataFile, 'utf8'));
  for (const { client, name, acknowledged } of talkers) {
    expect(await client.closed()).toBe(1001);
    const stored = history.filter((message) => message.name === name).map(({ content }) => content);
    expect(acknowledged).toEqual(stored);
  }
});

test('a drain ends when nobody is left', async () => {
  const { server, url } = await newDraining(600);
  const an = await newMember(url, 'An');
  await an.leave();
  expect(await server.stop('SIGTERM')).toEqual({ code: 0, signal: null });
});

test('while it drains, a chat takes no more WebSockets of another server', async () => {
  const website = createServer((_, response) => response.end('a page')).listen(0, '127.0.0.1');
  onTestFinished(() => void website.close());
  await once(website, 'listening');
  const address = website.address();
  const url = `ws://127.0.0.1:${typeof address === 'object' ? address?.port : ''}/`;
  const data = join(await newFolder(), 'data.json');
  const chat = await createChat({ data, drain: 1 });
  chat.attach(website);
  const an = await newMember(url, 'An');
  const closed = chat.close();
  const late = await newPeer(url);
  late.write(upgrade());
  const [answer] = await once(late, 'data');
  expect(`${answer}`).toMatch(/^HTTP\/1\.1 200 /);
  late.destroy();
  expect(await an.closed()).toBe(1001);
  await closed;
});

test('what has been accepted before the end is served: a handshake that comes late, and a page', async () => {
  const { chat, url } = await newServer();
  const [late, reader] = [await newPeer(url), await newPeer(url)];
  // Connections are accepted in their order, so these have been.
  await (await newMember(url, 'An')).leave();
  const closed = chat.close();
  const [bytes, text] = [[], []] as [Buffer[], Buffer[]];
  late.on('data', (chunk: Buffer) => bytes.push(chunk));
  reader.on('data', (chunk: Buffer) => text.push(chunk));
  late.write(upgrade());
  reader.write('GET / HTTP/1.1\r\nHost: chat\r\n\r\n');
  await Promise.all([once(late, 'end'), once(reader, 'end'), closed]);
  const [head, frames = ''] = Buffer.concat(bytes).toString('latin1').split('\r\n\r\n');
  expect(head).toMatch(/^HTTP\/1\.1 101 /);
  // The last frame is a close frame with 1001.
  expect(frames.endsWith('\x03\xe9the server is closing')).toBe(true);
  expect(Buffer.concat(text).toString()).toMatch(/^HTTP\/1\.1 200 [\s\S]*<\/html>/);
});
