/** The socket file beside the data file. */
import { once } from 'node:events';
import { mkdirSync, readdirSync, statSync, symlinkSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, onTestFinished, test, vi } from 'vitest';
import type { LogEntry } from '../../src/actors/log.ts';
import { createChat } from '../../src/chat.ts';
import { admin } from '../helpers/moderation.ts';
import { newProcess } from '../helpers/process.ts';
import { newFolder, newServer } from '../helpers/server.ts';

const socketsIn = (folder: string) => readdirSync(folder).filter((name) => name.includes('.admin'));

test('only its owner can ever use it: the file is made with mode 0600, and nothing else is made so', async () => {
  const masks: number[] = [];
  const umask = vi.spyOn(process, 'umask').mockImplementation((mask) => {
    masks.push(Number(mask));
    return 0o022;
  });
  await newServer();
  umask.mockRestore();
  // Set, and set back within the same turn.
  expect(masks).toEqual([0o177, 0o022]);
  const mask = process.umask();
  const { dataFile } = await newServer();
  expect(statSync(`${dataFile}.admin`).mode & 0o777).toBe(0o600);
  expect(process.umask()).toBe(mask);
});

test('it is there while the chat is, also where the path is long and the data file is a link', async () => {
  const folder = await newFolder();
  const deep = join(folder, 'a'.repeat(100), 'b'.repeat(100));
  mkdirSync(deep, { recursive: true });
  writeFileSync(join(deep, 'data.json'), '[]');
  const link = join(folder, 'link.json');
  symlinkSync(join(deep, 'data.json'), link);
  const { chat } = await newServer({ data: link });
  expect(socketsIn(deep)).toEqual(['data.json.admin']);
  for (const data of [link, join(deep, 'data.json')])
    expect(await admin(['status', '--data', data])).toMatchObject({ code: 0 });
  await chat.close();
  expect(socketsIn(deep)).toEqual([]);
  expect(await admin(['status', '--data', link])).toMatchObject({ code: 3 });
});

test('what a server has left behind that was killed answers nobody, and the next start replaces it', async () => {
  const data = join(await newFolder(), 'data.json');
  const server = newProcess(['--port', '0', '--data', data]);
  await server.url();
  expect(await admin(['status', '--data', data])).toMatchObject({ code: 0 });
  await server.stop('SIGKILL');
  expect(socketsIn(join(data, '..'))).toEqual(['data.json.admin']);
  expect(await admin(['status', '--data', data])).toMatchObject({
    code: 3,
    complaints: [expect.stringContaining('ECONNREFUSED')],
  });
  // Killed while it made it.
  writeFileSync(`${data}.admin.new`, '');
  await newServer({ data });
  expect(await admin(['status', '--data', data])).toMatchObject({ code: 0 });
  expect(socketsIn(join(data, '..'))).toEqual(['data.json.admin']);
});

test('if it cannot be made, the server runs without it, and says so', async () => {
  const data = join(await newFolder(), 'data.json');
  mkdirSync(join(`${data}.admin`, 'in the way'), { recursive: true });
  const entries: LogEntry[] = [];
  const chat = await createChat({ port: 0, data, log: (entry) => entries.push(entry) });
  onTestFinished(() => chat.close());
  await chat.listen();
  expect(entries).toContainEqual({
    kind: 'warning',
    text: expect.stringMatching(/^the command admin cannot reach this server: .*\(E[A-Z]+\)$/),
  });
  expect(socketsIn(join(data, '..'))).toEqual(['data.json.admin']);
});

test('a member is listed over it, and nothing but acts is to be had there', async () => {
  const { dataFile } = await newServer();
  const { request } = await import('node:http');
  const asked = request({ socketPath: `${dataFile}.admin`, path: '/', agent: false }).end();
  const [response] = await once(asked, 'response');
  response.resume();
  expect(response.statusCode).toBe(404);
});
