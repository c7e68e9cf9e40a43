import { expect } from 'vitest';
import { ChatError } from '../../src/client/client.ts';
import { newPerson, type Person, type PersonOptions, positioned } from '../helpers/person.ts';
import { newProxy, type TcpProxy } from '../helpers/proxy.ts';
import { wholeHistory } from '../helpers/talker.ts';

export const lost = new ChatError({ reason: 'ConnectionLost' });

/** Cuts somebody's connection and keeps new ones away. */
export async function cutOff(proxy: TcpProxy, person: Person): Promise<void> {
  proxy.refuse();
  proxy.cut();
  await person.is('waiting');
}

/** Lets somebody back, at once. */
export function letBack(proxy: TcpProxy, person: Person): void {
  proxy.accept();
  person.client.reconnect();
}

/** An, whose connection can be broken, and Bình, whose cannot. */
export async function newPair(url: string, options?: PersonOptions) {
  const proxy = await newProxy(url);
  const an = await newPerson(proxy.url, 'An', options);
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
