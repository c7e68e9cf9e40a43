import { readFileSync } from 'node:fs';
import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { describe, expect, test } from 'vitest';
import { messageOf, messagesIn } from '../helpers/history-file.ts';
import { cutOff, letBack, newPair } from '../helpers/pair.ts';
import { newPerson, positioned, talk } from '../helpers/person.ts';
import { newProcess } from '../helpers/process.ts';
import { newProxy } from '../helpers/proxy.ts';
import { newFolder, newServer } from '../helpers/server.ts';

describe('a different server', () => {
  /** A server with so many messages, and none of them another server's. */
  async function newServerOf(name: string, count: number) {
    const data = join(await newFolder(), 'data.json');
    const messages = Array.from({ length: count }, (_, position) => ({ ...messageOf(position), name }));
    await writeFile(data, JSON.stringify(messages));
    return { ...(await newServer({ data })), messages };
  }

  test('with a shorter history is a reset: the shown messages go, and the new history comes', async () => {
    const old = await newServerOf('cũ', 5);
    const { proxy, an } = await newPair(old.url);
    expect(an.shown).toEqual(positioned(old.messages));
    proxy.stall('up');
    an.client.send('một');
    await cutOff(proxy, an);
    an.client.send('hai');
    const other = await newServerOf('mới', 2);
    proxy.leadTo(other.url);
    letBack(proxy, an);
    await an.settled();
    expect(an.resets).toBe(1);
    expect(an.shown).toEqual(positioned(await messagesIn(other.dataFile)));
    expect(an.shown.map(({ content }) => content).slice(2)).toEqual(['hai']);
    // Whether the old server had it, nobody knows.
    expect(an.outbox).toEqual([['một', 'failed', 'ConnectionLost']]);
  });

  test('with a longer history of other messages too', async () => {
    const old = await newServerOf('cũ', 3);
    const { proxy, an } = await newPair(old.url);
    await cutOff(proxy, an);
    const other = await newServerOf('mới', 5);
    proxy.leadTo(other.url);
    letBack(proxy, an);
    await an.settled();
    expect(an.resets).toBe(1);
    expect(an.shown).toEqual(positioned(other.messages));
  });

  test('with an empty history too', async () => {
    const old = await newServerOf('cũ', 5);
    const { proxy, an } = await newPair(old.url);
    await cutOff(proxy, an);
    const other = await newServer();
    proxy.leadTo(other.url);
    letBack(proxy, an);
    await an.is('registered');
    expect([an.resets, an.shown, an.client.state.online]).toEqual([1, [], ['An']]);
    an.client.send('một');
    await an.sees('một');
    expect(an.shown).toMatchObject([{ position: 0 }]);
  });

  test('P-GET-2: a reset shows no more than the backlog', async () => {
    const old = await newServerOf('cũ', 9);
    const proxy = await newProxy(old.url);
    const an = await newPerson(proxy.url, 'An', { backlog: 2 });
    proxy.refuse();
    proxy.cut();
    await an.is('waiting');
    const other = await newServerOf('mới', 8);
    proxy.leadTo(other.url);
    letBack(proxy, an);
    await an.is('registered');
    expect([an.resets, an.shown]).toEqual([1, positioned(other.messages, 6)]);
  });
});

describe('a server that is killed', () => {
  test('P-SEND-2: and started again has neither lost nor doubled a message, and everybody sees the same', async () => {
    const data = join(await newFolder(), 'data.json');
    const start = (port: string) => newProcess(['--port', port, '--data', data, '--log', 'silent']);
    const server = start('0');
    const url = await server.url();
    const people = [await newPerson(url, 'An'), await newPerson(url, 'Bình')] as const;
    const [an] = people;
    for (const person of people) talk(person, (said) => said < 100);
    await an.when(() => an.shown.length >= 60);
    server.child.kill('SIGKILL');
    await server.exited;
    for (const person of people) await person.when(() => person.status !== 'registered');
    const again = start(new URL(url).port);
    expect(await again.url()).toBe(url);
    for (const { client } of people) client.reconnect();
    for (const person of people) await person.when(() => person.shown.length >= 200);
    for (const person of people) await person.settled();
    const stored = JSON.parse(readFileSync(data, 'utf8'));
    for (const person of people) {
      expect(person.shown).toEqual(positioned(stored));
      expect([person.outbox, person.resets]).toEqual([[], 0]);
    }
    const contents = people.map(({ nickname }) => Array.from({ length: 100 }, (_, n) => `${nickname} ${n}`));
    expect(people[0].shown.map(({ content }) => content).sort()).toEqual(contents.flat().sort());
    for (const person of people) person.client.close();
    expect(await again.stop('SIGTERM')).toEqual({ code: 0, signal: null });
  });
});
