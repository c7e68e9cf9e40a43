import { type Rules, rulesFault } from '../../moderation/rules.ts';
import { StartError } from '../../start-error.ts';

/** Reads the document of the rules. Throws a StartError if it is none. */
export function readRules(document: string): Rules {
  let value: unknown;
  try {
    value = JSON.parse(document);
  } catch {}
  const fault = rulesFault(value);
  if (fault === undefined) return value as Rules;
  throw new StartError('DATA_INVALID', `the rules of moderation in Redis are damaged: ${fault}`);
}
