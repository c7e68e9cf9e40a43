/**
 * No secret reaches a watcher. A session with secrets wherever people can put them: nicknames and messages, valid and
 * refused, in values that are no texts, in keys, in requests that do not exist, in what a broken ledger says.
 */
import * as fc from 'fast-check';
import { expect, test } from 'vitest';
import type { InspectionEvent } from 'xstate';
import { createRedactor, type Watched } from '../../src/inspect/redact.ts';
import type { Change, Ledger, LedgerListener, View } from '../../src/ledger/ledger.ts';
import { nicknameKey } from '../../src/protocol/nickname.ts';
import type { Window } from '../../src/protocol/window.ts';
import { type Client, newClient, newMember } from '../helpers/client.ts';
import { until } from '../helpers/gate.ts';
import { Relay } from '../helpers/relay.ts';
import { newSystem } from '../helpers/system.ts';
import { newInspector, newWatcher, type Seen, type TestWatcher } from '../helpers/watcher.ts';

/** Whether a ledger is to fail, and how often it has broken. */
type Health = { isFailing: boolean; breaks: number };

/** A ledger that, while it is to fail, fails every change and breaks at every leave, naming what it was given. */
class Leaky extends Relay {
  readonly #health: Health;
  #listener: LedgerListener | undefined;

  constructor(ledger: Ledger, health: Health) {
    super(ledger);
    this.#health = health;
  }

  override start(listener: LedgerListener): void {
    this.#listener = listener;
    super.start(listener);
  }

  override async commit(changes: readonly Change[]): Promise<void> {
    if (!this.#health.isFailing) return super.commit(changes);
    const error = JSON.stringify(changes);
    if (changes.some(({ type }) => type === 'leave')) {
      this.#health.breaks++;
      throw new Error(error);
    }
    this.#listener?.onStretch(
      changes.map((change) => ({ type: 'failed', by: change.by, change, error, timestamp: '' })),
    );
  }

  override view(window: Window): View {
    if (this.#health.isFailing) throw new Error(JSON.stringify(window));
    return super.view(window);
  }
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
const secretOf = (end: string, units: readonly string[]) =>
  fc
    .string({ unit: fc.constantFrom(...units), minLength: 3 })
    .map((text) => `${end}${text.slice(0, 20)}${end}!`);
const units = ['ạ', '"', '\\', 'Z', 'ß', '😀', '<', '7', 'İ'];
/** What a nickname may be, and what else a text may be. */
const [name, text] = [secretOf('n', units), secretOf('s', [...units, '\n', '\u2028'])];
const secrets = fc
  .tuple(
    fc.uniqueArray(name, { minLength: 5, maxLength: 5 }),
    fc.uniqueArray(text, { minLength: 7, maxLength: 7 }),
  )
  .map((both) => both.flat());

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

async function runSession(url: string, all: string[], health: Health): Promise<void> {
  const [name, next, other, long, late, content, key, window, nested, type, failed, number] = all as Secrets;
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
  const chi = await newMember(url, `${long}chi`);
  health.isFailing = true;
  await ask(an, { data: 'send', content: failed });
  await ask(an, { data: 'get' });
  await ask(binh, { data: 'name', name: late });
  await an.pending();
  await binh.pending();
  await chi.leave();
  await until(() => health.breaks > 0);
  health.isFailing = false;
  await binh.leave();
  await an.pending();
  await an.leave();
}

/** A session in which secrets of holdings are asked for, given, and offered rightly and wrongly. Resolves to all of them. */
async function runHoldings(url: string, wrong: string): Promise<string[]> {
  const resumed: unknown[] = [];
  const ask = async (client: Client, request: object) => {
    await client.pending();
    resumed.push((await client.ask(request))['resume']);
  };
  const [an, binh] = [await newClient(url), await newClient(url)];
  await ask(an, { data: 'name', name: 'Chi', resume: true });
  await ask(an, { data: 'name', name: 'Dung', resume: wrong });
  an.socket.terminate();
  await ask(binh, { data: 'name', name: 'Dung', resume: wrong });
  await ask(binh, { data: 'name', name: 'Dung', resume: resumed[0] });
  for (const request of [
    { resume: wrong },
    { data: 'get', resume: wrong },
    { data: 'send', content: 'x', resume: wrong },
    { data: 'name', name: 'Dung', resume: { wrong: [wrong] } },
  ])
    await ask(binh, request);
  binh.sayRaw(`{"data":"name","name":"x","resume":"${wrong}`);
  binh.sayRaw(Buffer.from(JSON.stringify({ type: 'name', name: 'Em', resume: wrong })));
  await binh.pending();
  await binh.leave();
  const given = new Set(resumed.filter((resume) => typeof resume === 'string'));
  expect(given.size).toBe(2);
  return [wrong, ...given];
}

/** Fails if one of these texts is in something that a watcher was told, as it is, as a key or escaped. */
function expectNone(texts: readonly string[], { texts: told }: TestWatcher): void {
  const parsed = told.flatMap((text) => textsIn(JSON.parse(text)));
  for (const text of texts) {
    const escaped = JSON.stringify(text).slice(1, -1);
    expect(parsed.find((one) => one.includes(text))).toBeUndefined();
    expect(told.find((one) => one.includes(text) || one.includes(escaped))).toBeUndefined();
  }
}

test('a full session: no byte that a watcher gets contains a secret', async () => {
  await fc.assert(
    fc.asyncProperty(secrets, async (all) => {
      const health = { isFailing: false, breaks: 0 };
      const { system, url } = await newSystem({ wrap: (ledger) => new Leaky(ledger, health) });
      const { url: inspector, errors } = await newInspector(system);
      const watchers = [await newWatcher(inspector)];
      const stays = await newMember(url, 'stays');
      const late = newMember(url, `${all[3]}late`).then(async (member) => {
        watchers.push(await newWatcher(inspector));
        return member;
      });
      await late;
      await runSession(url, all, health);
      const resumes = await runHoldings(url, `${all[5]}`);
      await stays.pending();
      const keys = all.map((each) => nicknameKey(each, 'nickname')).filter((key) => key !== '');
      for (const watcher of watchers) {
        await watcher.sees(isEndOf(watcher, 'c7'));
        expectNone([...all, ...keys, ...resumes], watcher);
      }
      const types = new Set(watchers[0]?.seen.map(({ event }) => event?.type));
      expect([...types]).toEqual(
        expect.arrayContaining(['name', 'send', 'get', 'unreadable', 'claim', 'post', 'leave', 'confirm']),
      );
      expect([...types]).toEqual(
        expect.arrayContaining(['changes', 'commit', 'stretch', 'committed', 'broken', 'settled']),
      );
      expect([...types]).toEqual(expect.arrayContaining(['hangup', 'lost', 'superseded']));
      expect([...types]).not.toContain('•');
      expect(errors).toEqual([]);
    }),
    { numRuns: 8 },
  );
});

const isEndOf =
  (watcher: TestWatcher, name: string) =>
  ({ event, sessionId }: Seen) =>
    event?.type === 'hangup' && watcher.names.get(sessionId) === name;

test.each([false, true])(
  'P-RES-1: a secret of a holding is never shown; with content: %s',
  async (withContent) => {
    await fc.assert(
      fc.asyncProperty(text, async (wrong) => {
        const { system, url } = await newSystem();
        const watcher = await newWatcher((await newInspector(system, { withContent })).url);
        const resumes = await runHoldings(url, wrong);
        await watcher.sees(isEndOf(watcher, 'c2'));
        expectNone(resumes, watcher);
        const ofResumed = watcher.seen.flatMap(({ event }) => event?.['stretch'] ?? []);
        const nickname = withContent ? 'Dung' : expect.stringMatching(/^•/);
        expect(ofResumed).toContainEqual({ type: 'resumed', by: 'c2', nickname, from: 'c1' });
      }),
      { numRuns: 5 },
    );
  },
);

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

test('masks tell one text from another everywhere, and a nickname from a message with the same text', async () => {
  const { contents, names } = await shownOf(false);
  expect([...contents, ...names].every((shown) => /^•[\w-]{6}$/.test(shown as string))).toBe(true);
  expect(contents[0]).toBe(contents[1]);
  expect(new Set([...contents, ...names]).size).toBe(4);
  expect((await shownOf(false)).contents[0]).not.toBe(contents[0]);
});

test('with content, what people wrote is shown as it is', async () => {
  expect(await shownOf(true)).toEqual({ contents: ['xin chào', 'xin chào', 'An'], names: ['An', 'Bình'] });
});

test('an event that is in no table shows nothing, not even its type', async () => {
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
