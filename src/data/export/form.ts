import type { Message } from '../../protocol/replies.ts';

/** One message of what is exported. `json`: its stored form. */
export type Entry = { position: number; json: string; message: Message };

/** The languages of what is made for readers. */
export type Language = 'en' | 'vi';

/** What is known before the first message. `title`: what the history is called. */
export type About = { title: string; language: Language };

/** Writes a history down, message by message, as one text. */
export interface Form {
  /** The text before the messages. */
  begin(): string;
  put(entry: Entry): string;
  /** The text after the messages. */
  end(): string;
}

/** A message whose content is empty has been removed (P-MOD-1). */
export const isRemoved = ({ content }: Message) => content === '';
