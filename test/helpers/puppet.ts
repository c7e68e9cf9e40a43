/** A server that does only what a test says, for the client library: its sockets are objects in this process. */
import { onTestFinished } from 'vitest';
import { type ChatClient, type ChatMessage, createChatClient } from '../../src/client/client.ts';
import type { WebSocketConstructor } from '../../src/client/wire.ts';
import { events, type Message, replies } from '../../src/protocol/replies.ts';
import { positioned } from './person.ts';

export const timestamp = '22/11/2026 10/0600';

/** A message of Bình's. */
export const messageOf = (content: string): Message => ({ name: 'Bình', content, timestamp });
export const messagesOf = (...contents: string[]): Message[] => contents.map(messageOf);

export class Puppet {
  /** What the client has asked for, in order, on all connections. */
  readonly asked: { data: string; content?: string; after?: number }[] = [];
  /** What the client has told its user, in order: messages, removals, announcements and resets. */
  readonly told: unknown[] = [];
  readonly client: ChatClient;
  #socket: Socket | undefined;
  #onRequest = () => {};

  constructor() {
    const open = (socket: Socket) => {
      this.#socket = socket;
      queueMicrotask(() => socket.onopen?.());
    };
    const hear = (request: string) => {
      this.asked.push(JSON.parse(request));
      this.#onRequest();
    };
    this.client = createChatClient({
      url: 'ws://puppet.invalid/',
      WebSocket: class extends Socket {
        constructor() {
          super(hear);
          open(this);
        }
      } as unknown as WebSocketConstructor,
    });
    onTestFinished(() => this.client.close());
    this.client.on('messages', (messages) => this.told.push(...messages));
    this.client.on('removed', (removed) => this.told.push(removed));
    this.client.on('announcement', (announcement) => this.told.push(announcement));
    this.client.on('reset', () => this.told.push('reset'));
  }

  /** Sends frames to the client, which come as if in one chunk. */
  say(...frames: (object | string)[]): void {
    for (const frame of frames)
      this.#socket?.onmessage?.({ data: typeof frame === 'string' ? frame : JSON.stringify(frame) });
  }

  /** Answers the client's claim. */
  register(name = 'An'): void {
    this.say(replies.named({ oldname: undefined, nickname: name }, timestamp));
  }

  /** Answers a `get` with the messages from `first` on, of a history that ends with them. */
  give(messages: readonly Message[], first = 0): void {
    const part = { total: first + messages.length, first };
    const [before, between, after] = replies.gotten('An', timestamp, part);
    const shown = messages.map((one) => JSON.stringify(one)).join();
    this.say(`${before}${shown}${between}["An"]${after}`);
  }

  close(code: number, reason: string): void {
    this.#socket?.onclose?.({ code, reason });
  }

  /** A client that has registered and has this history. */
  static async joined(...history: string[]): Promise<Puppet> {
    const puppet = new Puppet();
    const registering = puppet.client.register('An');
    await puppet.heard('name');
    puppet.register();
    await puppet.heard('get');
    puppet.give(messagesOf(...history));
    await registering;
    puppet.told.length = 0;
    return puppet;
  }

  /** Breaks the connection, and lets the client come back until it asks for what it has missed. */
  async comeBack(): Promise<void> {
    this.close(1006, '');
    this.asked.length = 0;
    this.client.reconnect();
    await this.heard('name');
    this.register();
    await this.heard('get');
  }

  /** Resolves once the client has asked for this. */
  heard(data: string): Promise<void> {
    return new Promise((resolve) => {
      this.#onRequest = () => {
        if (this.asked.some((request) => request.data === data)) resolve();
      };
      this.#onRequest();
    });
  }
}

/** The messages as the client tells them. */
export const shown = (messages: readonly Message[], first = 0): ChatMessage[] =>
  positioned([...Array<Message>(first), ...messages], first);

export const removal = (position: number) => events.removed(position, timestamp);
export const announcement = (content: string) => events.notice(content, timestamp);

class Socket {
  onopen: (() => void) | null = null;
  onmessage: ((event: { data: string }) => void) | null = null;
  onclose: ((event: { code: number; reason: string }) => void) | null = null;
  onerror: (() => void) | null = null;
  readonly readyState = 1;
  readonly #hear: (request: string) => void;

  constructor(hear: (request: string) => void) {
    this.#hear = hear;
  }

  send(request: string): void {
    this.#hear(request);
  }

  close(): void {}
}
