/**
 * Somebody else has damaged what Redis has. A change that fails halfway leaves nobody waiting: the process is given up, and
 * goes on from what Redis has once that can be used again.
 */
import { expect, test } from 'vitest';
import type { Change, Entry } from '../../../src/ledger/ledger.ts';
import type { RedisLedger } from '../../../src/ledger/redis/redis-ledger.ts';
import { until } from '../../helpers/gate.ts';
import { newRedisLedger } from '../../helpers/ledger.ts';
import { newPrefix, sharedRedis } from '../../helpers/redis.ts';

const redis = sharedRedis();

const claim = (nickname: string): Change => ({ type: 'claim', by: '1', nickname, key: nickname });
const post = (content: string): Change => ({ type: 'post', by: '1', content });

/** A process of a room, with what it has told and how often it has lost its place. */
class Process {
  readonly ledger: RedisLedger;
  readonly told: Entry[] = [];
  losses = 0;

  constructor(ledger: RedisLedger) {
    this.ledger = ledger;
    ledger.start({
      onStretch: (stretch) => void this.told.push(...stretch),
      onAsked: () => '[]',
      onFenced: () => {
        this.losses++;
      },
    });
  }

  /** Waits until it has lost its place once, and has another. */
  joinedAgain(): Promise<void> {
    return until(() => this.losses === 1 && this.ledger.health() === undefined);
  }
}

const newProcess = async (prefix: string) =>
  new Process(await newRedisLedger(await redis(), prefix, { leaseMs: 2000 }));

const contentsOf = (ledger: RedisLedger) =>
  (JSON.parse(`[${Buffer.concat(ledger.view({}).part.pieces)}]`) as { content: string }[]).map(
    ({ content }) => content,
  );

/** What is made something else, what fails then, and what is there after it has been deleted. */
const damages: [name: string, change: Change, left: string[]][] = [
  ['history', post('hai'), []],
  ['log', post('hai'), ['một', 'hai']],
  ['nicknames', post('hai'), ['một']],
  ['order', { ...claim('Bình'), by: '2' } as Change, ['một']],
  ['meta', post('hai'), ['một']],
  ['nodes', post('hai'), ['một']],
];

test.each(damages)(
  '%s is something else: the process is not dead, says why it is not ready, and joins again',
  async (name, change, left) => {
    const prefix = newPrefix();
    const server = await redis();
    const here = await newProcess(prefix);
    const { ledger, told } = here;
    await ledger.commit([claim('An'), post('một')]);
    await server.call('SET', `{${prefix}}:${name}`, 'something else');
    const commit = ledger.commit([change]);
    await until(() => ledger.health()?.includes('WRONGTYPE') === true);
    await commit;
    await server.call('DEL', `{${prefix}}:${name}`);
    await here.joinedAgain();
    expect(contentsOf(ledger)).toEqual(left);
    told.length = 0;
    await ledger.commit([
      { ...claim('Chi'), by: '3' },
      { ...post('ba'), by: '3' },
    ]);
    // Its former members may leave just now.
    const own = told.filter(({ by }) => by !== undefined);
    expect(own.map(({ type }) => type)).toEqual(['registered', 'posted']);
    expect(contentsOf(ledger)).toEqual([...left, 'ba']);
  },
);

test('P-EVT-2: when changes fail halfway, the members of their process leave, and the others go on', async () => {
  const prefix = newPrefix();
  const server = await redis();
  const [here, there] = [await newProcess(prefix), await newProcess(prefix)];
  await here.ledger.commit([claim('An')]);
  await server.call('SET', `{${prefix}}:history`, 'something else');
  await here.ledger.commit([{ ...claim('Bình'), by: '2' }, post('một')]);
  await until(() => here.losses === 1);
  const left = () => there.told.filter(({ type }) => type === 'left');
  await until(() => left().length === 2);
  expect(there.ledger.view({}).count).toBe(0);
  await there.ledger.commit([claim('Bình')]);
  await server.call('DEL', `{${prefix}}:history`);
  await here.joinedAgain();
  expect(there.losses).toBe(0);
  expect(here.ledger.view({})).toEqual(there.ledger.view({}));
});

test('a room whose meta is deleted while its log stays is another room, with the same history', async () => {
  const prefix = newPrefix();
  const processes = [await newProcess(prefix), await newProcess(prefix)] as const;
  const [here, there] = processes;
  await here.ledger.commit([claim('An'), post('một')]);
  await there.ledger.commit([claim('Bình'), post('một')]);
  await (await redis()).call('DEL', `{${prefix}}:meta`);
  for (const process of processes) await process.joinedAgain();
  there.told.length = 0;
  await here.ledger.commit([claim('An'), post('hai')]);
  await until(() => there.told.length === 2);
  for (const { ledger } of processes) {
    expect(contentsOf(ledger)).toEqual(['một', 'một', 'hai']);
    expect(Buffer.from(ledger.view({}).online).toString()).toBe('["An"]');
  }
});
