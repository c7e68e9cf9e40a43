import { nicknameKey } from '../../protocol/nickname.ts';
import type { Message } from '../../protocol/replies.ts';
import { momentOf } from './days.ts';

/** Which messages are meant: from one day to another, both included, and by one author. Days are as `2026-11-27`. */
export type Selection = {
  since: string | undefined;
  until: string | undefined;
  author: string | undefined;
};

/**
 * Whether a message is meant. One without a date is in no span of days. Authors are compared as the server does (P-NAME-3).
 */
export function selects({ since, until, author }: Selection, { name, timestamp }: Message): boolean {
  if (author !== undefined && keyOf(name) !== keyOf(author)) return false;
  if (since === undefined && until === undefined) return true;
  const { date } = momentOf(timestamp);
  return date !== undefined && date >= (since ?? date) && date <= (until ?? date);
}

/** A name that could not be a nickname today is compared as it is. */
const keyOf = (name: string) => nicknameKey(name, 'nickname') || name;
