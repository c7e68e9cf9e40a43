/** What moderators do in one process holds in all of them. */
import { readdir, readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { expect, onTestFinished, test } from 'vitest';
import { type Chat, createChat } from '../../src/chat.ts';
import { type Client, type Frame, newClient, newMember } from '../helpers/client.ts';
import { newCluster } from '../helpers/cluster.ts';
import { newPrefix, newRedis, type RedisServer, sharedRedis } from '../helpers/redis.ts';
import { newFolder } from '../helpers/server.ts';

const redis = sharedRedis();

const token = 'k'.repeat(32);

type Node = { chat: Chat; url: string };

async function newNode({ url: ledger }: RedisServer, ledgerPrefix: string): Promise<Node> {
  const audit = join(await newFolder(), 'audit');
  const chat = await createChat({ port: 0, pingInterval: 3600, ledger, ledgerPrefix, audit });
  onTestFinished(() => chat.close());
  return { chat, url: await chat.listen() };
}

/** Two processes of a room, with a member in each. */
async function newTwo(server?: RedisServer, prefix = newPrefix()) {
  const used = server ?? (await redis());
  const [here, there] = [await newNode(used, prefix), await newNode(used, prefix)];
  const [an, binh] = [await newMember(here.url, 'An'), await newMember(there.url, 'Bình')];
  expect(await an.next()).toMatchObject({ name: 'Bình' });
  return { here, there, an, binh, prefix };
}

const send = (client: Client, content: string) => client.ask({ data: 'send', content });

/** Resolves to the close code and its reason. */
const ending = (client: Client): Promise<[number, string]> =>
  new Promise((resolve) => client.socket.once('close', (code, reason) => resolve([code, `${reason}`])));

/** The next so many events, in words. */
async function heard(client: Client, count: number): Promise<string[]> {
  const words: string[] = [];
  while (words.length < count) {
    const { datatype, content, position } = await client.next();
    words.push(`${datatype} ${content ?? position}`);
  }
  return words;
}

const contentsIn = ({ data }: Frame) =>
  (data as { message: { content: string }[] }).message.map(({ content }) => content);

test('P-MOD-3: bans, mutes and switches hold in all processes at once, and when all have been started again', async () => {
  const { here, there, an, binh, prefix } = await newTwo();
  await here.chat.moderation.mute('Bình');
  await there.chat.moderation.ban({ nickname: 'Chi' });
  await here.chat.moderation.words(['spam']);
  const nowhere = async ({ url }: Node) => (await newClient(url)).ask({ data: 'name', name: 'CHI' });
  for (const server of [here, there])
    expect(await nowhere(server)).toMatchObject({
      reason: 'ErrorWhenRegister',
      error: 'this nickname is banned',
    });
  expect(await send(binh, 'chào')).toMatchObject({ reason: 'ErrorWhenSend', error: 'you are muted' });
  expect(await send(an, 'SPAM')).toMatchObject({ reason: 'ErrorWhenSend' });
  await there.chat.moderation.readonly(true);
  await here.chat.moderation.unmute('Bình');
  for (const member of [an, binh])
    expect(await send(member, 'chào')).toMatchObject({ error: expect.stringContaining('read-only') });
  const known = await here.chat.moderation.bans();
  await Promise.all([here.chat.close(), there.chat.close()]);
  const again = await newNode(await redis(), prefix);
  expect(await again.chat.moderation.status()).toMatchObject({ readonly: true, bans: 1, mutes: 0, words: 1 });
  expect(await again.chat.moderation.bans()).toEqual(known);
  expect(await nowhere(again)).toMatchObject({ reason: 'ErrorWhenRegister' });
});

test('a member is kicked from whichever process, and all processes say who is there', async () => {
  const { here, there, an, binh } = await newTwo();
  const names = async ({ chat }: Node) => (await chat.moderation.list()).map(({ nickname }) => nickname);
  for (const server of [here, there]) expect(await names(server)).toEqual(['An', 'Bình']);
  const masks = (await here.chat.moderation.list()).map(({ mask }) => mask);
  expect(new Set(masks).size).toBe(1);
  const closed = ending(binh);
  await here.chat.moderation.kick('BÌNH', { reason: 'quá ồn' });
  expect(await closed).toEqual([4001, 'kicked: quá ồn']);
  expect(await an.next()).toMatchObject({ datatype: 'leave', name: 'Bình' });
  expect(await names(there)).toEqual(['An']);
  await expect(here.chat.moderation.kick('Bình')).rejects.toMatchObject({ code: 'absent' });
});

test('P-MOD-1, P-MOD-4: removals and what the host says stand among the messages in one order', async () => {
  const { here, there, an, binh } = await newTwo();
  for (const content of ['một', 'hai']) {
    await send(an, content);
    expect(await heard(binh, 1)).toEqual([`message ${content}`]);
  }
  await Promise.all([
    here.chat.moderation.announce('một phút nữa'),
    there.chat.moderation.remove([0]),
    there.chat.moderation.announce('rồi'),
    here.chat.moderation.remove([1]),
  ]);
  const orders = [await heard(an, 4), await heard(binh, 4)];
  expect(orders[0]?.toSorted()).toEqual(['notice một phút nữa', 'notice rồi', 'remove 0', 'remove 1']);
  expect(orders[0]).toEqual(orders[1]);
  for (const member of [an, binh]) expect(contentsIn(await member.ask({ data: 'get' }))).toEqual(['', '']);
});

test('P-MOD-1: a get shows a message until its removal has been told, in the other process too', async () => {
  const { here, an, binh } = await newTwo();
  await send(an, 'mật khẩu');
  expect(await heard(binh, 1)).toEqual(['message mật khẩu']);
  let isDone = false;
  const removed = here.chat.moderation.remove([0]).then(() => {
    isDone = true;
  });
  let shown = 'mật khẩu';
  while (!isDone || shown !== '') {
    const frame = await binh.ask({ data: 'get' });
    if (frame['datatype'] === 'remove') {
      expect(contentsIn(await binh.next())).toHaveLength(1);
      shown = '';
    } else expect(contentsIn(frame)).toEqual([shown]);
  }
  await removed;
});

test('P-MOD-1: when the process that erases is killed, each message is whole or gone, wherever one looks', async () => {
  const server = await redis();
  const moderators = join(await newFolder(), 'moderators');
  await writeFile(moderators, `Chủ ${token}\n`, { mode: 0o600 });
  const cluster = await newCluster(server, { args: ['--lease', '1', '--moderators', moderators] });
  const [here, there] = cluster.nodes as [(typeof cluster.nodes)[0], (typeof cluster.nodes)[0]];
  const [an, binh] = [await newMember(here.url, 'An'), await newMember(there.url, 'Bình')];
  const said = Array.from({ length: 640 }, (_, number) => `tin số ${number}.`);
  for (const content of said) an.say({ data: 'send', content });
  expect(await heard(binh, said.length)).toEqual(said.map((content) => `message ${content}`));
  const erasing = fetch(new URL('/admin/erase', here.url.replace('ws', 'http')), {
    method: 'POST',
    headers: { authorization: `Bearer ${token}`, 'content-type': 'application/json' },
    body: JSON.stringify({ nickname: 'An' }),
  });
  // On a busy machine it may even have been answered.
  const ended = erasing.then(
    () => {},
    () => {},
  );
  expect(await heard(binh, 1)).toEqual(['remove 0']);
  await here.process.stop('SIGKILL');
  await ended;
  while ((await binh.next())['datatype'] !== 'leave');
  const contents = contentsIn(await binh.ask({ data: 'get' }));
  const gone = said.filter((_, position) => contents[position] === '');
  expect(gone.length).toBeGreaterThan(0);
  expect(contents).toEqual(said.map((content) => (gone.includes(content) ? '' : content)));
  await expect
    .poll(async () => {
      const bytes = await server.bytesOf(cluster.prefix);
      return said.filter((content) => !bytes.includes(content));
    })
    .toEqual(gone);
  const { url } = await cluster.add();
  expect(contentsIn(await (await newMember(url, 'Chi')).ask({ data: 'get' }))).toEqual(contents);
});

test('P-MOD-1: once Redis has written its file anew, nothing of what was removed is in its files', async () => {
  // Compressed, a text could not be found where it is.
  const server = await newRedis({ rdbcompression: 'no' });
  const { here, there, an, binh } = await newTwo(server);
  const files = join(server.folder, 'appendonlydir');
  const written = async () => {
    const names = await readdir(files);
    return Buffer.concat(await Promise.all(names.map((name) => readFile(join(files, name)))));
  };
  for (const content of ['giữ lại', 'mật khẩu']) await send(an, content);
  await send(binh, 'cũng là mật khẩu');
  await there.chat.moderation.remove([1]);
  await here.chat.moderation.erase('Bình');
  expect((await written()).includes('mật khẩu')).toBe(true);
  await server.call('BGREWRITEAOF');
  await expect.poll(async () => `${await server.call('INFO', 'persistence')}`).toContain('aof_rewrites:1');
  await expect
    .poll(async () => `${await server.call('INFO', 'persistence')}`)
    .toContain('aof_rewrite_in_progress:0');
  await expect.poll(async () => (await written()).includes('mật khẩu')).toBe(false);
  expect((await written()).includes('giữ lại')).toBe(true);
});
