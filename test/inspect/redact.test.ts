/**
 * No secret reaches a watcher. A session with secrets wherever people can put them: nicknames and messages, valid and
 * refused, in values that are no texts, in keys, in requests that do not exist, in what a broken ledger says.
 */
import * as fc from 'fast-check';
import { expect, test } from 'vitest';
import type { InspectionEvent } from 'xstate';
import { createRedactor, type Watched } from '../../src/inspect/redact.ts';
import type { Ledger, LedgerListener } from '../../src/ledger/ledger.ts';
import { nicknameKey } from '../../src/protocol/nickname.ts';
import { type Client, newClient, newMember } from '../helpers/client.ts';
import { newSystem } from '../helpers/system.ts';
import { newInspector, newWatcher } from '../helpers/watcher.ts';

/** A ledger that fails those posts, and breaks at those leaves, that it is told to, naming what it was given. */
function leaky(ledger: Ledger, isFailing: () => boolean): Ledger {
  let listener: LedgerListener | undefined;
  return {
    start(to) {
      listener = to;
      ledger.start(to);
    },
    async commit(changes) {
      if (!isFailing()) return ledger.commit(changes);
      const error = JSON.stringify(changes);
      if (changes.some(({ type }) => type === 'leave')) throw new Error(error);
      listener?.onStretch(
        changes.map((change) => ({ type: 'failed', by: change.by, change, error, timestamp: '' })),
      );
    },
    view(window) {
      if (isFailing()) throw new Error(JSON.stringify(window));
      return ledger.view(window);
    },
    close: () => ledger.close(),
  };
}

/** Everything in a JSON value that is text: strings and keys. */
function textsIn(value: unknown): string[] {
  if (typeof value === 'string') {
    const inner = /^[{[]/.test(value) ? textsIn(JSON.parse(value)) : [];
    return [value, ...inner];
  }
  if (typeof value !== 'object' || value === null) return [];
  return Object.entries(value).flatMap(([key, member]) => [key, ...textsIn(member)]);
}

/** Texts that no mask can hold by chance, and that no other secret contains. */
const secret = fc
  .string({
    unit: fc.constantFrom('ạ', '"', '\\', '\n', 'Z', 'ß', '😀', '\u2028', '<', '7', 'İ'),
    minLength: 3,
  })
  .map((text) => `s${text.slice(0, 20)}s!`);
const secrets = fc.uniqueArray(secret, { minLength: 12, maxLength: 12 });

type Secrets = [
  string,
  string,
  string,
  string,
  string,
  string,
  string,
  string,
  string,
  string,
  string,
  string,
];

async function runSession(url: string, all: string[], fail: (isFailing: boolean) => void): Promise<void> {
  const [name, next, other, content, long, key, window, nested, type, failed, late, number] = all as Secrets;
  const an = await newMember(url, name);
  const binh = await newClient(url);
  const ask = async (client: Client, request: unknown) => {
    await client.pending();
    await client.ask(request);
  };
  await ask(binh, { data: 'send', content });
  await ask(binh, { data: 'name', name });
  await ask(binh, { data: 'name', name: { [key]: [nested] } });
  await ask(binh, { data: 'name', name: `${long}`.repeat(40) });
  await ask(binh, { data: 'name', name: other });
  for (const client of [an, binh]) {
    await ask(client, { data: 'send', content });
    await ask(client, { data: 'send', content: [nested, { [key]: number }] });
    await ask(client, { data: 'send', content: `${long}`.repeat(40) });
    await ask(client, { data: 'get', limit: window, before: { [key]: nested } });
    await ask(client, { data: 'get', limit: 3, extra: window });
    await ask(client, { data: type });
    await ask(client, { data: 'name', [key]: type });
    await ask(client, { data: 'get' });
  }
  binh.sayRaw(`{"data": "${type}`);
  await ask(an, { data: 'name', name: next });
  fail(true);
  await ask(an, { data: 'send', content: failed });
  await ask(an, { data: 'get' });
  await ask(binh, { data: 'name', name: late });
  await an.pending();
  await binh.pending();
  fail(false);
  await binh.leave();
  await an.pending();
  await an.leave();
}

test('a full session: no byte that a watcher gets holds a secret', async () => {
  await fc.assert(
    fc.asyncProperty(secrets, async (all) => {
      let isFailing = false;
      const { system, url } = await newSystem({ wrap: (ledger) => leaky(ledger, () => isFailing) });
      const { url: inspector, errors } = await newInspector(system);
      const watchers = [await newWatcher(inspector)];
      const stays = await newMember(url, 'stays');
      const late = newMember(url, `${all[3]}late`).then(async (member) => {
        watchers.push(await newWatcher(inspector));
        return member;
      });
      await late;
      await runSession(url, all, (fails) => {
        isFailing = fails;
      });
      await stays.pending();
      for (const watcher of watchers) {
        await watcher.sees(
          ({ event, sessionId }) => event?.type === 'hangup' && watcher.names.get(sessionId) === 'c3',
        );
        const parsed = watcher.texts.flatMap((text) => textsIn(JSON.parse(text)));
        for (const each of all) {
          const forms = [each, nicknameKey(each, 'nickname')];
          for (const form of forms) {
            expect(parsed.find((text) => text.includes(form))).toBeUndefined();
            const escaped = JSON.stringify(form).slice(1, -1);
            expect(
              watcher.texts.find((text) => text.includes(form) || text.includes(escaped)),
            ).toBeUndefined();
          }
        }
      }
      const types = new Set(watchers[0]?.seen.map(({ event }) => event?.type));
      expect([...types]).toEqual(
        expect.arrayContaining([
          'name',
          'send',
          'get',
          'unreadable',
          'claim',
          'recall',
          'post',
          'leave',
          'acts',
        ]),
      );
      expect([...types]).toEqual(
        expect.arrayContaining(['commit', 'committed', 'broken', 'settled', 'hangup']),
      );
      expect([...types]).not.toContain('•');
      expect(errors).toEqual([]);
    }),
    { numRuns: 8 },
  );
});

/** What is shown of a message, at every place where it is. */
async function shownOf(withContent: boolean) {
  const { system, url } = await newSystem();
  const watcher = await newWatcher((await newInspector(system, { withContent })).url);
  const [an, binh] = [await newMember(url, 'An'), await newMember(url, 'Bình')];
  await an.next();
  await an.ask({ data: 'send', content: 'xin chào' });
  await binh.next();
  await binh.ask({ data: 'send', content: 'xin chào' });
  await binh.ask({ data: 'send', content: 'An' });
  const requests = () =>
    watcher.seen.filter(({ type, event }) => type === '@xstate.event' && event.type === 'send');
  await watcher.sees(() => requests().length === 3);
  const contents = requests().map(({ event }) => event['content']);
  const names = Object.values(watcher.alive()).flatMap(({ context }) => context?.['nickname'] ?? []);
  return { contents, names };
}

test('masked, one text is told from another, here as there, and a name from a message that reads the same', async () => {
  const { contents, names } = await shownOf(false);
  expect([...contents, ...names].every((shown) => /^•[\w-]{6}$/.test(shown as string))).toBe(true);
  expect(contents[0]).toBe(contents[1]);
  expect(new Set([...contents, ...names]).size).toBe(4);
  expect((await shownOf(false)).contents[0]).not.toBe(contents[0]);
});

test('with content, what people wrote is shown as it is', async () => {
  expect(await shownOf(true)).toEqual({ contents: ['xin chào', 'xin chào', 'An'], names: ['An', 'Bình'] });
});

test('an event that no table names shows nothing, not its type either', async () => {
  const { system, url } = await newSystem();
  const events: InspectionEvent[] = [];
  system.inspect((event) => void events.push(event));
  await newMember(url, 'An');
  const known = events.find(({ type }) => type === '@xstate.event') as Extract<
    Watched,
    { type: '@xstate.event' }
  >;
  const { show } = createRedactor({ withContent: false, now: () => 0 });
  const strange = [
    { type: 'secret' },
    { type: 'constructor' },
    { type: 'xstate.secret' },
    { type: 'secret xstate.init' },
  ];
  for (const event of strange) expect(show({ ...known, event })).toMatchObject({ event: { type: '•' } });
  const more = { type: 'name', name: 'An', secret: 'secret', settled: { secret: 'secret' } };
  expect(JSON.stringify(show({ ...known, event: more }))).not.toContain('secret');
});
