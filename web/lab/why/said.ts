import type { Candidate, Evaluated, Fact } from '../../../src/machines/fact.ts';
import type { Language } from '../../chat/words.ts';
import { en, type WhyWords } from './en.ts';
import { vi } from './vi.ts';

export const whyWords: Record<Language, WhyWords> = { en, vi };

/** What a guard has looked at. A recording of another version may have kinds that are not known here. */
export const factsIn = ({ facts }: Evaluated, { says }: WhyWords): string =>
  facts
    .map((fact) => {
      const say = says[fact.kind] as ((fact: Fact) => string) | undefined;
      return say?.(fact) ?? fact.kind;
    })
    .join('; ');

/** What decided about each transition, by its id: `✗ isContent = false: 104 characters, at most 100`. Nothing is said twice. */
export function decisionsOf(why: readonly Candidate[] = [], said: WhyWords): [id: string, text: string][] {
  const asked = why.flatMap(({ id, guard }) => (guard ? [{ id, text: textOf(decider(guard), said) }] : []));
  return asked.map(({ id, text }, index) => {
    const isAgain = asked.slice(index + 1).some((later) => later.text === text);
    return [id, isAgain ? text.charAt(0) : text];
  });
}

/** The guard that has made another one false. */
const decider = (guard: Evaluated): Evaluated => {
  const part = guard.verdict ? undefined : guard.parts?.find(({ verdict }) => !verdict);
  return part === undefined ? guard : decider(part);
};

function textOf(guard: Evaluated, said: WhyWords): string {
  const facts = factsIn(guard, said);
  return `${guard.verdict ? '✓' : '✗'} ${guard.guard} = ${guard.verdict}${facts === '' ? '' : `: ${facts}`}`;
}
