/** The acts of moderators with several workers. */
import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { newMember } from '../helpers/client.ts';
import { askFor, newSecretFile, pageOf } from '../helpers/moderation.ts';
import { sharedRedis } from '../helpers/redis.ts';
import { newFolder } from '../helpers/server.ts';
import { newWorkers, pidsOf } from '../helpers/workers.ts';

const redis = sharedRedis();

test('the operations port has one worker act, and SIGHUP gives the primary and all workers other moderators', async () => {
  const audit = join(await newFolder(), 'audit');
  const moderators = await newSecretFile('An one\n');
  const args = [
    '--ops-port',
    '0',
    '--moderators',
    moderators,
    '--ops-token-file',
    await newSecretFile('ops\n'),
    '--audit',
    audit,
  ];
  const used = await redis();
  const server = newWorkers(used, args);
  const page = pageOf(await server.url());
  const operations = await server.operations();
  const statuses = async (base: string, token: string, count = 1) => {
    const answers = Array.from({ length: count }, () => askFor(base, 'status', token));
    return new Set((await Promise.all(answers)).map(({ status, body }) => body['as'] ?? status));
  };
  const members = [await newMember(await server.url(), 'Chi'), await newMember(await server.url(), 'Dũng')];
  expect(await askFor(operations, 'status', 'ops')).toMatchObject({ body: { as: 'admin', members: 2 } });
  // The members are those of two workers.
  expect(await askFor(operations, 'announce', 'one', { text: 'hi' })).toMatchObject({ status: 200 });
  for (const member of members) while ((await member.next())['datatype'] !== 'notice');
  expect(await askFor(operations, 'kick', 'one', { nickname: 'Em' })).toMatchObject({
    status: 404,
    body: { done: false, error: 'nobody is called Em' },
  });
  expect(await statuses(page, 'one', 8)).toEqual(new Set(['An']));
  // A mistake changes nothing, not even in the primary.
  writeFileSync(moderators, 'Bình\n');
  server.child.kill('SIGHUP');
  expect(await server.linesWith('were not reloaded')).toEqual([expect.stringContaining('line 1')]);
  expect(await statuses(operations, 'one')).toEqual(new Set(['An']));
  writeFileSync(moderators, 'Bình two\n');
  server.child.kill('SIGHUP');
  await server.linesWith('settings reloaded');
  expect(await statuses(page, 'two', 8)).toEqual(new Set(['Bình']));
  expect(await statuses(operations, 'two')).toEqual(new Set(['Bình']));
  expect(await statuses(operations, 'one')).toEqual(new Set([401]));

  // One that hangs is not asked.
  const [first, second] = (await pidsOf(server)).values();
  process.kill(Number(first), 'SIGSTOP');
  expect(await askFor(operations, 'status', 'ops')).toMatchObject({ status: 200 });
  // A worker that ends meanwhile has perhaps not done it; the next one is asked after that.
  used.pause();
  const asked = askFor(operations, 'announce', 'ops', { text: 'chờ' });
  while (!readFileSync(audit, 'utf8').includes('chờ')) await new Promise(setImmediate);
  process.kill(Number(second), 'SIGKILL');
  expect(await asked).toMatchObject({
    status: 503,
    body: { done: false, error: expect.stringContaining('look whether it was done') },
  });
  used.resume();
  process.kill(Number(first), 'SIGCONT');
  expect(await askFor(operations, 'status', 'ops')).toMatchObject({ status: 200 });
});
