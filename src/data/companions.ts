/** The files that stand beside a history file, and what they mean to a start. */
import { type FileHandle, lstat, realpath } from 'node:fs/promises';
import { isJournal, isJournalOf, readJournal } from '../ledger/journal.ts';
import { WholeFile } from '../ledger/whole-file.ts';
import { rulesFault } from '../moderation/rules.ts';
import { StartError } from '../start-error.ts';

/** `refusal`: why a start refuses because of them. */
export type Companions = { notes: readonly string[]; refusal?: string };

/** Reads what stands beside an open file. */
export async function readCompanions(path: string, data: FileHandle): Promise<Companions> {
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
  const place = journalOf(file);
  if (!(await isJournal(place, await data.stat({ bigint: true })))) return { notes };
  const journal = await readJournal(place);
  if (journal === undefined)
    return { notes: [...notes, `a removal has only been prepared: a start removes ${place}`] };
  if (!(await isJournalOf(journal, data)))
    return { notes, refusal: `${place} is about a removal in another file` };
  const fate = 'is under way or was interrupted: a start finishes it first, which may mend what was found';
  return { notes: [...notes, `a removal ${fate}`] };
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

/** Where a removal from a file, given by its real path, is prepared. */
export const journalOf = (file: string) => `${file}.journal`;

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
