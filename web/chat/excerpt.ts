/** A part of the conversation as text. */
import type { Session } from './session.ts';
import type { MessageRow } from './transcript.ts';
import type { Words } from './words.ts';

type Shown = Pick<Session, 'ignored' | 'transcript'>;

/**
 * Messages as they are shown: `name, time: content`, with the day above the first one and above each that opens a day.
 * What somebody says whom the reader ignores stays hidden.
 */
export function excerptOf(
  rows: MessageRow[],
  { ignored, transcript: { clock } }: Shown,
  words: Words,
  locale: string,
): string {
  const lines = rows.map(({ message, isOwn, opensDay }, index) => {
    const day = index === 0 || opensDay ? `${clock.show(message.timestamp, 'day', locale)}\n` : '';
    const content = !isOwn && ignored.has(message.name) ? words.ignored : message.content;
    return `${day}${message.name}, ${clock.show(message.timestamp, 'time', locale)}: ${content}`;
  });
  return lines.join('\n');
}
