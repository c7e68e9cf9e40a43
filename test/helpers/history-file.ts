import { readFile } from 'node:fs/promises';
import { onTestFinished } from 'vitest';
import type { History } from '../../src/ledger/history.ts';
import { JsonArrayFile, type Repair } from '../../src/ledger/json-array-file.ts';
import { jsonOf } from '../../src/ledger/message.ts';
import type { Message } from '../../src/protocol/replies.ts';

/** An open data file, the history that was in it, and its repairs. */
export type OpenFile = { file: JsonArrayFile; history: History; repairs: Repair[] };

/** Opens and reads a data file. It is closed after the test, or at once if it cannot be read. */
export async function openFile(path: string): Promise<OpenFile> {
  const repairs: Repair[] = [];
  const file = await JsonArrayFile.open(path, { onRepair: (repair) => repairs.push(repair) });
  onTestFinished(() => file.close());
  try {
    return { file, history: await file.read(), repairs };
  } catch (error) {
    await file.close();
    throw error;
  }
}

/** Appends messages to the file, and then to the history. Rejects if the write fails. */
export async function append({ file, history }: OpenFile, messages: readonly Message[]): Promise<void> {
  const jsons = messages.map((message) => Buffer.from(jsonOf(message)));
  history.unwritten = jsons;
  try {
    await file.write(history);
  } finally {
    history.unwritten = [];
  }
  for (const json of jsons) history.append(json);
}

/** The messages of a history. */
export function messagesOf(history: History): Message[] {
  return JSON.parse(`[${Buffer.concat(history.part({}).pieces)}]`);
}

/** The messages in a file. A byte order mark is ignored. */
export async function messagesIn(path: string): Promise<Message[]> {
  return JSON.parse(new TextDecoder('utf-8', { fatal: true }).decode(await readFile(path)));
}

/** The nth message of a test. Its content has at least so many characters, some of them of several bytes. */
export function messageOf(position: number, characters = 8): Message {
  return { name: 'An', content: `${position} ạ👋`.padEnd(characters, 'x'), timestamp: '22/11/2026 10/0600' };
}
