import { type Client, newMember } from './client.ts';

export type Message = { name: string; content: string; timestamp: string };

const text = 'Chào bạn — 你好 — สวัสดี — привет — 👋 ';

/**
 * A member that always has some unanswered sends, and records every message in the order in which it was acknowledged
 * or received: `seen[0]` is the message at position `first` (P-SEND-4).
 */
export class Talker {
  readonly client: Client;
  readonly name: string;
  readonly first: number;
  readonly sent: string[] = [];
  readonly acknowledged: string[] = [];
  readonly seen: Message[] = [];
  /** Replies other than acknowledgements. */
  readonly others: unknown[] = [];

  constructor(client: Client, name: string, first: number) {
    this.client = client;
    this.name = name;
    this.first = first;
  }

  /** Sends messages until the connection ends. `onAcknowledged` is called at once when a reply comes. */
  talk(inFlight: number, onAcknowledged: () => void): void {
    this.client.socket.on('message', (data) => {
      const frame = JSON.parse(String(data));
      if (frame.type === 'receive') {
        if (frame.datatype === 'message') this.#see(frame);
      } else if (frame.type === 'send' && frame.status === true) {
        this.#see(frame);
        this.acknowledged.push(frame.content);
        onAcknowledged();
        this.#say();
      } else this.others.push(frame);
    });
    for (let count = 0; count < inFlight; count++) this.#say();
  }

  #say(): void {
    const number = this.sent.length;
    // Mostly short; some nearly as long as the published dialect allows.
    const length = number % 50 === 49 ? 3900 : 1 + ((number * 7919) % 200);
    const content = `${this.name}#${number} ${text.repeat(110).slice(0, length).toWellFormed()}`;
    this.sent.push(content);
    this.client.say({ data: 'send', content });
  }

  #see({ name, content, timestamp }: Message): void {
    this.seen.push({ name, content, timestamp });
  }
}

/** Registers talkers, which know their position but do not talk yet. */
export async function newTalkers(url: string, names: readonly string[]): Promise<Talker[]> {
  const talkers: Talker[] = [];
  for (const name of names) {
    const client = await newMember(url, name);
    const { data } = (await client.ask({ data: 'get', limit: 0 })) as { data: { total: number } };
    talkers.push(new Talker(client, name, data.total));
  }
  return talkers;
}

/** Fetches the whole history as a member that leaves again. */
export async function wholeHistory(url: string): Promise<Message[]> {
  const client = await newMember(url, 'the reader of the history');
  const { data } = (await client.ask({ data: 'get' })) as { data: { message: Message[] } };
  await client.leave();
  return data.message;
}
