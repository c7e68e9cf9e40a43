/** What others see of a process that dies, hangs or ends, and what its own members see. */
import { expect, test } from 'vitest';
import { type Client, type Frame, newClient, newMember } from '../helpers/client.ts';
import { newCluster } from '../helpers/cluster.ts';
import { newPerson, positioned } from '../helpers/person.ts';
import { newProxy } from '../helpers/proxy.ts';
import { sharedRedis } from '../helpers/redis.ts';
import { wholeHistory } from '../helpers/talker.ts';

const redis = sharedRedis();

/** Starts processes that count as dead when they have been silent for a second. */
async function start({ count = 2, resumeSeconds = 3600 } = {}) {
  const args = ['--lease', '1', '--resume-seconds', `${resumeSeconds}`];
  const { nodes } = await newCluster(await redis(), { count, args });
  const [{ process, url: here } = { process: undefined, url: '' }, ...others] = nodes;
  if (process === undefined) throw new Error('there is no process');
  return { process, here, others: others.map(({ url }) => url), there: others[0]?.url ?? '' };
}

/** Registers with a wish for a secret, or with one; resolves to the reply's. */
async function register(client: Client, name: string, resume: string | true = true): Promise<string> {
  const reply = await client.ask({ data: 'name', name, resume });
  expect(reply).toMatchObject({ action: 'register', name, status: true });
  return String(reply['resume']);
}

const inWords = ({ datatype, name, content }: Frame) =>
  datatype === 'message' ? `${name}: ${content}` : `${datatype} ${name}`;

/** What somebody sees next, in words. */
async function seen(witness: Client, count: number): Promise<string[]> {
  const words: string[] = [];
  while (words.length < count) words.push(inWords(await witness.next()));
  return words;
}

const names = ['An', 'Bình', 'Chi', 'Dũng', 'Em'];
const all = (what: string) => names.map((name) => `${what} ${name}`);

test('P-EVT-2: when a process is killed, its members leave exactly once in all others, and their nicknames are free', async () => {
  const { process, here, others, there } = await start({ count: 3 });
  const witnesses: Client[] = [];
  for (const [at, url] of others.entries()) witnesses.push(await newMember(url, `witness ${at}`));
  expect(await seen(witnesses[0] as Client, 1)).toEqual(['register witness 1']);
  for (const name of names) await newMember(here, name);
  for (const witness of witnesses) expect(await seen(witness, 5)).toEqual(all('register'));
  await process.stop('SIGKILL');
  const leaves = await Promise.all(witnesses.map((witness) => seen(witness, 5)));
  expect(leaves[0]?.toSorted()).toEqual(all('leave').toSorted());
  expect(leaves[1]).toEqual(leaves[0]);
  for (const name of names) await newMember(there, name);
  for (const witness of witnesses) expect(await seen(witness, 5)).toEqual(all('register'));
  for (const witness of witnesses) expect(await witness.pending()).toEqual([]);
});

test.each([
  ['is killed', 'SIGKILL'],
  ['ends', 'SIGTERM'],
] as const)(
  'P-RES-2, P-RES-3: a member with a secret whose process %s comes back to another, and nobody sees it go',
  async (_, signal) => {
    const { process, here, there } = await start();
    const an = await newClient(here);
    const secret = await register(an, 'An');
    await newMember(here, 'Bình');
    const witness = await newMember(there, 'witness');
    expect(await seen(an, 2)).toEqual(['register Bình', 'register witness']);
    expect(await an.ask({ data: 'send', content: 'một' })).toMatchObject({ status: true });
    expect(await seen(witness, 1)).toEqual(['An: một']);
    await process.stop(signal);
    // Bình has no secret, so by now the process has been given up.
    expect(await seen(witness, 1)).toEqual(['leave Bình']);
    expect(await (await newClient(there)).ask({ data: 'name', name: 'An' })).toMatchObject({
      reason: 'NameAlreadyUsed',
    });
    const back = await newClient(there);
    await register(back, 'An', secret);
    expect(await back.ask({ data: 'get' })).toMatchObject({
      data: { message: [{ content: 'một' }], online: ['An', 'witness'] },
    });
    expect(await back.ask({ data: 'send', content: 'hai' })).toMatchObject({ status: true });
    expect(await seen(witness, 1)).toEqual(['An: hai']);
    await back.leave();
    expect(await seen(witness, 1)).toEqual(['leave An']);
  },
);

test.each([
  ['is killed', 'SIGKILL'],
  ['ends', 'SIGTERM'],
] as const)(
  'P-RES-3: a member with a secret whose process %s, and who does not come back, leaves once after its time',
  async (_, signal) => {
    const { process, here, there } = await start({ resumeSeconds: 1 });
    const witness = await newMember(there, 'witness');
    const secret = await register(await newClient(here), 'An');
    expect(await seen(witness, 1)).toEqual(['register An']);
    await process.stop(signal);
    expect(await seen(witness, 1)).toEqual(['leave An']);
    await register(await newClient(there), 'An', secret);
    expect(await seen(witness, 1)).toEqual(['register An']);
    expect(await witness.pending()).toEqual([]);
  },
);

test('P-EVT-2: when a process hangs, its members leave once; when it wakes, it closes them with 1012 and has sent them nothing else', async () => {
  const { process, here, there } = await start();
  const witness = await newMember(there, 'witness');
  const an = await newClient(here);
  const secret = await register(an, 'An');
  const binh = await newMember(here, 'Bình');
  const stranger = await newClient(here);
  expect(await seen(an, 1)).toEqual(['register Bình']);
  expect(await seen(witness, 2)).toEqual(['register An', 'register Bình']);
  process.child.kill('SIGSTOP');
  expect(await seen(witness, 1)).toEqual(['leave Bình']);
  // The process has not seen that it is given up, and these are the first things that it reads when it wakes.
  binh.say({ data: 'send', content: 'too late' });
  binh.say({ data: 'get' });
  stranger.say({ data: 'name', name: 'Chi' });
  expect(await witness.ask({ data: 'send', content: 'meanwhile' })).toMatchObject({ status: true });
  process.child.kill('SIGCONT');
  for (const client of [an, binh, stranger]) {
    expect(await client.closed()).toBe(1012);
    expect(await client.left()).toEqual([]);
  }
  // It joins again, and knows what it has missed.
  const back = await newClient(here);
  const claim = { data: 'name', name: 'An', resume: secret };
  let reply = await back.ask(claim);
  while (reply['reason'] === 'ErrorWhenRegister') reply = await back.ask(claim);
  expect(reply).toMatchObject({ action: 'register', status: true });
  expect(await back.ask({ data: 'get' })).toMatchObject({
    data: { message: [{ content: 'meanwhile' }], online: ['witness', 'An'] },
  });
  expect(await back.ask({ data: 'send', content: 'now' })).toMatchObject({ status: true });
  expect(await seen(witness, 1)).toEqual(['An: now']);
});

test('P-GET-2, P-RES-2: a client that comes back to another process asks for what it has missed, and misses and repeats nothing', async () => {
  const { process, here, there } = await start();
  const proxy = await newProxy(here);
  const an = await newPerson(proxy.url, 'An');
  const binh = await newPerson(there, 'Bình');
  const say = (from: number) => {
    for (let number = from; number < from + 20; number++) binh.client.send(`${number}`);
    an.client.send(`sau ${from}`);
  };
  say(0);
  await an.sees('19');
  proxy.leadTo(there);
  say(20);
  await process.stop('SIGKILL');
  await an.when(() => an.status !== 'registered');
  say(40);
  await binh.sees('59');
  an.client.reconnect();
  await Promise.all([an.settled(), binh.settled()]);
  say(60);
  await Promise.all([an.settled(), binh.settled()]);
  const stored = await wholeHistory(there);
  expect(stored.map(({ content }) => content).toSorted()).toEqual(
    [
      ...Array.from({ length: 80 }, (_, number) => `${number}`),
      'sau 0',
      'sau 20',
      'sau 40',
      'sau 60',
    ].toSorted(),
  );
  for (const person of [an, binh]) {
    await person.when(() => person.shown.length >= stored.length);
    expect(person.shown).toEqual(positioned(stored));
    expect(person.resets).toBe(0);
  }
});
