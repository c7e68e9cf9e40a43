/**
 * The contract's tests know only the address of a server. With the variable CONTRACT_URL they test that server, which
 * must have default settings and no other clients: `CONTRACT_URL=ws://… npx vitest run test/contract
 * --no-file-parallelism`.
 */
import { once } from 'node:events';
import { onTestFinished } from 'vitest';
import { WebSocket } from 'ws';
import { Client } from './client.ts';
import { Cluster } from './cluster.ts';
import { sharedRedis } from './redis.ts';
import { newServer } from './server.ts';
import { shared } from './shared.ts';

const redis = sharedRedis();
const cluster = shared(async () => Cluster.start(await redis()));

/**
 * The server under test: that of CONTRACT_URL; with CONTRACT_PROCESSES=2 one of two processes, which all tests of a file
 * share; or else a new one.
 */
async function contractUrl(): Promise<string> {
  const { CONTRACT_URL, CONTRACT_PROCESSES } = process.env;
  if (CONTRACT_URL !== undefined) return CONTRACT_URL;
  return CONTRACT_PROCESSES === '2' ? (await cluster()).url : (await newServer()).url;
}

/** A client that ignores pings, and the events and nicknames of other tests, which lack this test's mark. */
export class ContractClient extends Client {
  readonly #mark: string;

  constructor(socket: WebSocket, mark: string) {
    super(socket);
    this.#mark = mark;
  }

  override async nextRaw(): Promise<string> {
    for (;;) {
      const raw = await super.nextRaw();
      const frame = JSON.parse(raw);
      if (frame.data?.online !== undefined) return this.#withoutOthers(raw, frame.data.online);
      const isOfOthers = frame.type === 'receive' && !raw.toLowerCase().includes(this.#mark);
      if (frame.type !== 'ping' && !isOfOthers) return raw;
    }
  }

  /** The text of a reply to `get` without nicknames of other tests, whose leave may still be under way. */
  #withoutOthers(raw: string, online: readonly string[]): string {
    const own = online.filter((name) => name.toLowerCase().includes(this.#mark));
    return raw.replace(`"online":${JSON.stringify(online)}`, () => `"online":${JSON.stringify(own)}`);
  }

  /** Resolves to the text of the next frame, with `T` for each timestamp. Shows the order of its keys. */
  async nextText(): Promise<string> {
    return withoutTimes(JSON.stringify(await this.next()));
  }

  /** Sends a request and waits for the text of the next frame. */
  askText(request: unknown): Promise<string> {
    this.say(request);
    return this.nextText();
  }
}

const times = /"timestamp":"\d\d\/\d\d\/\d{4}(?: \d\d\/\d{4}|, \d\d:\d\d:\d\d)"/g;
const withoutTimes = (json: string) => json.replace(times, '"timestamp":"T"');

/** The text that `nextText` returns for this frame. */
export const text = (frame: unknown) => JSON.stringify(frame);

export type Contract = {
  url: string;
  /** Makes a nickname unique to this test. */
  nick: (name: string) => string;
  newClient: () => Promise<ContractClient>;
  /** Registers a new client. The reply has been read. */
  newMember: (name: string) => Promise<ContractClient>;
};

/** The server under test, with clients and nicknames of this test. */
export async function newContract(): Promise<Contract> {
  const url = await contractUrl();
  const mark = `-${Math.random().toString(36).slice(2, 10)}`;
  async function newClient(): Promise<ContractClient> {
    const socket = new WebSocket(url);
    onTestFinished(() => socket.terminate());
    const client = new ContractClient(socket, mark);
    await once(socket, 'open');
    return client;
  }
  async function newMember(name: string): Promise<ContractClient> {
    const client = await newClient();
    const reply = await client.ask({ data: 'name', name });
    if (reply['status'] !== true) throw new Error(`could not register: ${JSON.stringify(reply)}`);
    return client;
  }
  return { url, nick: (name) => `${name}${mark}`, newClient, newMember };
}
