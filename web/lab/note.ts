import type { Actor } from './picture.ts';
import type { Words } from './words.ts';

/** What is said beside an actor's state, where its name does not tell all. */
export function noteOf({ leaf, underWay }: Actor, { notes }: Words): string | undefined {
  if (leaf === 'registered.lost') return notes.waiting;
  return underWay === undefined ? undefined : notes.underWay(underWay);
}
