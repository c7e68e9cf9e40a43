/** The files that stand beside a history file, and what they mean to a start. */
import { lstat, realpath } from 'node:fs/promises';
import { WholeFile } from '../ledger/whole-file.ts';
import { rulesFault } from '../moderation/rules.ts';
import { StartError } from '../start-error.ts';

/** `refusal`: why a start refuses because of them. */
export type Companions = { notes: readonly string[]; refusal?: string };

export async function readCompanions(path: string): Promise<Companions> {
  const file = await realpath(path);
  const notes: string[] = [];
  try {
    const positions = await new WholeFile<Positions>(`${file}.base`, positionsFault).read();
    await new WholeFile(`${path}.moderation`, rulesFault).read();
    const hasDraft = await exists(`${file}.next`);
    if (hasDraft) notes.push(`messages were being dropped from it: a start removes ${file}.next`);
    const base = hasDraft ? positions?.base : (positions?.next ?? positions?.base);
    if (base !== undefined) notes.push(`positions begin at ${base}, as ${file}.base says`);
  } catch (error) {
    if (error instanceof StartError) return { notes, refusal: error.message };
    throw error;
  }
  if (await hasJournal(file))
    notes.push(`a removal was interrupted: a start finishes it, and removes ${file}.journal`);
  return { notes };
}

/** Whether a removal in a file, given by its real path, is under way or was interrupted. */
export const hasJournal = (file: string) => exists(`${file}.journal`);

/** `next`: the position of the first message once the file in the making has taken the place of the other. */
type Positions = { base: number; next?: number };

function positionsFault(value: unknown): string | undefined {
  const { base, next = 0 } = Object(value);
  const isGood = [base, next].every((position) => Number.isSafeInteger(position) && position >= 0);
  return isGood ? undefined : 'base and next must be positions';
}

async function exists(path: string): Promise<boolean> {
  try {
    await lstat(path);
    return true;
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code !== 'ENOENT') throw error;
    return false;
  }
}
