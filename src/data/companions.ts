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
    const base = await baseOf(file);
    await new WholeFile(rulesOf(path), rulesFault).read();
    if (await exists(draftOf(file)))
      notes.push(`messages were being dropped from it: a start removes ${draftOf(file)}`);
    if (base !== undefined) notes.push(`positions begin at ${base}, as ${basePathOf(file)} says`);
  } catch (error) {
    if (error instanceof StartError) return { notes, refusal: error.message };
    throw error;
  }
  if (await hasJournal(file))
    notes.push(`a removal was interrupted: a start finishes it, and removes ${file}.journal`);
  return { notes };
}

/** Where the rules of moderation stand. */
export const rulesOf = (path: string) => `${path}.moderation`;
/** Where it stands at which position a file, given by its real path, begins. */
export const basePathOf = (file: string) => `${file}.base`;
const draftOf = (file: string) => `${file}.next`;

/** The position of the first message, if there is a file that says so. Rejects with a StartError if it does not. */
export async function baseOf(file: string): Promise<number | undefined> {
  const positions = await new WholeFile<Positions>(basePathOf(file), positionsFault).read();
  const isRenamed = positions?.next !== undefined && !(await exists(draftOf(file)));
  return isRenamed ? positions.next : positions?.base;
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

export async function exists(path: string): Promise<boolean> {
  try {
    await lstat(path);
    return true;
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code !== 'ENOENT') throw error;
    return false;
  }
}
