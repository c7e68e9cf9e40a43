/** Who holds which nickname at each place of the order. */
import { isDeepStrictEqual } from 'node:util';
import { nicknameKey } from '../../../src/protocol/nickname.ts';
import type { Place } from './order.ts';
import type { Cut, Entry } from './transcript.ts';

type Holder = { name: string; key: string };

const holderOf = (name: string): Holder => ({ name, key: nicknameKey(name, 'nickname') });

/**
 * What is wrong with who holds what: two that hold one nickname, somebody who speaks or leaves without one, a `get` that
 * lists others. Who is there at the beginning is known from the first `get`.
 */
export function holderFindings(places: readonly Place[]): string[] {
  const findings: string[] = [];
  let held: Holder[] | undefined;
  const compare = ({ title, online }: Cut) => {
    held ??= online.map(holderOf);
    const names = held.map(({ name }) => name);
    if (isDeepStrictEqual(names, online)) return;
    findings.push(`${title} got that ${online} were there, when ${names} were`);
    held = online.map(holderOf);
  };
  for (const { entry, cuts } of places) {
    if (held !== undefined) findings.push(...apply(entry, held));
    cuts.forEach(compare);
  }
  return findings;
}

/** Changes who holds what by one entry. Returns what is wrong with it. */
function apply(entry: Entry, held: Holder[]): string[] {
  if (entry.type === 'remove') return [];
  const author = 'oldname' in entry ? entry.oldname : entry.name;
  const at = held.findIndex(({ name }) => name === author);
  const holder = holderOf(entry.name);
  const isClaim = entry.type === 'register' || entry.type === 'change';
  const rival = held.find(({ key }, index) => isClaim && key === holder.key && index !== at);
  const findings = rival === undefined ? [] : [`${entry.id}, while ${rival.name} held it`];
  if (entry.type === 'register') held.push(holder);
  else if (at === -1) findings.push(`${entry.id}, of somebody who held nothing`);
  else if (entry.type === 'change') held[at] = holder;
  else if (entry.type === 'leave') held.splice(at, 1);
  return findings;
}
