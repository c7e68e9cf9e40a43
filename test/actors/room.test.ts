/**
 * Any interleaving of acts, moderators' acts too, and of connections that take over from each other, against a sequential
 * model. A witness
 * that registers first and does nothing sees the one order; what others heard, their own replies in their places, must
 * be stretches of it (P-SEND-4). A takeover is not seen in it (P-RES-2).
 */
import { setImmediate } from 'node:timers/promises';
import fc from 'fast-check';
import { expect, test } from 'vitest';
import { seeded } from '../../src/check/seeded.ts';
import type { Ledger } from '../../src/ledger/ledger.ts';
import { actOf, actsIn, stateAfter } from '../helpers/acts.ts';
import { type Frame, newMember } from '../helpers/client.ts';
import { FailingLedger } from '../helpers/failing-ledger.ts';
import { newRedisLedger } from '../helpers/ledger.ts';
import { newPrefix, sharedRedis } from '../helpers/redis.ts';
import { type Life, type Played, play, repliesIn, type Script, scripts } from '../helpers/script.ts';
import { newProcesses, newSharedLedgers, newSystem, type TestSystem } from '../helpers/system.ts';

const redis = sharedRedis();

const isRegistered = ({ action, status }: Frame) => action === 'register' && status === true;

/**
 * A nickname has one holder at a time, and the messages under it are the holder's, each once and in the order in which
 * they were said, over however many connections.
 */
function checkHolders(order: readonly string[]): void {
  /** Who has spoken under a nickname; undefined until somebody has. */
  const holders = new Map<string, string | undefined>();
  const latest = new Map<string, number>();
  const keyOf = (name: string) => name.trim().toLowerCase();
  for (const [kind, name, more] of order.map((act) => JSON.parse(act))) {
    if (kind === 'notice' || kind === 'remove') continue;
    const key = keyOf(name);
    if (kind === 'message') {
      const [who, count] = more.split('.');
      expect([who, undefined]).toContain(holders.get(key));
      expect(Number(count)).toBeGreaterThan(latest.get(who) ?? -1);
      holders.set(key, who);
      latest.set(who, Number(count));
    } else {
      const holder = holders.get(key);
      if (kind !== 'register') expect(holders.delete(key)).toBe(true);
      const taken = kind === 'change' ? keyOf(more) : key;
      expect(holders.has(taken)).toBe(false);
      if (kind !== 'leave') holders.set(taken, holder);
    }
  }
}

/** Requests have one reply each, in order, and of the right kind (P-REQ-7). */
function checkReplies({ asked, heard }: Life): void {
  for (const [at, reply] of repliesIn(heard).entries()) {
    const { data, name, content, limit } = asked[at] ?? {};
    expect(reply['type']).toBe(data === 'nothing' ? null : data);
    if (name !== undefined) expect(reply['name'] ?? reply['newname']).toBe(name);
    if (content !== undefined && 'content' in reply) expect(reply['content']).toBe(content);
    if (data === 'nothing' || limit === -1) expect(reply['status']).toBe(false);
  }
}

/**
 * What was heard without a gap. A connection that takes over from a live one goes on where that one was closed; a cut
 * makes a gap.
 */
function stretchesOf(lives: readonly Life[]): Frame[][] {
  const stretches: Frame[][] = [[]];
  for (const { heard, isAfterCut } of lives) {
    if (isAfterCut) stretches.push([]);
    stretches.at(-1)?.push(...heard);
  }
  return stretches;
}

/** What a member heard without a gap is a stretch of the order, and each `get` shows one place in it. */
function checkOrder(order: readonly string[], { lives, goes }: Played): void {
  const [first = [], ...later] = stretchesOf(lives);
  const start = first.findIndex(isRegistered);
  // Nothing is shown before (P-EVT-1).
  expect(first.slice(0, start < 0 ? undefined : start).filter(({ type }) => type === 'receive')).toEqual([]);
  if (start < 0) return;
  const stretches = [first.slice(start), ...later];
  for (const heard of stretches) {
    const own = actsIn(heard);
    // Where it stands in the order is not told; one place must fit all.
    const places = [...order.keys()].filter((from) => own.every((act, more) => order[from + more] === act));
    const fits = places.filter((from) => fitsAt(order, from, heard));
    expect({ order, heard, fits }).not.toMatchObject({ fits: [] });
  }
  const messages = stretches.flatMap(actsIn).filter((act) => act.startsWith('["message"'));
  expect(new Set(messages).size).toBe(messages.length);
  if (!goes) expect(actsIn(stretches.at(-1) ?? []).at(-1)).toBe(order.at(-1));
}

/** Whether each `get` shows its place in the order, if the first frame stands at `from`. */
function fitsAt(order: readonly string[], from: number, heard: Frame[]): boolean {
  let passed = from;
  return heard.every((frame) => {
    if (actOf(frame) !== undefined) passed++;
    if (frame['type'] !== 'get' || frame['status'] !== true) return true;
    const { online, message } = frame['data'] as { online: string[]; message: { content: string }[] };
    const { messages, online: there } = stateAfter(order.slice(0, passed));
    const shown = [message.map(({ content }) => content), online];
    return JSON.stringify(shown) === JSON.stringify([messages, ['witness', ...there]]);
  });
}

type Opened = Pick<TestSystem, 'url' | 'ledgers' | 'faults' | 'close'>;

/** While people chat, says something to all of them and removes the first messages, in one process after the other. */
async function moderate(ledgers: readonly Ledger[], isOver: () => boolean): Promise<void> {
  for (let position = 0; position < 3; position++) {
    const ledger = ledgers[position % ledgers.length];
    while (ledger?.view({ limit: 0 }).part.total === position && !isOver()) await setImmediate();
    await ledger?.act({ type: 'announce', content: `${position}` });
    await ledger?.act({ type: 'remove', positions: [position], withName: false });
  }
}

async function check(all: Script[], open: () => Promise<Opened>): Promise<void> {
  const { url, ledgers, faults, close } = await open();
  const witness = await newMember(url, 'witness');
  let isOver = false;
  const moderated = moderate(ledgers, () => isOver);
  const played = await Promise.all(all.map((script, number) => play(url, script, number)));
  isOver = true;
  await moderated;
  const last = await newMember(url, 'last');
  const members = played.filter(({ lives }) => lives[0]?.heard.some(isRegistered));
  const leavers = members.filter(({ goes }) => goes);
  const order: string[] = [];
  const count = (kind: string) => order.filter((act) => act.startsWith(`["${kind}"`)).length;
  while (!order.includes('["register","last",null]') || count('leave') < leavers.length)
    order.push(actOf(await witness.next()) ?? '');
  for (const one of played) {
    const { client, lives, goes } = one;
    const { asked = [], heard = [] } = lives.at(-1) ?? {};
    if (!goes) {
      // A process may be behind the others: what it shows last is known.
      if (members.includes(one))
        while (!heard.some(({ datatype, name }) => datatype === 'register' && name === 'last'))
          heard.push(await client.next());
      heard.push(...(await client.pending()));
    }
    expect(repliesIn(heard)).toHaveLength(asked.length);
    for (const life of lives) checkReplies(life);
    checkOrder(order, one);
  }
  expect(await witness.pending()).toEqual([]);
  expect([count('register'), count('leave')]).toEqual([members.length + 1, leavers.length]);
  checkHolders(order);
  let reply = await last.ask({ data: 'get' });
  while (reply['type'] !== 'get') reply = await last.next();
  const { message } = reply['data'] as { message: { content: string }[] };
  const stored = message.map(({ content }) => content);
  expect(stored).toEqual(stateAfter(order).messages);
  const lives = played.flatMap((one) => one.lives);
  const sent = lives.flatMap(({ heard }) =>
    heard.filter(({ type, status }) => type === 'send' && status === true),
  );
  const contentsOf = (frames: Frame[]) => new Set(frames.map(({ content }) => content));
  // What was under way when another connection took over may have been stored or not.
  const underWay = contentsOf(lives.flatMap(({ asked, heard }) => asked.slice(repliesIn(heard).length)));
  const { messages: said } = stateAfter(order.filter((act) => !act.startsWith('["remove"')));
  expect(new Set(said.filter((content) => !underWay.has(content)))).toEqual(contentsOf(sent));
  expect(faults).toEqual([]);
  await close();
}

test('P-SEND-4, P-RES-2: everyone sees one order without takeovers, with own replies in their places, and each get shows one place in it', async () => {
  await fc.assert(
    fc.asyncProperty(scripts, (all) => check(all, () => newSystem())),
    { numRuns: 60 },
  );
});

test('P-SEND-3: the same with a disk that sometimes fails: nobody ever sees a message that was not stored', async () => {
  const failing = (failures: readonly boolean[]) =>
    newSystem({ wrap: (ledger, dataFile) => new FailingLedger(ledger, dataFile, failures) });
  const failures = fc.array(fc.boolean(), { maxLength: 30 });
  await fc.assert(
    fc.asyncProperty(scripts, failures, (all, fails) => check(all, () => failing(fails))),
    { numRuns: 60 },
  );
});

test('P-SEND-4, P-RES-2: the same in two processes on one log, where commits and entries arrive late', async () => {
  await fc.assert(
    fc.asyncProperty(scripts, fc.nat(), (all, seed) =>
      check(all, () => newProcesses(newSharedLedgers(seeded(seed)))),
    ),
    { numRuns: 60 },
  );
});

test('P-SEND-4, P-RES-2: the same in two processes on one Redis', async () => {
  const open = async () => {
    const prefix = newPrefix();
    const server = await redis();
    return newProcesses([await newRedisLedger(server, prefix), await newRedisLedger(server, prefix)]);
  };
  await fc.assert(
    fc.asyncProperty(scripts, (all) => check(all, open)),
    { numRuns: 20 },
  );
});
