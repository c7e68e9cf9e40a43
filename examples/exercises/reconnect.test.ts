import { expect, test } from 'vitest';
import { newPerson, newVisitor, type Person } from '../../test/helpers/person.ts';
import { newProxy, type TcpProxy } from '../../test/helpers/proxy.ts';
import { newServer } from '../../test/helpers/server.ts';

/** Records the events of a client from now on, in order: `gap 3`, `messages 3`. */
function hear({ client }: Person): string[] {
  const heard: string[] = [];
  client.on('messages', (messages) => heard.push(`messages ${messages.length}`));
  const on = client.on as (type: string, listener: (count: number) => void) => () => void;
  expect(() => on('gap', (count) => heard.push(`gap ${count}`)), 'listening for `gap`').not.toThrow();
  return heard;
}

/** An, whose connection can be cut, and Bình, whose cannot. */
async function newPair() {
  const { url } = await newServer();
  const proxy = await newProxy(url);
  const [an, binh] = [await newPerson(proxy.url, 'An'), await newPerson(url, 'Bình')];
  await an.hasOnline('Bình');
  return { url, proxy, an, binh };
}

/** Cuts An's connection, lets Bình send `count` messages, and brings An back. */
async function missing(count: number, { proxy, an, binh }: { proxy: TcpProxy; an: Person; binh: Person }) {
  proxy.refuse();
  proxy.cut();
  await an.is('waiting');
  for (let number = 1; number <= count; number++) binh.client.send(`${number} of ${count}`);
  await binh.settled();
  proxy.accept();
  an.client.reconnect();
  await an.is('registered');
}

test('P-GET-2: after a break the client tells how many messages it missed, and then which', async () => {
  const pair = await newPair();
  const heard = hear(pair.an);
  await missing(3, pair);
  expect(heard).toEqual(['gap 3', 'messages 3']);
  await missing(2, pair);
  expect(heard).toEqual(['gap 3', 'messages 3', 'gap 2', 'messages 2']);
});

test('P-GET-2: a break in which nothing was said is no gap, nor is what is said after it', async () => {
  const pair = await newPair();
  pair.binh.client.send('chào');
  await pair.an.sees('chào');
  const heard = hear(pair.an);
  await missing(0, pair);
  pair.binh.client.send('chào An');
  await pair.an.sees('chào An');
  expect(heard).toEqual(['messages 1']);
});

test('P-GET-2: the history that was there before the first look is no gap', async () => {
  const { url, binh } = await newPair();
  binh.client.send('chào');
  await binh.settled();
  const chi = newVisitor(url);
  const heard = hear(chi);
  await chi.client.register('Chi');
  await chi.sees('chào');
  expect(heard).toEqual(['messages 1']);
});
