import { createHash } from 'node:crypto';
import type { Page } from './store.ts';

const newline = Buffer.from('\n');

/** What two histories are compared by: the number of messages, and the bytes of their JSON, each with a newline behind it. */
export class Digest {
  messages = 0;
  bytes = 0;
  readonly #hash = createHash('sha256');

  add(messages: readonly Uint8Array[]): void {
    const lines = Buffer.concat(messages.flatMap((json) => [json, newline]));
    this.#hash.update(lines);
    this.messages += messages.length;
    this.bytes += lines.length;
  }

  get sha256(): string {
    return this.#hash.copy().digest('hex');
  }

  equals(other: Digest): boolean {
    return this.messages === other.messages && this.sha256 === other.sha256;
  }
}

/** The digest of at most so many messages, and how many there are behind them. */
export async function digestOf(pages: AsyncIterable<Page>, limit = Infinity) {
  const digest = new Digest();
  let more = 0;
  for await (const { messages } of pages) {
    const counted = messages.slice(0, limit - digest.messages);
    digest.add(counted);
    more += messages.length - counted.length;
  }
  return { digest, more };
}
