import fc from 'fast-check';
import { expect, test } from 'vitest';
import { Cursor, type Excerpt } from '../../src/client/cursor.ts';
import type { Message } from '../../src/protocol/replies.ts';
import { spanOf, type Window } from '../../src/protocol/window.ts';
import { positioned } from '../helpers/person.ts';

const timestamp = '22/11/2026 10/0600';

function excerptOf(history: readonly Message[], window: Window): Excerpt {
  const { first, end } = spanOf(window, history.length);
  return { messages: positioned(history.slice(0, end), first), total: history.length };
}

type Request = { type: 'register' } | { type: 'get'; window: Window } | { type: 'send'; message: Message };

/** One order of messages, a client that counts them, and the wires between, on which a frame may be under way for long. */
class Model {
  readonly history: Message[];
  readonly cursor = new Cursor();
  readonly shown: unknown[] = [];
  /** Position of the first message to show; unknown until the first look at the history. */
  first: number | undefined;
  readonly #backlog: number;
  #up: Request[] = [];
  #down: (Message | Excerpt)[] = [];
  #isLinked = false;
  #isMember = false;
  #isSynced = false;
  /** The length of the history when the client became a member. */
  #joinedAt = 0;

  constructor(history: Message[], backlog: number) {
    this.history = history;
    this.#backlog = backlog;
  }

  connect(): void {
    if (this.#isLinked) return;
    this.#isLinked = true;
    this.#up = [{ type: 'register' }, { type: 'get', window: this.cursor.window(this.#backlog) }];
  }

  /** The client says something. */
  send(content: string): void {
    if (this.#isSynced) this.#up.push({ type: 'send', message: { name: 'An', content, timestamp } });
  }

  /** Somebody else does. */
  say(content: string): void {
    this.#post({ name: 'Bình', content, timestamp });
  }

  /** The server takes the next request. */
  serve(): void {
    const request = this.#up.shift();
    if (request?.type === 'register') {
      this.#isMember = true;
      this.#joinedAt = this.history.length;
    } else if (request?.type === 'get') this.#down.push(excerptOf(this.history, request.window));
    else if (request?.type === 'send') this.#post(request.message);
  }

  /** The client takes the next frame. */
  hear(): void {
    const frame = this.#down.shift();
    if (frame === undefined) return;
    if ('total' in frame) {
      const missed = this.cursor.catchUp(frame);
      expect(missed).toBeDefined();
      this.first ??= Math.max(0, Math.min(frame.total - this.#backlog, this.#joinedAt));
      this.shown.push(...(missed ?? []));
      this.#isSynced = true;
    } else {
      const message = this.cursor.count(frame);
      if (message !== undefined) this.shown.push(message);
    }
  }

  /** Whatever is under way is lost. */
  cut(): void {
    this.#isLinked = false;
    this.#isMember = false;
    this.#isSynced = false;
    this.#up = [];
    this.#down = [];
    this.cursor.pause();
  }

  settle(): void {
    this.connect();
    while (this.#up.length > 0) this.serve();
    while (this.#down.length > 0) this.hear();
  }

  #post(message: Message): void {
    this.history.push(message);
    if (this.#isMember) this.#down.push(message);
  }
}

// Few contents, so that many messages are alike: only their positions tell them apart.
const content = fc.constantFrom('một', 'hai');
const backlog = fc.constantFrom(0, 1, 3, 100);
const history = fc.array(
  content.map((one): Message => ({ name: 'Bình', content: one, timestamp })),
  { maxLength: 6 },
);
const step = fc.record({
  act: fc.constantFrom('connect', 'connect', 'serve', 'serve', 'hear', 'hear', 'say', 'say', 'send', 'cut'),
  content,
});

test('P-SEND-4, P-GET-2: wherever the connection breaks, every message is shown once, in order, at its position', () => {
  const property = fc.property(
    history,
    backlog,
    fc.array(step, { maxLength: 200, size: 'max' }),
    (old, most, steps) => {
      const model = new Model([...old], most);
      for (const one of [...steps, { act: 'settle', content: '' } as const]) {
        model[one.act](one.content);
        const { first = 0, shown } = model;
        expect(shown).toEqual(positioned(model.history.slice(0, first + shown.length), first));
      }
      expect(model.shown).toHaveLength(model.history.length - (model.first ?? 0));
    },
  );
  fc.assert(property, { numRuns: 1000 });
});

test('P-GET-2: a history that is shorter, or has another message at the last position, is a different one', () => {
  const property = fc.property(history, history, fc.nat(6), backlog, (old, others, kept, most) => {
    const cursor = new Cursor();
    cursor.catchUp(excerptOf(old, cursor.window(most)));
    cursor.pause();
    // A return at which nothing is new.
    expect(cursor.catchUp(excerptOf(old, cursor.window(most)))).toEqual([]);
    cursor.pause();
    const same = old.slice(0, kept);
    const now = [...same, ...others.map((message) => ({ ...message, name: 'Chi' }))];
    const hasLast = most > 0 && old.length > 0;
    const isDifferent = now.length < old.length || (hasLast && same.length < old.length);
    const missed = cursor.catchUp(excerptOf(now, cursor.window(most)));
    expect(missed).toEqual(isDifferent ? undefined : positioned(now, old.length));
    if (!isDifferent) return;
    // From here on it is a first look.
    expect(cursor.window(most)).toEqual({ limit: most });
    const early = { name: 'Chi', content: 'một', timestamp };
    expect(cursor.count(early)).toBeUndefined();
    // What comes before the reply is shown, however short the backlog is.
    const later = [...now, early];
    const first = Math.max(0, later.length - Math.max(most, 1));
    const shown = positioned(later, first);
    expect(cursor.catchUp(excerptOf(later, cursor.window(most)))).toEqual(shown);
  });
  fc.assert(property, { numRuns: 1000 });
});

test('P-GET-2: a server that knows no window returns the whole history, and the client skips the messages that it has', () => {
  const messages = ['một', 'hai', 'ba'].map((one): Message => ({ name: 'Bình', content: one, timestamp }));
  const cursor = new Cursor();
  expect(cursor.catchUp(excerptOf(messages.slice(0, 2), {}))).toEqual(positioned(messages.slice(0, 2)));
  cursor.pause();
  expect(cursor.catchUp(excerptOf(messages, {}))).toEqual(positioned(messages, 2));
});
