import { isDeepStrictEqual } from 'node:util';
import { type Rules, rulesFault } from '../../moderation/rules.ts';
import { StartError } from '../../start-error.ts';

/**
 * Reads the document of the rules. What is in it as it was `before` is the same object, as after an edit. Throws a StartError
 * if it is none.
 */
export function readRules(document: string, before?: Rules): Rules {
  let value: unknown;
  try {
    value = JSON.parse(document);
  } catch {}
  const fault = rulesFault(value);
  if (fault === undefined) return { ...(value as Rules), ...common(before ?? {}, value as Rules) };
  throw new StartError('DATA_INVALID', `the rules of moderation in Redis are damaged: ${fault}`);
}

/** What both have, taken from the first. */
function common(one: Partial<Rules>, other: Rules): Partial<Rules> {
  const isSame = ([name, part]: [string, unknown]) => isDeepStrictEqual(part, other[name as keyof Rules]);
  return Object.fromEntries(Object.entries(one).filter(isSame));
}
