import fc from 'fast-check';
import { assert, expect, test } from 'vitest';
import { type ChatMessage, Cursor, type Excerpt } from '../../src/client/cursor.ts';
import type { Message } from '../../src/protocol/replies.ts';
import { isRemoved } from '../../src/protocol/text.ts';
import { spanOf, type Window } from '../../src/protocol/window.ts';
import { positioned } from '../helpers/person.ts';

const timestamp = '22/11/2026 10/0600';

function excerptOf(history: readonly Message[], window: Window, base = 0): Excerpt {
  const { first, end } = spanOf(window, history.length);
  const from = Math.max(first, base);
  return { messages: positioned(history.slice(0, end), from), total: history.length };
}

type Request = { type: 'register' } | { type: 'get'; window: Window } | { type: 'send'; message: Message };
type Frame = Message | (Excerpt & { base: number }) | { removed: number };

/** One order of messages, a client that counts them, and the wires between, on which a frame may be under way for long. */
class Model {
  readonly history: Message[];
  /** What has been said, removed or not. */
  readonly said: Message[];
  readonly cursor = new Cursor();
  shown: ChatMessage[] = [];
  /** Position of the first message to show; unknown until the first look at the history. */
  first: number | undefined;
  /** What has been removed without the client hearing of it. */
  readonly unheard = new Set<number>();
  /** Messages before this position have expired. */
  base = 0;
  readonly #backlog: number;
  #up: Request[] = [];
  #down: Frame[] = [];
  #isLinked = false;
  #isMember = false;
  #isSynced = false;
  /** The length of the history when the client became a member. */
  #joinedAt = 0;

  constructor(history: readonly Message[], backlog: number) {
    this.history = [...history];
    this.said = [...history];
    this.#backlog = backlog;
  }

  connect(): void {
    if (this.#isLinked) return;
    this.#isLinked = true;
    this.#up = [{ type: 'register' }];
    this.#get();
  }

  /** The client says something. */
  send({ content }: Step): void {
    if (this.#isSynced) this.#up.push({ type: 'send', message: { name: 'An', content, timestamp } });
  }

  /** Somebody else does. */
  say({ content }: Step): void {
    this.#post({ name: 'Bình', content, timestamp });
  }

  /** A message is removed, and perhaps its author's name. */
  remove({ place, isErased }: Step): void {
    const position = this.history.length - 1 - place;
    const message = this.history[position];
    if (message === undefined || position < this.base || isRemoved(message)) return;
    this.history[position] = { ...message, name: isErased ? '' : message.name, content: '' };
    if (this.#isMember) this.#down.push({ removed: position });
    else this.unheard.add(position);
  }

  /** The oldest messages expire. */
  expire({ place }: Step): void {
    this.base = Math.max(this.base, this.history.length - place);
  }

  /** The server takes the next request. */
  serve(): void {
    const request = this.#up.shift();
    if (request?.type === 'register') {
      this.#isMember = true;
      this.#joinedAt = this.history.length;
    } else if (request?.type === 'get') {
      const { base } = this;
      this.#down.push({ ...excerptOf(this.history, request.window, base), base });
    } else if (request?.type === 'send') this.#post(request.message);
  }

  /** The client takes the next frame. */
  hear(): void {
    const frame = this.#down.shift();
    if (frame === undefined) return;
    if ('total' in frame) this.#catchUp(frame);
    else if ('removed' in frame) {
      if (this.cursor.remove(frame.removed)) this.#blank(frame.removed);
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
    for (const frame of this.#down) if ('removed' in frame) this.unheard.add(frame.removed);
    this.#down = [];
    this.cursor.pause();
  }

  settle(): void {
    this.connect();
    while (this.#up.length + this.#down.length > 0) {
      this.serve();
      this.hear();
    }
  }

  #get(): void {
    this.#up.push({ type: 'get', window: this.cursor.window(this.#backlog) });
  }

  #catchUp(frame: Excerpt & { base: number }): void {
    const last = this.shown.at(-1)?.position;
    const news = this.cursor.catchUp(frame);
    // Only what has expired in between is a gap.
    expect(news === undefined).toBe(last !== undefined && last < frame.base);
    if (news === undefined) {
      this.shown = [];
      this.first = undefined;
      this.#get();
      return;
    }
    // Nothing is missing before the first message that is shown, even if some expired before it.
    if (last === undefined) {
      const wanted = this.first ?? frame.total - this.#backlog;
      this.first = Math.min(Math.max(frame.base, wanted), Math.max(this.first ?? 0, this.#joinedAt));
    }
    for (const position of news.removed) this.#blank(position);
    this.shown.push(...news.missed);
    this.#isSynced = true;
  }

  #blank(position: number): void {
    this.shown = this.shown.map((one) => (one.position === position ? { ...one, content: '' } : one));
  }

  #post(message: Message): void {
    this.history.push(message);
    this.said.push(message);
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
  act: fc.constantFrom(
    ...(['connect', 'connect', 'serve', 'serve', 'hear', 'hear', 'say', 'say', 'send', 'cut'] as const),
    ...(['remove', 'remove', 'expire'] as const),
  ),
  content,
  /** Counted from the end. */
  place: fc.nat(5),
  isErased: fc.boolean(),
});
type Step = Omit<typeof step extends fc.Arbitrary<infer Value> ? Value : never, 'act'>;

test('P-SEND-4, P-GET-2, P-MOD-1, P-MOD-2: wherever the connection breaks, every message is shown once, in order, at its position', () => {
  const property = fc.property(
    history,
    backlog,
    fc.array(step, { maxLength: 200, size: 'max' }),
    (old, most, steps) => {
      const model = new Model(old, most);
      const settle = { act: 'settle', content: 'một', place: 0, isErased: false } as const;
      for (const one of [...steps, settle]) {
        model[one.act](one);
        const { first = 0, shown, said, history: stored } = model;
        expect(shown.map(({ position }) => position)).toEqual(shown.map((_, index) => first + index));
        for (const { position, ...message } of shown)
          expect([said[position], stored[position], { ...said[position], content: '' }]).toContainEqual(
            message,
          );
      }
      const { first = 0, shown, said, history: stored, unheard } = model;
      expect(shown).toHaveLength(said.length - first);
      for (const { position, content: text } of shown)
        if (!unheard.has(position)) expect(text).toBe(stored[position]?.content);
    },
  );
  fc.assert(property, { numRuns: 400 });
});

test('P-MOD-1: the last message may be removed meanwhile; that is the same history, and the client learns of it', () => {
  const property = fc.property(history, history, backlog, fc.boolean(), (old, later, most, isErased) => {
    fc.pre(old.length > 0 && most > 0);
    const cursor = new Cursor();
    cursor.catchUp(excerptOf(old, cursor.window(most)));
    cursor.pause();
    const gone = old.map((one) => ({ ...one, content: '', ...(isErased ? { name: '' } : {}) }));
    const position = old.length - 1;
    const news = cursor.catchUp(excerptOf([...gone, ...later], cursor.window(most)));
    expect(news).toEqual({ missed: positioned([...gone, ...later], old.length), removed: [position] });
    // Once the client knows, it is not told again, and a history in which it is back is another one.
    cursor.pause();
    const again = excerptOf([...gone, ...later], cursor.window(most));
    expect(cursor.catchUp(again)).toEqual({ missed: [], removed: [] });
    cursor.pause();
    const restored = excerptOf([...old, ...later], cursor.window(most));
    expect(cursor.catchUp(restored) === undefined).toBe(later.length === 0);
  });
  fc.assert(property, { numRuns: 300 });
});

test('P-MOD-1: what is removed before the client has caught up is shown as removed, or is removed from what it has', () => {
  const [one, two, three] = ['một', 'hai', 'ba'].map(
    (content): Message => ({ name: 'Bình', content, timestamp }),
  );
  assert(one && two && three);
  const cursor = new Cursor();
  cursor.catchUp(excerptOf([one], cursor.window(100)));
  cursor.pause();
  expect([cursor.count(two), cursor.count(three)]).toEqual([undefined, undefined]);
  expect([cursor.remove(0), cursor.remove(1)]).toEqual([true, false]);
  const gone = (message: Message) => ({ ...message, content: '' });
  const history = [gone(one), gone(two), three];
  expect(cursor.catchUp(excerptOf(history, cursor.window(100)))).toEqual({
    missed: positioned(history, 1),
    removed: [],
  });
  expect(cursor.remove(2)).toBe(true);
  cursor.pause();
  expect(cursor.catchUp(excerptOf([gone(one), gone(two), gone(three)], cursor.window(100)))).toEqual({
    missed: [],
    removed: [],
  });
});

test('P-MOD-2: a client that was away until the last message that it has had expired begins with the newest', () => {
  const messages = Array.from(
    { length: 9 },
    (_, index): Message => ({ name: 'Bình', content: `${index}`, timestamp }),
  );
  const cursor = new Cursor();
  cursor.catchUp(excerptOf(messages.slice(0, 3), cursor.window(2)));
  cursor.pause();
  expect(cursor.window(2)).toEqual({ after: 2 });
  expect(cursor.catchUp(excerptOf(messages, cursor.window(2), 5))).toBeUndefined();
  expect(cursor.catchUp(excerptOf(messages, cursor.window(2), 5))?.missed).toEqual(positioned(messages, 7));
  // Nothing is missing while the last message is there.
  cursor.pause();
  expect(cursor.catchUp(excerptOf(messages, cursor.window(2), 8))?.missed).toEqual([]);
  cursor.pause();
  expect(cursor.catchUp(excerptOf(messages, cursor.window(2), 9))).toBeUndefined();
  expect(cursor.catchUp(excerptOf(messages, cursor.window(2), 9))?.missed).toEqual([]);
});

test('P-GET-2: a history that is shorter, or has another message at the last position, is a different one', () => {
  const property = fc.property(history, history, fc.nat(6), backlog, (old, others, kept, most) => {
    const cursor = new Cursor();
    cursor.catchUp(excerptOf(old, cursor.window(most)));
    cursor.pause();
    // A return at which nothing is new.
    expect(cursor.catchUp(excerptOf(old, cursor.window(most)))?.missed).toEqual([]);
    cursor.pause();
    const same = old.slice(0, kept);
    const now = [...same, ...others.map((message) => ({ ...message, name: 'Chi' }))];
    const hasLast = most > 0 && old.length > 0;
    const isDifferent = now.length < old.length || (hasLast && same.length < old.length);
    const missed = cursor.catchUp(excerptOf(now, cursor.window(most)))?.missed;
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
    expect(cursor.catchUp(excerptOf(later, cursor.window(most)))?.missed).toEqual(shown);
  });
  fc.assert(property, { numRuns: 1000 });
});

test('P-GET-2: a server that knows no window returns the whole history, and the client skips the messages that it has', () => {
  const messages = ['một', 'hai', 'ba'].map((one): Message => ({ name: 'Bình', content: one, timestamp }));
  const cursor = new Cursor();
  expect(cursor.catchUp(excerptOf(messages.slice(0, 2), {}))?.missed).toEqual(
    positioned(messages.slice(0, 2)),
  );
  cursor.pause();
  expect(cursor.catchUp(excerptOf(messages, {}))?.missed).toEqual(positioned(messages, 2));
});
