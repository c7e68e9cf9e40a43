import { onTestFinished } from 'vitest';
import { WebSocket } from 'ws';
import type { ChatClient, ChatClientOptions, ChatMessage, Notice, Status } from '../../src/client/client.ts';
import { createChatClient } from '../../src/client/node.ts';
import type { WebSocketConstructor } from '../../src/client/wire.ts';
import type { Message } from '../../src/protocol/replies.ts';

export type PersonOptions = Omit<ChatClientOptions, 'url'> & {
  /** The server is to be one that knows nothing of secrets: it never sees one, nor that one is wanted. */
  hasNoSecret?: boolean;
};

/** Somebody at a chat client, and all that the client has shown; it is closed after the test. */
export class Person {
  readonly client: ChatClient;
  /** Messages in the order in which they were shown; a reset clears them. */
  readonly shown: ChatMessage[] = [];
  readonly notices: Notice[] = [];
  /** Every status that it was in, one after the other. */
  readonly statuses: Status[];
  resets = 0;
  /** Frames that have come, on any connection, as text. */
  readonly frames: string[] = [];
  #waiting: { isTrue: () => boolean; resolve: () => void }[] = [];

  constructor(url: string, { hasNoSecret = false, ...options }: PersonOptions = {}) {
    this.client = createChatClient({ url, WebSocket: this.#hearing(hasNoSecret), ...options });
    this.statuses = [this.client.state.status];
    this.client.on('messages', (messages) => {
      this.shown.push(...messages);
      this.#look();
    });
    this.client.on('notice', (notice) => {
      this.notices.push(notice);
      this.#look();
    });
    this.client.on('reset', () => {
      this.shown.length = 0;
      this.resets++;
      this.#look();
    });
    this.client.on('state', ({ status }) => {
      if (status !== this.statuses.at(-1)) this.statuses.push(status);
      this.#look();
    });
  }

  get status(): Status {
    return this.client.state.status;
  }

  get nickname(): string | undefined {
    return this.client.state.nickname;
  }

  /** Resolves at the next ping: the interval is known then, and no other ping is on its way. */
  beat(): Promise<void> {
    const { length } = this.frames;
    return this.when(() => this.frames.slice(length).some((frame) => frame.startsWith('{"type":"ping"')));
  }

  /** The outbox without ids. */
  get outbox(): [content: string, state: string, reason?: string][] {
    return this.client.state.outbox.map(({ content, state, refusal }) =>
      refusal === undefined ? [content, state] : [content, state, refusal.reason],
    );
  }

  /** Resolves when it has become true; looks now, and after all that the client says. */
  when(isTrue: () => boolean): Promise<void> {
    if (isTrue()) return Promise.resolve();
    return new Promise((resolve) => void this.#waiting.push({ isTrue, resolve }));
  }

  /** Resolves when the client is in this status. */
  is(status: Status): Promise<void> {
    return this.when(() => this.status === status);
  }

  /** Resolves when a message with this content is shown. */
  sees(content: string): Promise<void> {
    return this.when(() => this.shown.some((message) => message.content === content));
  }

  /** Resolves when somebody is online, or is not. */
  hasOnline(name: string, isOnline = true): Promise<void> {
    return this.when(() => this.client.state.online.includes(name) === isOnline);
  }

  /** Registered, and everything that was to be sent has been answered. */
  settled(): Promise<void> {
    const isOpen = ({ state }: { state: string }) => state !== 'failed';
    return this.when(() => this.status === 'registered' && !this.client.state.outbox.some(isOpen));
  }

  #look(): void {
    const waiting = this.#waiting;
    this.#waiting = [];
    for (const one of waiting) {
      if (one.isTrue()) one.resolve();
      else this.#waiting.push(one);
    }
  }

  /** The WebSocket class of `ws`, with an ear of its own: of pings, for one, a chat client says nothing. */
  #hearing(hasNoSecret: boolean): WebSocketConstructor {
    const onFrame = (frame: string) => {
      this.frames.push(frame);
      this.#look();
    };
    class Hearing extends WebSocket {
      constructor(url: string) {
        super(url);
        this.on('message', (data) => onFrame(String(data)));
      }

      override send(data: string): void {
        super.send(hasNoSecret ? withoutResume(data) : data);
      }
    }
    return Hearing as unknown as WebSocketConstructor;
  }
}

const withoutResume = (request: string) =>
  JSON.stringify(JSON.parse(request), (key, value) => (key === 'resume' ? undefined : value));

/** Somebody who has not registered, and may not be connected yet. */
export function newVisitor(url: string, options?: PersonOptions): Person {
  const person = new Person(url, options);
  onTestFinished(() => {
    if (person.status !== 'closed') person.client.close();
  });
  return person;
}

/** Somebody who holds a nickname and has seen the newest of the history. */
export async function newPerson(url: string, name: string, options?: PersonOptions): Promise<Person> {
  const person = newVisitor(url, options);
  await person.client.register(name);
  return person;
}

/** These messages with their positions, from `first` on. */
export function positioned(messages: readonly Message[], first = 0): ChatMessage[] {
  return messages.slice(first).map((message, index) => ({ ...message, position: first + index }));
}
