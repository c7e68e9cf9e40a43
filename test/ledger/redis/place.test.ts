/** What a process makes of the log where it does not find there what it must. */
import { expect, test } from 'vitest';
import { GapError, Place } from '../../../src/ledger/redis/place.ts';
import { Replica } from '../../../src/ledger/replica.ts';
import { noRules } from '../../../src/moderation/rules.ts';

const start = { epoch: 'epoch', seq: 3, tag: '', replica: new Replica(), rules: noRules('key') };

/** A place that has read three stretches, with a batch under way. */
function newPlace() {
  const place = new Place('here', start);
  return { place, batch: place.begin([{ type: 'leave', by: '1' }], undefined) };
}

/** What XREAD replies: stretches of these nodes, from a number on, in which somebody leaves. */
const reply = (seq: number, ...nodes: string[]) =>
  [
    [
      'log',
      nodes.map((node, at) => [`${seq + at}-0`, ['n', node, 'b', '1', 't', 'now', 'left', '"An"']] as const),
    ],
  ] as const;

test('a stretch that is missing is a gap', () => {
  const { place } = newPlace();
  expect(place.read(reply(4, 'there')).isSettled).toBe(false);
  expect(() => place.read(reply(6, 'here'))).toThrow(GapError);
});

test('a batch that Redis has carried out before, and that has left no stretch, is a gap', () => {
  const { place, batch } = newPlace();
  expect(place.expect(batch, 5)).toBe(false);
  expect(place.read(reply(4, 'there')).isSettled).toBe(false);
  expect(() => place.read(reply(5, 'there'))).toThrow(GapError);
});

test('a batch that Redis has carried out before is no gap where its stretch is read', () => {
  const { place, batch } = newPlace();
  expect(place.expect(batch, 5)).toBe(false);
  expect(place.read(reply(4, 'there', 'here'))).toEqual({
    isSettled: true,
    asked: [],
    entries: [
      { type: 'left', nickname: 'An', timestamp: 'now' },
      { type: 'left', nickname: 'An', timestamp: 'now', by: '1' },
    ],
  });
});

test('a batch that Redis has carried out before is missing at once where everything has been read', () => {
  const { place, batch } = newPlace();
  expect(place.expect(batch, 3)).toBe(true);
  place.end();
  expect(place.expect(batch, 3)).toBe(false);
});
