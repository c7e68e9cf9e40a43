/** The files that stand beside a history file, and what they mean to a start. */
import { type FileHandle, realpath } from 'node:fs/promises';
import { baseOf, basePathOf, exists } from '../ledger/base.ts';
import { draftOf } from '../ledger/draft.ts';
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
  const place = `${file}.journal`;
  if (!(await isJournal(place, await data.stat({ bigint: true })))) return { notes };
  const journal = await readJournal(place).catch((error) => {
    if (error.code !== 'ENOENT') throw error;
    return 'done' as const;
  });
  if (journal === 'done') return { notes };
  if (journal === undefined)
    return { notes: [...notes, `a removal has only been prepared: a start removes ${place}`] };
  if (!(await isJournalOf(journal, data)))
    return { notes, refusal: `${place} is about a removal in another file` };
  const fate = 'is under way or was interrupted: a start finishes it first, which may mend what was found';
  return { notes: [...notes, `a removal ${fate}`] };
}

/** Where the rules of moderation stand. */
export const rulesOf = (path: string) => `${path}.moderation`;

/** The history file beside which a file stands, if it is none itself and there is one. */
export async function ownerOf(path: string): Promise<string | undefined> {
  const owner = /^(.+)\.(?:base|moderation|journal|next|audit|admin)$/.exec(path)?.[1];
  return owner !== undefined && (await exists(owner)) ? owner : undefined;
}
