/** What `data export --format ndjson` writes: a message a line, perhaps with its position. */
import { readMessage } from '../../ledger/message.ts';
import { linesIn, type Reader, unfit } from './reader.ts';

export const readLines: Reader = async function* ({ path }) {
  for await (const { lines, first, share } of linesIn(path)) {
    const messages = lines.flatMap((line, at) => {
      if (line?.trim() === '') return [];
      const json = line === undefined ? 'it is too long for a message' : messageIn(line);
      if (typeof json === 'string') throw unfit(path, `line ${first + at}: ${json}`);
      return [json];
    });
    yield { messages, share };
  }
};

/** The stored form of the message in a line, or what is wrong with it. */
function messageIn(line: string): Uint8Array | string {
  let value: unknown;
  try {
    value = JSON.parse(line);
  } catch (error) {
    return `it is not valid JSON: ${(error as Error).message}`;
  }
  if (typeof value !== 'object' || value === null) return 'a message is an object';
  const { position: _, ...message } = value as Record<string, unknown>;
  return readMessage(Buffer.from(JSON.stringify(message)));
}
