import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { openChat, useBrowser } from '../helpers/browser.ts';
import { newMember } from '../helpers/client.ts';
import { newProcess } from '../helpers/process.ts';
import { newProxy } from '../helpers/proxy.ts';
import { newFolder, newServer } from '../helpers/server.ts';

const browser = useBrowser();

test('P-SEND-2: the server is killed and started again while two browsers talk: one list, no gap, nothing twice', async () => {
  const data = join(await newFolder(), 'data.json');
  const start = (port: string) => newProcess(['--port', port, '--data', data, '--log', 'silent']);
  const first = start('0');
  const url = await first.url();
  const an = (await openChat(browser(), url)).chat;
  const binh = (await openChat(browser(), url)).chat;
  await an.join('An');
  await binh.join('Bình');
  await an.say('trước 1');
  await binh.sees('trước 1');
  await binh.say('trước 2');
  await an.sees('trước 2');
  await first.stop('SIGKILL');
  await an.page.locator('[data-banner]').waitFor();
  // What is written meanwhile is sent when the server is back.
  await an.say('trong lúc mất 1');
  await binh.say('trong lúc mất 2');
  const second = start(new URL(url).port);
  await second.url();
  for (const { page } of [an, binh]) {
    const again = page.getByRole('button', { name: 'Try now' });
    if (await again.isVisible()) await again.click({ timeout: 1000 }).catch(() => {});
  }
  await an.status('registered');
  await binh.status('registered');
  await an.say('sau');
  for (const chat of [an, binh])
    for (const content of ['trong lúc mất 1', 'trong lúc mất 2', 'sau']) await chat.sees(content);
  const stored = JSON.parse(await readFile(data, 'utf8')) as { name: string; content: string }[];
  const rows = stored.map(({ name, content }, position) => ({ position, name, content }));
  expect(rows).toHaveLength(5);
  expect(await named(an)).toEqual(rows.map(({ position, content }) => [position, content]));
  expect(await named(binh)).toEqual(await named(an));
  expect(await an.online()).toContain('An (you)');
  expect(await binh.online()).toContain('Bình (you)');
});

test('P-RES-2: a link that is dead though it looks open is noticed, the nickname taken back unseen, nothing lost', async () => {
  const server = await newServer({ pingInterval: 0.5 });
  const proxy = await newProxy(server.url);
  const { chat: an } = await openChat(browser(), proxy.url);
  await an.join('An');
  const binh = await newMember(server.url, 'Bình');
  await an.notice('Bình').waitFor();
  const statuses = await an.watchStatus();
  proxy.freeze();
  binh.say({ data: 'send', content: 'có ai không?' });
  await expect.poll(statuses, { timeout: 30_000 }).toContain('waiting');
  await an.say('mình đây');
  await an.sees('có ai không?');
  await an.sees('mình đây');
  await an.status('registered');
  expect(await an.contents()).toEqual(['có ai không?', 'mình đây']);
  expect(await an.online()).toContain('An (you)');
  expect(await statuses()).toEqual(
    expect.arrayContaining(['waiting', 'reconnecting', 'reclaiming', 'syncing']),
  );
  const heard = (await binh.pending()).map(({ datatype, name }) => [datatype, name]);
  expect(heard.filter(([, name]) => name === 'An')).toEqual([['message', 'An']]);
});

async function named(chat: import('../helpers/browser.ts').Chat): Promise<unknown[]> {
  return (await chat.rows()).map(({ position, content }) => [position, content]);
}
