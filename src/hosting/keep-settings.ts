/** The settings that say how much of the history is kept, and where the rest goes. */
import { z } from 'zod';
import { duration, durationForm, readDuration } from './duration.ts';
import { text, type Values } from './settings.ts';

const countForm = '[1-9]\\d{0,8}';
const keepForm = new RegExp(`^(?:${countForm}(?: ${durationForm})?|${durationForm}(?: ${countForm})?)$`);

export const keepSettings = {
  /**
   * How long messages are kept, how many of them, or both: `90d`, `100000`, or `90d 100000`. The others are dropped.
   * Default everything.
   */
  keep: z.string().regex(keepForm).optional().meta({
    description: 'how long messages are kept, how many of them, or both',
    unset: 'everything',
    must: 'an age such as 90d, a number such as 100000, or both, in quotes',
  }),
  /** Folder to which messages go when they are dropped, in a file for each month. Default none. */
  archive: text.optional().meta({
    description: 'folder to which messages go when they are dropped, in a file for each month',
    unset: 'none',
    must: 'the path of a folder',
    isPath: true,
  }),
  /** How long archives are kept, counted from their newest message, such as `2y`. Default for ever. */
  archiveKeep: duration.optional().meta({
    description: 'how long archives are kept, counted from their newest message',
    unset: 'for ever',
    must: 'an age such as 2y',
  }),
};

/** What the settings come to, ages in milliseconds. */
export function readKeeping({ keep = '', archive, archiveKeep }: Values<typeof keepSettings>) {
  const parts = keep.split(' ');
  const ms = parts.map(readDuration).find((one) => one !== undefined);
  const messages = parts.map(Number).find((count) => count > 0);
  return {
    keep: { ...(ms !== undefined && { ms }), ...(messages !== undefined && { messages }) },
    archive,
    archiveMs: archiveKeep === undefined ? undefined : readDuration(archiveKeep),
  };
}
