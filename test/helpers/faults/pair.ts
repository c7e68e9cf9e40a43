/** Two processes on one Redis, each with a member, in front of which Redis fails. */
import { expect } from 'vitest';
import { type Client, type Frame, newMember } from '../client.ts';
import { answerOf } from '../metrics.ts';
import { newProcess } from '../process.ts';

export type Pair = {
  urls: [string, string];
  an: Client;
  binh: Client;
  /** Waits until both processes are ready, or both are not. */
  untilReady: (isReady: boolean) => Promise<void>;
};

/**
 * Starts the processes, which ping once a second and may reach Redis at different addresses, and registers An at one and
 * Bình at the other. `more`: more arguments for both.
 */
export async function newPair(here: string, there = here, more: readonly string[] = []): Promise<Pair> {
  const args = ['--port', '0', '--ops-port', '0', '--ping-interval', '1', ...more, '--ledger'];
  const processes = [newProcess([...args, here]), newProcess([...args, there])] as const;
  const urls: Pair['urls'] = [await processes[0].url(), await processes[1].url()];
  const operations = await Promise.all(processes.map((process) => process.operations()));
  const an = await newMember(urls[0], 'An');
  const binh = await newMember(urls[1], 'Bình');
  expect(await frameOf(an)).toMatchObject({ datatype: 'register', name: 'Bình' });
  const untilReady = async (isReady: boolean) => {
    for (const address of operations)
      await expect
        .poll(async () => (await answerOf(address, 'readyz')).status, { interval: 20 })
        .toBe(isReady ? 200 : 503);
  };
  return { urls, an, binh, untilReady };
}

/** Resolves to the next frame that is not a ping. */
export async function frameOf(client: Client): Promise<Frame> {
  for (;;) {
    const frame = await client.next();
    if (frame['type'] !== 'ping') return frame;
  }
}

/** Sends a request, and resolves to the next frame that is not a ping. */
export function ask(client: Client, request: Frame): Promise<Frame> {
  client.say(request);
  return frameOf(client);
}

export const send = (client: Client, content: string) => ask(client, { data: 'send', content });

/** Waits for the next two pings: the connection is open, and the process looks after it. */
export async function pings(client: Client): Promise<void> {
  for (let count = 0; count < 2; count++) expect(await client.next()).toMatchObject({ type: 'ping' });
}

/** The contents of the history, as a member gets it. Passes over what it has heard before. */
export async function contents(client: Client): Promise<string[]> {
  let frame = await ask(client, { data: 'get' });
  while (frame['type'] !== 'get') frame = await frameOf(client);
  return (frame as { data: { message: { content: string }[] } }).data.message.map(({ content }) => content);
}

/** What two say to find out whether they hear each other. */
export const conversation = ['có nghe không?', 'nghe rõ'] as const;

/** Each of two members is acknowledged, and hears the other. */
export async function talk(one: Client, other: Client): Promise<void> {
  for (const [author, reader, content] of [
    [one, other, conversation[0]],
    [other, one, conversation[1]],
  ] as const) {
    expect(await send(author, content)).toMatchObject({ content, status: true });
    expect(await frameOf(reader)).toMatchObject({ datatype: 'message', content });
  }
}
