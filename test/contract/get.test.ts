import fc from 'fast-check';
import { expect, test } from 'vitest';
import { type ContractClient, newContract, text } from '../helpers/contract.ts';

type Window = { limit?: number; before?: number; after?: number };
type Got = { data: { message: { content: string }[]; online: string[]; total?: number; first?: number } };

const get = async (client: ContractClient, window: object = {}) =>
  (await client.ask({ data: 'get', ...window })) as Got;

test('P-GET-1: a plain get answers with the whole history and the nicknames online', async () => {
  const { nick, newMember } = await newContract();
  const [name, other] = [nick('An'), nick('Bình')];
  const an = await newMember(name);
  const before = (await get(an)).data.message;
  const binh = await newMember(other);
  await an.next();
  for (const content of ['một', '"\\\n\u0000\u2028', '👋']) {
    await an.ask({ data: 'send', content });
    await binh.next();
    await binh.ask({ data: 'send', content });
    await an.next();
  }
  const message = ['một', '"\\\n\u0000\u2028', '👋'].flatMap((content) => [
    { name, content, timestamp: 'T' },
    { name: other, content, timestamp: 'T' },
  ]);
  const data = { message: [...withoutTimes(before), ...message], online: [name, other] };
  const reply = text({ type: 'get', status: true, name: other, timestamp: 'T', data });
  expect(await binh.askText({ data: 'get' })).toBe(reply);
  expect(await binh.askText({ type: 'get' })).toBe(reply);
});

test('P-GET-1: the nicknames online stand in order of registration, and a change keeps its place', async () => {
  const { nick, newMember } = await newContract();
  const an = await newMember(nick('An'));
  const binh = await newMember(nick('Bình'));
  const chi = await newMember(nick('Chi'));
  await binh.ask({ data: 'name', name: nick('Ba') });
  await chi.next();
  expect((await get(chi)).data.online).toEqual([nick('An'), nick('Ba'), nick('Chi')]);
  await an.leave();
  await chi.next();
  await newMember(nick('An'));
  await chi.next();
  expect((await get(chi)).data.online).toEqual([nick('Ba'), nick('Chi'), nick('An')]);
});

test('P-GET-1: a stranger is answered UnknownRegister', async () => {
  const { newClient } = await newContract();
  const reply = text({ type: 'get', status: false, reason: 'UnknownRegister' });
  expect(await (await newClient()).askText({ data: 'get', limit: 1 })).toBe(reply);
});

test('P-GET-2: total and first come behind message and online, and only when asked for', async () => {
  const { nick, newMember } = await newContract();
  const name = nick('An');
  const an = await newMember(name);
  const { message } = (await get(an)).data;
  await an.ask({ data: 'send', content: 'x' });
  const total = message.length + 1;
  const data = {
    message: [{ name, content: 'x', timestamp: 'T' }],
    online: [name],
    total,
    first: message.length,
  };
  expect(await an.askText({ data: 'get', limit: 1 })).toBe(
    text({ type: 'get', status: true, name, timestamp: 'T', data }),
  );
  expect(Object.keys((await get(an)).data)).toEqual(['message', 'online']);
  const { data: none } = await get(an, { limit: 0 });
  expect(none).toMatchObject({ message: [], total, first: total });
});

test('P-GET-2: a window selects the right part, in every combination', async () => {
  const { nick, newMember } = await newContract();
  const an = await newMember(nick('An'));
  for (let number = 0; number < 12; number++) await an.ask({ data: 'send', content: `${number}` });
  const all = (await get(an)).data.message;
  const position = fc.option(
    fc.oneof(fc.nat(all.length + 3), fc.constantFrom(2 ** 31, 2 ** 32, Number.MAX_SAFE_INTEGER)),
    { nil: undefined },
  );
  await fc.assert(
    fc.asyncProperty(position, position, position, async (limit, before, after) => {
      const { data } = await get(an, { limit, before, after });
      if (limit === undefined && before === undefined && after === undefined) {
        expect(data.message).toEqual(all);
      } else {
        const window = { ...(limit === undefined ? {} : { limit }), ...rest(before, after) };
        const positions = meant(window, all.length);
        expect(data.message).toEqual(positions.map((at) => all[at]));
        expect(data.first).toBe(positions[0] ?? all.length);
        expect(data.total).toBe(all.length);
      }
    }),
    { numRuns: 200 },
  );
});

test.each(['limit', 'before', 'after'])(
  'P-GET-3: a %s that is not a non-negative safe integer is ErrorWhenGet',
  async (key) => {
    const { nick, newMember } = await newContract();
    const name = nick('An');
    const an = await newMember(name);
    // The last one is deeper than the call stack.
    const nested = '['.repeat(30_000) + ']'.repeat(30_000);
    for (const value of [
      '-1',
      '1.5',
      '"1"',
      'null',
      '[]',
      '{}',
      'true',
      '9007199254740992',
      '1e999',
      nested,
    ]) {
      an.sayRaw(`{"data":"get","${key}":${value}}`);
      const reply = await an.next();
      expect(Object.keys(reply)).toEqual(['type', 'name', 'status', 'reason', 'error']);
      expect(reply).toMatchObject({ type: 'get', name, status: false, reason: 'ErrorWhenGet' });
      expect(reply['error']).toContain(key);
    }
  },
);

/** The positions that a window means, straight from the words of P-GET-2. */
function meant({ limit, before = Infinity, after }: Window, total: number): number[] {
  const all = Array.from({ length: total }, (_, at) => at);
  const within = all.filter((at) => at >= (after ?? 0) && at < before);
  if (limit === undefined) return within;
  return after === undefined ? within.slice(Math.max(0, within.length - limit)) : within.slice(0, limit);
}

const rest = (before: number | undefined, after: number | undefined) => ({
  ...(before === undefined ? {} : { before }),
  ...(after === undefined ? {} : { after }),
});

const withoutTimes = (messages: object[]) => messages.map((message) => ({ ...message, timestamp: 'T' }));
