/** Exports of other services: one JSON object, with the messages in an array under `messages`. */

import { Elements, Unreadable } from './elements.ts';
import type { Said } from './intake.ts';
import { chunksIn, mostLength, type Reader, unfit } from './reader.ts';

/** An object of an export, as it was parsed. */
export type Fields = Readonly<Record<string, unknown>>;

/** What an element says. `lost`: what belongs to it and is no text, if anything does. Nobody has said an `event`. */
export type Found = { type: 'event' } | ({ type: 'said'; lost: string | undefined } & Said);

/** Makes a reader of such exports. `read` says what is in an element. */
export const exportReader = (read: (element: Fields) => Found): Reader =>
  async function* ({ path, intake }) {
    let messages: Uint8Array[] = [];
    const elements = new Elements('messages', mostLength, (json, offset) => {
      const place = `byte ${offset}`;
      const found = read(parse(json, offset));
      if (found.type === 'event')
        intake.leaveOut('events (who comes and goes, calls, pinned messages)', place);
      else if (found.content === '' && found.lost !== undefined)
        intake.leaveOut(`messages without text (${found.lost})`, place);
      else {
        if (found.lost !== undefined) intake.leaveOut(`what came with a text (${found.lost})`, place);
        messages.push(...intake.take(found, place));
      }
    });
    try {
      for await (const { bytes, share } of chunksIn(path)) {
        elements.push(bytes);
        if (elements.arrays > 1)
          throw unfit(path, 'it has several chats; export the one that you want by itself');
        yield { messages, share };
        messages = [];
      }
      elements.finish();
    } catch (error) {
      if (error instanceof Unreadable) throw unfit(path, `byte ${error.offset}: ${error.message}`);
      throw error;
    }
    if (elements.arrays === 0) throw unfit(path, 'it has no array "messages"');
  };

function parse(json: Buffer, offset: number): Fields {
  try {
    return JSON.parse(json.toString());
  } catch (error) {
    throw new Unreadable(offset, `a message is not valid JSON: ${(error as Error).message}`);
  }
}
