import fc from 'fast-check';
import { expect, test } from 'vitest';
import { History } from '../../src/ledger/history.ts';
import type { Part } from '../../src/ledger/ledger.ts';
import { jsonOf } from '../../src/ledger/message.ts';
import type { Message } from '../../src/protocol/replies.ts';
import type { Window } from '../../src/protocol/window.ts';

const text = fc.string({ unit: 'binary', maxLength: 8 });
/** Long enough that a few fill a segment, overflow it, or need one of their own. */
const longText = fc
  .constantFrom(60_000, 131_000, 262_080, 262_090, 262_100, 262_143, 262_144, 300_000)
  .chain((length) => fc.integer({ min: length, max: length + 20 }))
  .map((length) => 'x'.repeat(length));
const message: fc.Arbitrary<Message> = fc.record({
  name: text,
  content: fc.oneof({ weight: 4, arbitrary: text }, { weight: 1, arbitrary: longText }),
  timestamp: text,
});
const position = fc.nat({ max: 40 });
const window: fc.Arbitrary<Window> = fc.record(
  { limit: position, before: position, after: position },
  { requiredKeys: [] },
);
const step = fc.oneof(
  { weight: 5, arbitrary: fc.record({ type: fc.constant('append' as const), message }) },
  { weight: 3, arbitrary: fc.record({ type: fc.constant('part' as const), window }) },
  { weight: 1, arbitrary: fc.record({ type: fc.constant('drop' as const), to: position }) },
  {
    weight: 3,
    arbitrary: fc.record({ type: fc.constant('replace' as const), position, withName: fc.boolean() }),
  },
);

/**
 * P-GET-2 word by word: of the positions A ≤ p < B that are kept (P-MOD-2), the newest L, or the oldest L where `after` is
 * given.
 */
function naivePart(messages: readonly Message[], base: number, { limit, before, after }: Window) {
  const total = messages.length;
  const whole = messages.map((_, at) => at).slice(base);
  const inWindow = whole.filter((at) => at >= (after ?? 0) && at < (before ?? total));
  const kept =
    limit === undefined
      ? inWindow
      : inWindow.filter((_, at) => (after === undefined ? at >= inWindow.length - limit : at < limit));
  return { total, base, first: kept[0] ?? total, messages: kept.map((at) => messages[at]) };
}

const bytesOf = (message: Message) => Buffer.from(jsonOf(message));
const jsonIn = ({ pieces }: Part) => Buffer.concat(pieces).toString();

test('P-GET-2, P-MOD-1, P-MOD-2: a history behaves like an array that loses its front and contents, and a part that was returned never changes', () => {
  fc.assert(
    fc.property(fc.array(step, { maxLength: 40, size: 'max' }), (steps) => {
      const history = new History();
      const model: Message[] = [];
      const handedOut: { part: Part; json: string }[] = [];
      let base = 0;
      for (const it of steps) {
        if (it.type === 'append') {
          history.append(bytesOf(it.message));
          model.push(it.message);
        } else if (it.type === 'drop') {
          history.drop(it.to);
          base = Math.max(base, Math.min(it.to, model.length));
        } else if (it.type === 'replace') {
          const message = model[it.position];
          if (message === undefined) continue;
          const left = { ...message, content: '', ...(it.withName ? { name: '' } : {}) };
          history.replace(it.position, bytesOf(left));
          model[it.position] = left;
        } else {
          const part = history.part(it.window);
          const json = jsonIn(part);
          expect({ ...part, pieces: undefined, messages: JSON.parse(`[${json}]`) }).toEqual(
            naivePart(model, base, it.window),
          );
          expect(part.messages).toBe(JSON.parse(`[${json}]`).length);
          handedOut.push({ part, json });
        }
        expect([history.base, history.length]).toEqual([base, model.length]);
      }
      for (const { part, json } of handedOut) expect(jsonIn(part)).toBe(json);
    }),
    { numRuns: 200 },
  );
});

test('P-GET-2: in a very long history, every window over two neighbouring segments is joined by commas', () => {
  const history = new History();
  const all = Array.from({ length: 20_000 }, (_, at) => ({
    name: 'An',
    content: `số ${at}`,
    timestamp: 't',
  }));
  for (const one of all) history.append(bytesOf(one));
  const whole = history.part({});
  expect(whole.pieces.length).toBeGreaterThan(3);
  expect(JSON.parse(`[${jsonIn(whole)}]`)).toEqual(all);
  let joint = 0;
  for (const piece of whole.pieces.slice(0, -1)) {
    joint += JSON.parse(`[${String(piece).replace(/^,/, '')}]`).length;
    for (const after of [joint - 2, joint - 1, joint, joint + 1]) {
      for (const before of [joint - 1, joint, joint + 1, joint + 2]) {
        const part = history.part({ after, before });
        expect(jsonIn(part)).toBe(all.slice(after, Math.max(before, after)).map(jsonOf).join(','));
      }
    }
  }
});

test('P-GET-2: each message larger than a segment has its own piece', () => {
  const history = new History();
  const all = Array.from({ length: 5 }, (_, at) => ({
    name: 'Bình',
    content: String(at).repeat(400_000),
    timestamp: 't',
  }));
  for (const one of all) history.append(bytesOf(one));
  expect(history.part({}).pieces).toHaveLength(5);
  expect(jsonIn(history.part({}))).toBe(all.map(jsonOf).join(','));
  history.append(bytesOf({ name: 'An', content: 'sau', timestamp: 't' }));
  expect(jsonIn(history.part({ after: 4 }))).toBe(
    `${jsonOf(all[4] as Message)},{"name":"An","content":"sau","timestamp":"t"}`,
  );
});

test('P-GET-2: the pieces of a recalled history share its memory', () => {
  const history = new History();
  for (let at = 0; at < 1000; at++)
    history.append(bytesOf({ name: 'An', content: String(at), timestamp: 't' }));
  const [mine, yours] = [history.part({}), history.part({})];
  expect(mine.pieces[0]?.buffer).toBe(yours.pieces[0]?.buffer);
});

test('P-MOD-1: many messages are replaced without a copy for each, and readers share what has not been replaced since', () => {
  const history = new History();
  for (let at = 0; at < 1000; at++)
    history.append(bytesOf({ name: 'An', content: String(at), timestamp: 't' }));
  const bufferOf = () => history.part({}).pieces[0]?.buffer;
  const before = bufferOf();
  const left = bytesOf({ name: 'An', content: '', timestamp: 't' });
  history.replace(3, left);
  const copy = history.part({ limit: 0 });
  expect(copy.messages).toBe(0);
  for (let at = 0; at < 1000; at += 2) history.replace(at, left);
  const after = bufferOf();
  expect(after).not.toBe(before);
  expect(bufferOf()).toBe(after);
  const contents = Array.from({ length: 1000 }, (_, at) => (at % 2 === 0 || at === 3 ? '' : String(at)));
  expect(jsonIn(history.part({}))).toBe(
    contents.map((content) => jsonOf({ name: 'An', content, timestamp: 't' })).join(','),
  );
});

test('P-MOD-2: dropped messages free their memory, and the rest keep their positions', () => {
  const history = new History(7);
  const all = Array.from({ length: 20_000 }, (_, at) => ({
    name: 'An',
    content: `số ${at}`,
    timestamp: 't',
  }));
  for (const one of all) history.append(bytesOf(one));
  const whole = history.bytes;
  history.drop(7 + 15_000);
  expect(history.bytes).toBeLessThan(whole / 1.5);
  expect(history.part({ limit: 0 })).toMatchObject({ total: 20_007, base: 15_007, first: 20_007 });
  expect(jsonIn(history.part({ before: 15_010 }))).toBe(all.slice(15_000, 15_003).map(jsonOf).join(','));
  history.drop(30_000);
  expect([history.base, history.bytes]).toEqual([20_007, 0]);
  history.append(bytesOf({ name: 'An', content: 'sau', timestamp: 't' }));
  expect(history.part({})).toMatchObject({ total: 20_008, base: 20_007, first: 20_007, messages: 1 });
});

test('P-DB-1: a message is stored with its three keys in the contract’s order and nothing else', () => {
  const strange = { timestamp: 't', extra: 1, content: 'c', name: 'n' };
  expect(jsonOf(strange)).toBe('{"name":"n","content":"c","timestamp":"t"}');
});

test('P-DB-1: an empty history has no pieces', () => {
  const history = new History();
  expect(history.part({})).toEqual({ total: 0, base: 0, first: 0, messages: 0, pieces: [] });
  history.append(bytesOf({ name: 'An', content: 'bí mật', timestamp: 't' }));
});
