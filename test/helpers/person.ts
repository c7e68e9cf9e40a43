import { onTestFinished } from 'vitest';
import { WebSocket } from 'ws';
import type { ChatClient, ChatClientOptions, ChatMessage, Notice, Status } from '../../src/client/client.ts';
import { createChatClient } from '../../src/client/node.ts';
import type { WebSocketConstructor } from '../../src/client/wire.ts';
import type { Message } from '../../src/protocol/replies.ts';

export type PersonOptions = Omit<ChatClientOptions, 'url'> & {
  /** Removes `resume` from all requests, as if the server did not support it. */
  hasNoSecret?: boolean;
};

/** A chat client, with a record of everything that it has shown. Closed after the test. */
export class Person {
  readonly client: ChatClient;
  /** The messages in the order in which they were shown. A reset clears them. */
  readonly shown: ChatMessage[] = [];
  readonly notices: Notice[] = [];
  /** The positions of messages that have been removed. */
  readonly removed: number[] = [];
  /** All statuses so far, in order. */
  readonly statuses: Status[];
  resets = 0;
  /** The text of all frames received, on any connection. */
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
    this.client.on('removed', ({ position }) => {
      this.removed.push(position);
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

  /** Resolves at the next ping. Then the interval is known, and no other ping is on its way. */
  beat(): Promise<void> {
    const { length } = this.frames;
    return this.when(() => this.frames.slice(length).some((frame) => frame.startsWith('{"type":"ping"')));
  }

  /** The outbox, without ids. */
  get outbox(): [content: string, state: string, reason?: string][] {
    return this.client.state.outbox.map(({ content, state, refusal }) =>
      refusal === undefined ? [content, state] : [content, state, refusal.reason],
    );
  }

  /** Resolves once the condition holds. Checks it now, and after each event and frame. */
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

  /** Resolves when this nickname is online, or is not. */
  hasOnline(name: string, isOnline = true): Promise<void> {
    return this.when(() => this.client.state.online.includes(name) === isOnline);
  }

  /** Resolves when the client is registered and no message is waiting or under way. */
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

  /** A WebSocket class that records all frames, since the client does not report all of them, such as pings. */
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

/** A person who has not registered and may not be connected yet. */
export function newVisitor(url: string, options?: PersonOptions): Person {
  const person = new Person(url, options);
  onTestFinished(() => {
    if (person.status !== 'closed') person.client.close();
  });
  return person;
}

/** A person who is registered and has seen the newest messages. */
export async function newPerson(url: string, name: string, options?: PersonOptions): Promise<Person> {
  const person = newVisitor(url, options);
  await person.client.register(name);
  return person;
}

/** The messages from position `first` on, with their positions. */
export function positioned(messages: readonly Message[], first = 0): ChatMessage[] {
  return messages.slice(first).map((message, index) => ({ ...message, position: first + index }));
}

/** Says numbered things, always three at a time, each once one of its own is shown. Returns what it has said so far. */
export function talk(person: Person, goesOn: (said: number) => boolean): readonly string[] {
  const said: string[] = [];
  const say = () => {
    if (!goesOn(said.length)) return;
    const content = `${person.nickname} ${said.length}`;
    said.push(content);
    person.client.send(content);
  };
  person.client.on('messages', (messages) => {
    for (const { name } of messages) if (name === person.nickname) say();
  });
  for (let number = 0; number < 3; number++) say();
  return said;
}
