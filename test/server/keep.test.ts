import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { expect, test } from 'vitest';
import { newMember } from '../helpers/client.ts';
import { newProcess } from '../helpers/process.ts';
import { newFolder, newServerWith } from '../helpers/server.ts';

const parsed = (path: string) => JSON.parse(readFileSync(path, 'utf8'));

test('P-MOD-2: a server keeps so many messages, in its history, its file and for whoever asks, also after a restart', async () => {
  const folder = await newFolder();
  const [data, archive] = [join(folder, 'db', 'data.json'), join(folder, 'archive')];
  const flags = [
    '--port',
    '0',
    '--data',
    data,
    '--keep',
    '5 1d',
    '--archive',
    archive,
    '--archive-keep',
    '2y',
  ];
  const server = newProcess(flags);
  const an = await newMember(await server.url(), 'An');
  for (let position = 0; position < 12; position++)
    expect(await an.ask({ data: 'send', content: `tin ${position}` })).toMatchObject({ status: true });
  await expect
    .poll(() => existsSync(`${data}.base`) && parsed(`${data}.base`), { timeout: 10_000 })
    .toEqual({ base: 7 });

  const get = async (window: object) =>
    (await an.ask({ data: 'get', ...window }))['data'] as Record<string, unknown>;
  const contents = (from: number, to: number) =>
    Array.from({ length: to - from }, (_, index) =>
      expect.objectContaining({ content: `tin ${from + index}` }),
    );
  expect((await get({}))['message']).toEqual(contents(7, 12));
  expect(await get({ after: 0, limit: 2 })).toMatchObject({ total: 12, first: 7, message: contents(7, 9) });
  expect(await get({ before: 9 })).toMatchObject({ total: 12, first: 7, message: contents(7, 9) });
  expect(await get({ before: 7 })).toMatchObject({ total: 12, first: 12, message: [] });
  expect(await server.stop('SIGTERM')).toEqual({ code: 0, signal: null });
  expect(readdirSync(dirname(data)).filter((name) => name.endsWith('.next'))).toEqual([]);
  const [month = ''] = readdirSync(archive).filter((name) => name.endsWith('.json'));
  expect(parsed(join(archive, month))).toEqual(contents(0, 7));

  const again = newProcess(flags);
  const binh = await newMember(await again.url(), 'Bình');
  const reply = await binh.ask({ data: 'get', after: 0 });
  expect(reply['data']).toMatchObject({ total: 12, first: 7, message: contents(7, 12) });
  await again.stop('SIGTERM');
});

test('P-MOD-1: an author is erased from the history and from its archive', async () => {
  const archive = join(await newFolder(), 'archive');
  const { chat, dataFile } = await newServerWith(100, { 1: 'bí mật', 99: 'bí mật' }, { keep: '60', archive });
  const [month = ''] = readdirSync(archive).filter((name) => name.endsWith('.json'));
  expect(parsed(join(archive, month))).toHaveLength(40);
  expect(await chat.moderation.erase('An')).toMatchObject({ removed: 100 });
  for (const file of [dataFile, join(archive, month)]) {
    expect(readFileSync(file, 'utf8')).not.toMatch(/bí mật|An/);
    expect(
      parsed(file).every(({ name, content }: Record<string, string>) => name === '' && content === ''),
    ).toBe(true);
  }
});
