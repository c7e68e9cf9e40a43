import { expect } from 'vitest';
import { ChatError } from '../../src/client/client.ts';
import { newPerson, type Person, positioned } from '../helpers/person.ts';
import { newProxy, type TcpProxy } from '../helpers/proxy.ts';
import { wholeHistory } from '../helpers/talker.ts';

export const lost = new ChatError({ reason: 'ConnectionLost' });

/** Cuts somebody's connection and keeps new ones away; somebody else has seen the leave. */
export async function cutOff(proxy: TcpProxy, person: Person, witness: Person): Promise<void> {
  const name = person.nickname ?? '';
  proxy.refuse();
  proxy.cut();
  await witness.hasOnline(name, false);
  await person.is('waiting');
}

/** Lets somebody back, at once. */
export function letBack(proxy: TcpProxy, person: Person): void {
  proxy.accept();
  person.client.reconnect();
}

/** An, whose connection can be broken, and Bình, whose cannot. */
export async function newPair(url: string) {
  const proxy = await newProxy(url);
  const an = await newPerson(proxy.url, 'An');
  const binh = await newPerson(url, 'Bình');
  await an.hasOnline('Bình');
  return { proxy, an, binh };
}

/** The message is stored once, and everybody has seen what is stored. */
export async function expectOnce(contents: string[], url: string, ...people: Person[]): Promise<void> {
  const stored = await wholeHistory(url);
  expect(stored.map(({ content }) => content)).toEqual(contents);
  for (const person of people) {
    await person.when(() => person.shown.length >= stored.length);
    expect(person.shown).toEqual(positioned(stored));
  }
}
