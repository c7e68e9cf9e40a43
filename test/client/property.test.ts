import { setImmediate } from 'node:timers/promises';
import fc from 'fast-check';
import { expect, test } from 'vitest';
import { ChatError } from '../../src/client/client.ts';
import { messagesIn } from '../helpers/history-file.ts';
import { newPerson, type Person, positioned } from '../helpers/person.ts';
import { newProxy, type TcpProxy } from '../helpers/proxy.ts';
import { newServer } from '../helpers/server.ts';

/** Somebody behind a network that breaks. */
type Somebody = { person: Person; proxy: TcpProxy; said: string[]; renames: Promise<void>[] };

const acts = {
  send: ({ person: { client }, said }) => {
    if (client.state.nickname === undefined) return;
    const content = `${said.length} of ${said[0]}`;
    said.push(content);
    client.send(content);
  },
  cut: ({ proxy }) => proxy.cut(),
  /** What it says gets no further; the server cuts it off after a while. */
  stallUp: ({ proxy }) => proxy.stall('up'),
  /** It hears nothing; it takes the connection for dead after a while. */
  stallDown: ({ proxy }) => proxy.stall('down'),
  rename: ({ person: { client }, said, renames }) => {
    // A change is lost with its connection, and a waiting request is replaced by the next.
    const done = client.register(`${said[0]} ${renames.length}`).catch((error: unknown) => {
      expect(error).toBeInstanceOf(ChatError);
      expect(['ConnectionLost', 'NotNow', 'Replaced']).toContain((error as ChatError).message);
    });
    renames.push(done);
  },
  /** Nothing more is done until it is quiet. */
  settle: ({ person }) => person.settled(),
} satisfies Record<string, (one: Somebody) => void | Promise<void>>;

async function newSomebody(url: string, name: string, hasNoSecret: boolean): Promise<Somebody> {
  const proxy = await newProxy(url);
  const person = await newPerson(proxy.url, name, { hasNoSecret });
  person.client.on('state', ({ status }) => {
    // Nobody waits for the backoff here.
    if (status === 'waiting') queueMicrotask(() => person.client.reconnect());
  });
  return { person, proxy, said: [name], renames: [] };
}

const step = fc.record({
  who: fc.nat(2),
  act: fc.oneof(
    { weight: 10, arbitrary: fc.constant('send' as const) },
    { weight: 6, arbitrary: fc.constantFrom('cut', 'rename', 'stallDown') },
    { weight: 2, arbitrary: fc.constantFrom('stallUp', 'settle') },
  ),
  /** Turns of the event loop until the next step. */
  turns: fc.constantFrom(0, 0, 0, 0, 1, 2, 5, 20),
});

const steps = fc.array(step, { minLength: 10, maxLength: 80 });

test('P-SEND-4, P-GET-2: however connections break and nicknames change, everybody sees the history, each message once', async () => {
  const property = fc.asyncProperty(steps, fc.boolean(), async (all, hasNoSecret) => {
    const { url, dataFile } = await newServer({ pingInterval: 0.1 });
    const people: Somebody[] = [];
    for (const name of ['An', 'Bình', 'Chi']) people.push(await newSomebody(url, name, hasNoSecret));
    // From the first ping on, the interval is known, and with it how soon a ghost goes.
    for (const { person } of people) await person.beat();
    for (const { who, act, turns } of all) {
      const one = people[who];
      if (one !== undefined) await acts[act](one);
      for (let turn = 0; turn < turns; turn++) await setImmediate();
    }
    for (const { person, renames } of people) {
      await Promise.all(renames);
      await person.settled();
    }
    const stored = await messagesIn(dataFile);
    const contents = stored.map(({ content }) => content);
    expect(contents).toHaveLength(new Set(contents).size);
    for (const { person, said } of people) {
      await person.when(() => person.shown.length >= stored.length);
      expect(person.shown).toEqual(positioned(stored));
      expect(person.resets).toBe(0);
      // What was under way when somebody came back under another nickname may be there or not, and says so.
      const unknown = person.outbox.map(([content]) => content);
      expect(person.outbox).toEqual(unknown.map((content) => [content, 'failed', 'ConnectionLost']));
      const [, ...own] = said;
      expect(own.filter((content) => !contents.includes(content) && !unknown.includes(content))).toEqual([]);
      person.client.close();
    }
  });
  await fc.assert(property, { numRuns: 20, endOnFailure: true });
});
