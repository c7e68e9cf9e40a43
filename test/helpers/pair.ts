import { expect } from 'vitest';
import { ChatError } from '../../src/client/client.ts';
import { newPerson, type Person, type PersonOptions, positioned } from '../helpers/person.ts';
import { newProxy, type TcpProxy } from '../helpers/proxy.ts';
import { wholeHistory } from '../helpers/talker.ts';

export const lost = new ChatError({ reason: 'ConnectionLost' });

/** Cuts a person's connection off and rejects new ones. */
export async function cutOff(proxy: TcpProxy, person: Person): Promise<void> {
  proxy.refuse();
  proxy.cut();
  await person.is('waiting');
}

/** Accepts connections again, and lets the person reconnect at once. */
export function letBack(proxy: TcpProxy, person: Person): void {
  proxy.accept();
  person.client.reconnect();
}

/** An, who is connected through a proxy, and Bình, who is not. */
export async function newPair(url: string, options?: PersonOptions) {
  const proxy = await newProxy(url);
  const an = await newPerson(proxy.url, 'An', options);
  const binh = await newPerson(url, 'Bình');
  await an.hasOnline('Bình');
  return { proxy, an, binh };
}

/** Expects that these messages are stored, each once, and that everybody has seen exactly them. */
export async function expectOnce(contents: string[], url: string, ...people: Person[]): Promise<void> {
  const stored = await wholeHistory(url);
  expect(stored.map(({ content }) => content)).toEqual(contents);
  for (const person of people) {
    await person.when(() => person.shown.length >= stored.length);
    expect(person.shown).toEqual(positioned(stored));
  }
}
