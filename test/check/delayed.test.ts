/** What `check` says of a server whose limits make it answer late, or refuse connections for a while. */
import { expect, test } from 'vitest';
import { Bench } from '../../src/check/bench.ts';
import { allCases } from '../../src/check/cases/all.ts';
import { judge } from '../../src/check/judge.ts';
import { Run } from '../../src/check/run.ts';
import { newMeddler } from '../helpers/meddler.ts';
import { newServer } from '../helpers/server.ts';

/** The second nickname of a connection waits for a quarter of a second. */
const limits = { nameRate: 4, nameBurst: 1 };
const timeoutMs = 150;
const cases = allCases.filter(({ stage }) => ['connect', 'requests', 'name'].includes(stage));
const rules = ['P-NAME-1'];

async function verdictsOn(url: string): Promise<object> {
  const run = new Run({ url, seed: 1, timeoutMs });
  const judged = await judge({ cases, run, rules, lang: 'en', isStrict: false });
  return { isDelayed: run.isDelayed, ...Object.fromEntries(judged.map(({ id, verdict }) => [id, verdict])) };
}

test('P-LIM-1: a server that lets requests wait keeps the rules like any other', async () => {
  const { url } = await newServer(limits);
  expect(await verdictsOn(url)).toEqual({ isDelayed: true, 'P-NAME-1': 'pass' });
});

test('P-LIM-1: a server that lets requests wait and does not answer one of them is found out', async () => {
  const { url } = await newServer(limits);
  const drops = (text: string) => text.includes('"newname":7');
  expect(await verdictsOn(await newMeddler(url, { drops }))).toMatchObject({ 'P-NAME-1': 'fail' });
});

test('a handshake that is refused for a second is tried again, and one that is refused for good is not', async () => {
  const { url } = await newServer({ connectRate: '1/s burst 1' });
  const bench = new Bench(new Run({ url, seed: 1, timeoutMs }));
  await bench.client();
  expect(await (await bench.client()).ask({ data: 'get' })).toMatchObject({ value: { type: 'get' } });
  await bench.clear();
  const full = await newServer({ maxPerAddress: 1 });
  const other = new Bench(new Run({ url: full.url, seed: 1, timeoutMs }));
  await other.client();
  await expect(other.client()).rejects.toMatchObject({ received: 'Unexpected server response: 429' });
  await other.clear();
});
