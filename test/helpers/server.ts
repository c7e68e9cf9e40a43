import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { onTestFinished } from 'vitest';
import type { LogEntry } from '../../src/actors/log.ts';
import { type Chat, type ChatOptions, createChat } from '../../src/chat.ts';
import { messageOf } from './history-file.ts';
import { recordFailure } from './recording.ts';

/** Makes a folder for the test. Removed after it. */
export async function newFolder(): Promise<string> {
  const folder = await mkdtemp(join(tmpdir(), 'chatbox-'));
  onTestFinished(() => rm(folder, { recursive: true, force: true }));
  return folder;
}

export type TestServer = { chat: Chat; url: string; dataFile: string; entries: LogEntry[] };

/** Starts a server in this process, with its own data file and a ping once an hour. Stopped after the test. */
export async function newServer(options: ChatOptions = {}): Promise<TestServer> {
  const dataFile = options.data ?? join(await newFolder(), 'data.json');
  const entries: LogEntry[] = [];
  const log = options.log ?? ((entry: LogEntry) => void entries.push(entry));
  const chat = await createChat({ port: 0, pingInterval: 3600, ...options, data: dataFile, log });
  onTestFinished(() => chat.close());
  const url = await chat.listen();
  await recordFailure(() => chat.inspect({ port: 0, withContent: true }));
  return { chat, url, dataFile, entries };
}

/** Starts a server with a history of so many messages, some of them with the given contents. */
export async function newServerWith(
  count: number,
  contents: Record<number, string> = {},
  options: ChatOptions = {},
) {
  const data = join(await newFolder(), 'data.json');
  const messages = Array.from({ length: count }, (_, position) => {
    const message = messageOf(position);
    return { ...message, content: contents[position] ?? message.content };
  });
  await writeFile(data, JSON.stringify(messages));
  return { ...(await newServer({ ...options, data })), messages };
}
