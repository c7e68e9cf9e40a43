/**
 * Any interleaving of acts against a sequential model. A witness that registers first and does nothing sees the one
 * order; what each other connection heard, its own replies in their places, must be a stretch of it (P-SEND-4).
 */
import fc from 'fast-check';
import { expect, test } from 'vitest';
import { type Client, type Frame, newClient, newMember } from '../helpers/client.ts';
import { FailingLedger } from '../helpers/failing-ledger.ts';
import { seeded } from '../helpers/seeded.ts';
import { newProcesses, newSystem, type TestSystem } from '../helpers/system.ts';

type Request = Record<string, unknown>;
/** What one connection asks, in one breath or several, and whether it goes in the end. */
type Script = { breaths: Request[][]; goes: boolean };

const request = fc.oneof(
  {
    weight: 3,
    arbitrary: fc.record({ data: fc.constant('name'), name: fc.constantFrom('A', 'B', 'C', 'a ', '') }),
  },
  { weight: 6, arbitrary: fc.record({ data: fc.constant('send'), content: fc.constant('') }) },
  { weight: 2, arbitrary: fc.constant({ data: 'get' }) },
  {
    weight: 1,
    arbitrary: fc.constantFrom({ data: 'nothing' }, { data: 'send' }, { data: 'get', limit: -1 }),
  },
);
const scripts = fc.array(
  fc.record({
    breaths: fc.array(fc.array(request, { minLength: 1, maxLength: 6 }), { minLength: 1, maxLength: 4 }),
    goes: fc.boolean(),
  }),
  { minLength: 1, maxLength: 5 },
);

/** Says its script; returns all it heard. Each content that is not empty is like no other. */
async function play(
  client: Client,
  { breaths, goes }: Script,
  number: number,
): Promise<{ asked: Request[]; heard: Frame[] }> {
  const asked: Request[] = [];
  const heard: Frame[] = [];
  for (const breath of breaths) {
    for (const said of breath) {
      const isSend = said['data'] === 'send' && 'content' in said;
      const own = isSend ? { ...said, content: `${number}.${asked.length}` } : said;
      asked.push(own);
      client.say(own);
    }
    const replies = () => heard.filter(({ type }) => type !== 'receive').length;
    while (replies() < asked.length) heard.push(await client.next());
  }
  if (goes) await client.leave();
  return { asked, heard };
}

const isRegistered = ({ action, status }: Frame) => action === 'register' && status === true;

/** The change that a frame tells; `undefined` if the others do not see it. */
function actOf({ type, datatype, action, status, ...rest }: Frame): string | undefined {
  if (type === 'receive')
    return JSON.stringify([datatype, rest['name'] ?? rest['oldname'], rest['newname'] ?? rest['content']]);
  if (status !== true || type === 'get') return undefined;
  if (type === 'send') return JSON.stringify(['message', rest['name'], rest['content']]);
  return JSON.stringify([action, rest['name'] ?? rest['oldname'], rest['newname']]);
}

/** The nicknames online and the messages after these changes: the sequential model. */
function stateAfter(acts: readonly string[]): { online: string[]; messages: string[] } {
  const online: string[] = [];
  const messages: string[] = [];
  for (const [kind, name, more] of acts.map((act) => JSON.parse(act))) {
    if (kind === 'message') messages.push(more);
    else if (kind === 'register') online.push(name);
    else online.splice(online.indexOf(name), 1, ...(kind === 'change' ? [more] : []));
  }
  return { online, messages };
}

/** Each request has its one reply, in order, and of the right kind (P-REQ-7). */
function checkReplies(asked: Request[], heard: Frame[]): void {
  const replies = heard.filter(({ type }) => type !== 'receive');
  expect(replies).toHaveLength(asked.length);
  for (const [at, { data, name, content, limit }] of asked.entries()) {
    const reply = replies[at] ?? {};
    expect(reply['type']).toBe(data === 'nothing' ? null : data);
    if (name !== undefined) expect(reply['name'] ?? reply['newname']).toBe(name);
    if (content !== undefined && 'content' in reply) expect(reply['content']).toBe(content);
    if (data === 'nothing' || limit === -1) expect(reply['status']).toBe(false);
  }
}

/** What a member heard from its registration on is a stretch of the order, and each `get` shows one place in it. */
function checkOrder(order: readonly string[], heard: Frame[], goes: boolean): void {
  const start = heard.findIndex(isRegistered);
  // Nothing is shown before (P-EVT-1).
  expect(heard.slice(0, start < 0 ? undefined : start).filter(({ type }) => type === 'receive')).toEqual([]);
  if (start < 0) return;
  const since = heard.slice(start);
  const own = since.map(actOf).filter((act) => act !== undefined);
  // Where it stands in the order is not told; one place must fit all.
  const places = [...order.keys()].filter((from) => own.every((act, more) => order[from + more] === act));
  const fits = places.filter((from) => isCut(order, from, since));
  expect({ order, since, fits }).not.toMatchObject({ fits: [] });
  if (!goes) expect(own.at(-1)).toBe(order.at(-1));
}

/** Whether each `get` shows its place in the order, if the first frame stands at `from`. */
function isCut(order: readonly string[], from: number, heard: Frame[]): boolean {
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

type Opened = Pick<TestSystem, 'url' | 'faults' | 'close'>;

async function check(all: Script[], open: () => Promise<Opened>): Promise<void> {
  const { url, faults, close } = await open();
  const witness = await newMember(url, 'witness');
  const clients = await Promise.all(all.map(() => newClient(url)));
  const played = await Promise.all(
    clients.map((client, at) => play(client, all[at] ?? { breaths: [], goes: true }, at)),
  );
  const last = await newMember(url, 'last');
  const leavers = played.filter(({ heard }, at) => all[at]?.goes === true && heard.some(isRegistered)).length;
  const order: string[] = [];
  const leaves = () => order.filter((act) => act.startsWith('["leave"')).length;
  while (!order.includes('["register","last",null]') || leaves() < leavers)
    order.push(actOf(await witness.next()) ?? '');
  for (const [at, { asked, heard }] of played.entries()) {
    const { goes = true } = all[at] ?? {};
    const client = clients[at];
    if (!goes && client !== undefined) {
      // A process may be behind the others: what it shows last is known.
      if (heard.some(isRegistered))
        while (!heard.some(({ datatype, name }) => datatype === 'register' && name === 'last'))
          heard.push(await client.next());
      heard.push(...(await client.pending()));
    }
    checkReplies(asked, heard);
    checkOrder(order, heard, goes);
  }
  expect(await witness.pending()).toEqual([]);
  let reply = await last.ask({ data: 'get' });
  while (reply['type'] !== 'get') reply = await last.next();
  const { message } = reply['data'] as { message: { content: string }[] };
  expect(message.map(({ content }) => content)).toEqual(stateAfter(order).messages);
  const sent = played.flatMap(({ heard }) =>
    heard.filter(({ type, status }) => type === 'send' && status === true),
  );
  expect(new Set(message.map(({ content }) => content))).toEqual(new Set(sent.map(({ content }) => content)));
  expect(faults).toEqual([]);
  await close();
}

test('P-SEND-4: everyone sees one order, with own replies in their places, and each get shows one place in it', async () => {
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

test('P-SEND-4: the same in two processes on one log, where commits and entries arrive late', async () => {
  await fc.assert(
    fc.asyncProperty(scripts, fc.nat(), (all, seed) => check(all, () => newProcesses(seeded(seed)))),
    { numRuns: 60 },
  );
});
