/** Strangers that send anything, to a real process over real sockets. FUZZ_SEED repeats a run. */
import { randomInt } from 'node:crypto';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { setImmediate } from 'node:timers/promises';
import { expect, test } from 'vitest';
import { seeded } from '../../src/check/seeded.ts';
import { type Client, newMember } from '../helpers/client.ts';
import { descriptorsOf } from '../helpers/descriptors.ts';
import { Chooser, session } from '../helpers/fuzz.ts';
import { newProcess } from '../helpers/process.ts';
import { closed, newPeer } from '../helpers/raw.ts';
import { newFolder } from '../helpers/server.ts';

const seed = Number(process.env['FUZZ_SEED'] ?? randomInt(2 ** 31));
const sessions = 3000;
/** How many sessions go on at once. */
const width = 8;
const mostGrowth = 40 * 2 ** 20;

const rssOf = (pid: number | undefined) =>
  Number(/VmRSS:\s+(\d+)/.exec(readFileSync(`/proc/${pid}/status`, 'latin1'))?.[1]) * 1024;

/** One session after another, each until its connection is closed. */
async function visit(url: string, choose: Chooser, count: number): Promise<void> {
  for (let number = 0; number < count; number++) {
    const bytes = session(choose);
    const peer = (await newPeer(url)).resume();
    const cuts = choose.some(4, () => choose.below(bytes.length + 1)).sort((one, other) => one - other);
    let from = 0;
    for (const cut of [...cuts, bytes.length]) {
      peer.write(bytes.subarray(from, cut));
      from = cut;
      await setImmediate();
    }
    if (choose.isTrue(0.2)) peer.destroy();
    else peer.end();
    await closed(peer);
  }
}

/** Says so much, message by message, until the others are done. Returns how many messages were acknowledged. */
async function talk(an: Client, others: Promise<unknown>): Promise<number> {
  let isOver = false;
  const end = () => {
    isOver = true;
  };
  void others.then(end, end);
  let count = 0;
  for (; !isOver; count++) {
    an.say({ data: 'send', content: `${count}` });
    let reply = await an.next();
    while (reply['type'] !== 'send') reply = await an.next();
    expect(reply).toMatchObject({ content: `${count}`, status: true });
  }
  await others;
  return count;
}

test(`anything at all harms neither the server nor a member (FUZZ_SEED=${seed})`, async () => {
  const data = join(await newFolder(), 'data.json');
  const limits = ['--byte-rate', '4MiB', '--byte-burst', '64KiB'];
  const log = ['--log', 'json', '--log-level', 'warn'];
  const server = newProcess(['--port', '0', '--data', data, ...log, ...limits]);
  const url = await server.url();
  const { pid } = server.child;
  const ended = server.exited.then(({ code }) => {
    throw new Error(`ended with ${code}: ${server.stderr}`);
  });
  ended.catch(() => {});
  const an = await newMember(url, 'the member');
  const before = descriptorsOf(pid);
  const rss: number[] = [];
  let said = 0;
  for (const half of [1, 2]) {
    const visits = Array.from({ length: width }, (_, at) =>
      visit(url, new Chooser(seeded(seed + half * width + at)), sessions / 2 / width),
    );
    said += await Promise.race([talk(an, Promise.all(visits)), ended]);
    await expect.poll(() => descriptorsOf(pid), { timeout: 10_000 }).toBe(before);
    rss.push(rssOf(pid));
  }
  expect((rss[1] ?? 0) - (rss[0] ?? 0)).toBeLessThan(mostGrowth);
  // They ask for it by strange names, as those do who come through a proxy.
  expect(server.lines.filter((line) => !line.includes('listening'))).toEqual([
    expect.stringContaining('send no X-Forwarded-For'),
  ]);
  expect(await server.stop('SIGTERM')).toEqual({ code: 0, signal: null });
  expect(server.stderr).toBe('');
  const history: { name: string }[] = JSON.parse(readFileSync(data, 'utf8'));
  expect(history.filter(({ name }) => name === 'the member')).toHaveLength(said);
});
