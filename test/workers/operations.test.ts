/** The operations port of the primary, the inspector, and the log of several workers. */
import { expect, test } from 'vitest';
import { newMember } from '../helpers/client.ts';
import { answerOf, scrape } from '../helpers/metrics.ts';
import type { ServerProcess } from '../helpers/process.ts';
import { newRedis, sharedRedis } from '../helpers/redis.ts';
import { newWatcher } from '../helpers/watcher.ts';
import { entriesOf, newWorkers, pidsOf } from '../helpers/workers.ts';

const redis = sharedRedis();

/** The address that a line names. */
async function addressIn(server: ServerProcess, text: string): Promise<string> {
  const [line = ''] = await server.linesWith(text);
  return /http:[^"]+/.exec(line)?.[0] ?? '';
}

/** The values of a metric by worker. */
const byWorker = (samples: Map<string, number>, name: string) =>
  [...samples].flatMap(([series]) => new RegExp(`^${name}\\{.*worker="(\\w+)"`).exec(series)?.[1] ?? []);

test('metrics of all workers add up, but for what is the same in each; those of processes name them', async () => {
  const server = newWorkers(await redis(), ['--ops-port', '0']);
  const url = await server.url();
  const operations = await addressIn(server, 'operations on');
  const members = [await newMember(url, 'An'), await newMember(url, 'Bình'), await newMember(url, 'Chi')];
  for (const member of members) {
    member.say({ data: 'send', content: 'chào' });
    while ((await member.next())['type'] !== 'send');
  }
  const samples = await scrape(operations);
  expect(samples.get('chat_connections{state="registered.idle"}')).toBe(3);
  expect(samples.get('chat_requests_total{command="send",result="ok"}')).toBe(3);
  expect(samples.get('chat_commit_seconds_count')).toBeGreaterThan(1);
  expect(samples.get('chat_history_messages')).toBe(3);
  expect(samples.get('chat_max_connections')).toBe(20_000);
  expect(byWorker(samples, 'process_resident_memory_bytes')).toEqual(['1', '2', 'primary']);
  expect(byWorker(samples, 'nodejs_eventloop_lag_p99_seconds')).toEqual(['1', '2', 'primary']);
  expect(byWorker(samples, 'nodejs_version_info')).toEqual(['1', '2', 'primary']);
});

test('a worker that has ended leaves its totals behind, and its connections not', async () => {
  const server = newWorkers(await redis(), ['--ops-port', '0', '--lease', '1']);
  const url = await server.url();
  const operations = await addressIn(server, 'operations on');
  await newMember(url, 'An');
  await newMember(url, 'Bình');
  const before = await scrape(operations);
  for (const [number, pid] of await pidsOf(server)) {
    process.kill(pid, 'SIGKILL');
    await server.linesWith(`worker ${number} is process`);
  }
  await newMember(url, 'Chi');
  const after = await scrape(operations);
  const registered = 'chat_requests_total{command="name",result="ok"}';
  expect([before.get(registered), after.get(registered)]).toEqual([2, 3]);
  expect(Number(after.get('chat_commit_changes_count'))).toBeGreaterThan(
    Number(before.get('chat_commit_changes_count')),
  );
  expect(after.get('chat_connections{state="registered.idle"}')).toBe(1);
});

test('a worker that hangs is named: the server is neither alive nor ready, and its metrics stay those of before', async () => {
  const server = newWorkers(await redis(), ['--ops-port', '0', '--lease', '60']);
  const url = await server.url();
  const operations = await addressIn(server, 'operations on');
  expect(await answerOf(operations, 'healthz')).toMatchObject({ status: 200, text: 'ok\n' });
  expect(await answerOf(operations, 'readyz')).toMatchObject({ status: 200, text: 'ready\n' });
  await newMember(url, 'An');
  await newMember(url, 'Bình');
  await scrape(operations);
  const pid = Number((await pidsOf(server)).get(2));
  process.kill(pid, 'SIGSTOP');
  const text = 'worker 2: does not answer\n';
  const [health, readiness, samples] = await Promise.all([
    answerOf(operations, 'healthz'),
    answerOf(operations, 'readyz'),
    scrape(operations),
  ]);
  expect([health, readiness]).toMatchObject(Array(2).fill({ status: 503, text }));
  expect(samples.get('chat_unready{reason="silent"}')).toBe(1);
  expect(samples.get('chat_requests_total{command="name",result="ok"}')).toBe(2);
  process.kill(pid, 'SIGCONT');
  expect(await answerOf(operations, 'healthz')).toMatchObject({ status: 200, text: 'ok\n' });
  expect(await answerOf(operations, 'readyz')).toMatchObject({ status: 200, text: 'ready\n' });
});

test('it is not ready while workers are missing or cannot store messages, and says which', async () => {
  const redis = await newRedis();
  const server = newWorkers(redis, ['--ops-port', '0']);
  await server.url();
  const operations = await addressIn(server, 'operations on');
  await redis.stop();
  process.kill(Number((await pidsOf(server)).get(1)), 'SIGKILL');
  await server.linesWith('worker 1 could not be started');
  await expect
    .poll(async () => (await answerOf(operations, 'readyz')).text)
    .toMatch(/^worker 1: starting\nworker 2: messages cannot be stored: .*\n$/);
  const samples = await scrape(operations);
  expect(samples.get('chat_unready{reason="starting"}')).toBe(1);
  expect(samples.get('chat_unready{reason="ledger"}')).toBe(1);
  expect(await answerOf(operations, 'healthz')).toMatchObject({ status: 200 });
  await redis.start();
  await expect.poll(async () => (await answerOf(operations, 'readyz')).text).toBe('ready\n');
});

test('a weak Redis is said once in the body of /readyz', async () => {
  const redis = await newRedis({ appendfsync: 'everysec' });
  const server = newWorkers(redis, ['--ops-port', '0', '--ledger-durability', 'relaxed']);
  await server.url();
  const { status, text } = await answerOf(await addressIn(server, 'operations on'), 'readyz');
  expect([status, text.split('\n')]).toEqual([200, ['ready', expect.stringContaining('appendfsync'), '']]);
});

test('the inspector shows the first worker, and says so; the one in its place has it, too', async () => {
  const server = newWorkers(await redis(), ['--inspect', '--inspect-port', '0']);
  const url = await server.url();
  const watcher = await newWatcher(await addressIn(server, 'inspector of worker 1 on'));
  await newMember(url, 'An');
  await newMember(url, 'Bình');
  await watcher.sees(({ event }) => event?.type === 'name');
  process.kill(Number((await pidsOf(server)).get(1)), 'SIGTERM');
  expect(await watcher.closed).toBe(1001);
  const lines = await server.linesWith('inspector of worker 1 on', 2);
  await newWatcher(/http:[^"]+/.exec(`${lines[1]}`)?.[0] ?? '');
});

test('each line of the log names its worker, in the pretty log too', async () => {
  const json = newWorkers(await redis());
  const url = await json.url();
  await newMember(url, 'An');
  await newMember(url, 'Bình');
  await json.linesWith('"kind":"register"', 2);
  expect(
    entriesOf(json, 'register')
      .map(({ worker }) => worker)
      .sort(),
  ).toEqual([1, 2]);
  const pretty = newWorkers(await redis(), ['--log', 'pretty']);
  await newMember(await pretty.url(), 'An');
  const [line] = await pretty.linesWith('★ register c1');
  expect(line).toMatch(/^\[\d\d:\d\d:\d\d\]: #[12] ★ register c1 "An"$/);
  expect(pretty.lines.filter((line) => line.includes('★ register  '))).toHaveLength(1);
});
