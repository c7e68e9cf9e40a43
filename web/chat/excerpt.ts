/** A part of the conversation as text. */
import type { ChatMessage } from '../../src/client/client.ts';
import { parseTimestamp } from '../../src/protocol/timestamp.ts';
import type { Session } from './session.ts';
import { formatTime } from './time.ts';
import type { MessageRow } from './transcript.ts';
import type { Words } from './words.ts';

type Style = Parameters<typeof formatTime>[1];

/** When a message was sent, as the reader writes it; as the server wrote it, if that cannot be read. */
export function timeOf({ timestamp }: ChatMessage, style: Style, locale: string): string {
  const date = parseTimestamp(timestamp);
  return date === undefined ? timestamp : formatTime(date, style, locale);
}

type Shown = Pick<Session, 'ignored'>;

/**
 * Messages as they are shown: `name, time: content`, with the day above the first one and above each that opens a day.
 * What somebody says whom the reader ignores stays hidden.
 */
export function excerptOf(rows: MessageRow[], { ignored }: Shown, words: Words, locale: string): string {
  const lines = rows.map(({ message, isOwn, opensDay }, index) => {
    const day = index === 0 || opensDay ? `${timeOf(message, 'day', locale)}\n` : '';
    const content = !isOwn && ignored.has(message.name) ? words.ignored : message.content;
    return `${day}${message.name}, ${timeOf(message, 'time', locale)}: ${content}`;
  });
  return lines.join('\n');
}
