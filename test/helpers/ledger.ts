import { join } from 'node:path';
import { expect, onTestFinished } from 'vitest';
import { FileLedger } from '../../src/ledger/file-ledger.ts';
import type { Repair } from '../../src/ledger/json-array-file.ts';
import type { Act, Change, Done, Entry, Ledger } from '../../src/ledger/ledger.ts';
import { jsonOf } from '../../src/ledger/message.ts';
import type { RedisLedgerOptions } from '../../src/ledger/redis/options.ts';
import { RedisLedger } from '../../src/ledger/redis/redis-ledger.ts';
import type { Message } from '../../src/protocol/replies.ts';
import type { Window } from '../../src/protocol/window.ts';
import { newPrefix, type RedisServer } from './redis.ts';
import { newFolder } from './server.ts';

/** The timestamp of every commit. */
export const timestamp = '22/11/2026 10/0600';

/** Opens a ledger on a file. Closed after the test. */
export async function newFileLedger(path?: string, repairs: Repair[] = []): Promise<FileLedger> {
  const ledger = await FileLedger.open(path ?? join(await newFolder(), 'data.json'), {
    stamp: () => timestamp,
    onRepair: (repair) => repairs.push(repair),
  });
  onTestFinished(() => ledger.close());
  return ledger;
}

/** Joins a room in Redis, by default a new one. Closed after the test. */
export async function newRedisLedger(
  { url }: Pick<RedisServer, 'url'>,
  prefix = newPrefix(),
  options: Partial<RedisLedgerOptions> = {},
): Promise<RedisLedger> {
  const ledger = await RedisLedger.open({
    url,
    prefix,
    dialect: 'documented',
    comparison: 'nickname',
    leaseMs: 5000,
    resumeMs: 3_600_000,
    maxBytes: 2 ** 30,
    keeping: { keep: {} },
    isRelaxed: false,
    stamp: () => timestamp,
    onWarning: () => {},
    onStatus: () => {},
    ...options,
  });
  onTestFinished(() => ledger.close());
  return ledger;
}

/** A ledger with all stretches that it has told. */
export class Listened {
  readonly ledger: Ledger;
  readonly stretches: (readonly Entry[])[] = [];

  /** `says`: what it answers when all processes are asked. */
  constructor(ledger: Ledger, says = '[]') {
    this.ledger = ledger;
    ledger.start({
      onStretch: (stretch) => this.stretches.push(stretch),
      onAsked: () => says,
      onFenced: (error) => {
        throw error;
      },
    });
  }

  /** Commits changes together. Resolves to their entries, without `json` and `timestamp`. */
  async commit(...changes: Change[]): Promise<object[]> {
    const before = this.stretches.length;
    await this.ledger.commit(changes);
    return this.stretches.slice(before).flat().map(plain);
  }

  /** Carries an act out. Resolves to what came of it, and to its entries, without `json` and `timestamp`. */
  async act(act: Act): Promise<{ done: Done; entries: object[] }> {
    const before = this.stretches.length;
    const done = await this.ledger.act(act);
    return { done, entries: this.stretches.slice(before).flat().map(plain) };
  }

  /** The parsed view. */
  view(window: Window = {}): { messages: Message[]; first: number; total: number; online: string[] } {
    const { part, online } = this.ledger.view(window);
    const { pieces, first, total } = part;
    const messages: Message[] = JSON.parse(`[${Buffer.concat(pieces)}]`);
    if (messages.length !== part.messages) throw new Error(`${part.messages} messages were said to be there`);
    return { messages, first, total, online: JSON.parse(Buffer.from(online).toString()) };
  }
}

function plain(entry: Entry): object {
  const { timestamp: time, ...rest } = entry;
  if (rest.type === 'removed') {
    const { json, ...removed } = rest;
    return { ...removed, left: JSON.parse(Buffer.from(json).toString()) };
  }
  if (rest.type !== 'posted') return rest;
  const { json, ...posted } = rest;
  expect(Buffer.from(json).toString()).toBe(jsonOf(posted.message));
  expect(posted.message.timestamp).toBe(time);
  return posted;
}
