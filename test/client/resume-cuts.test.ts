import fc from 'fast-check';
import { expect, test } from 'vitest';
import { messagesIn } from '../helpers/history-file.ts';
import { newPerson, type Person, positioned } from '../helpers/person.ts';
import { newProxy } from '../helpers/proxy.ts';
import { newServer } from '../helpers/server.ts';

const cuts = 100;

/** Has two numbered messages under way until it is to stop; returns all that it has said. */
function talk({ client }: Person, isOver: () => boolean): string[] {
  const { nickname } = client.state;
  const said: string[] = [];
  const say = () => {
    if (isOver()) return;
    said.push(`${said.length} of ${nickname}`);
    client.send(said.at(-1) ?? '');
  };
  client.on('messages', (messages) => {
    for (const { name } of messages) if (name === nickname) say();
  });
  say();
  say();
  return said;
}

test(`P-RES-2, P-RES-3: a client that is cut off ${cuts} times at random bytes under traffic is not missed, and misses or doubles nothing`, async () => {
  // The shorter ones end in the handshake, in the claim, or while it catches up.
  const span = fc.oneof(fc.integer({ min: 1, max: 1500 }), fc.integer({ min: 1, max: 15_000 }));
  const spans = fc.array(span, { minLength: cuts, maxLength: cuts });
  const property = fc.asyncProperty(spans, async (bytes) => {
    const { url, dataFile, entries } = await newServer();
    const proxy = await newProxy(url);
    const an = await newPerson(proxy.url, 'An');
    const others = [await newPerson(url, 'Bình'), await newPerson(url, 'Chi')];
    const people = [an, ...others];
    for (const person of people) await person.hasOnline('Chi');
    for (const person of people) person.notices.length = 0;

    const isOver = () => an.statuses.filter((status) => status === 'waiting').length >= cuts;
    an.client.on('state', ({ status }) => {
      // Nobody waits for the backoff here.
      if (status === 'waiting') queueMicrotask(() => an.client.reconnect());
    });
    const said = people.map((person) => talk(person, isOver));
    // The connection that there is makes one more.
    proxy.cutAfter(bytes.slice(1));
    proxy.cut();
    await an.when(isOver);
    for (const person of people) await person.settled();

    const stored = await messagesIn(dataFile);
    for (const [index, person] of people.entries()) {
      const own = stored.filter(({ name }) => name === person.nickname);
      expect(own.map(({ content }) => content)).toEqual(said[index]);
      await person.when(() => person.shown.length >= stored.length);
      expect(person.shown).toEqual(positioned(stored));
      expect([person.outbox, person.resets]).toEqual([[], 0]);
    }
    for (const { notices } of others) expect(notices).toEqual([]);
    expect(entries.filter(({ kind }) => kind === 'leave')).toEqual([]);
  });
  await fc.assert(property, { numRuns: 1, unbiased: true, endOnFailure: true });
});
