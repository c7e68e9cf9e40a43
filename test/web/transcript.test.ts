import { expect, test } from 'vitest';
import type { ChatMessage } from '../../src/client/client.ts';
import { Transcript } from '../../web/chat/transcript.ts';

const message = (position: number, name = `người ${position % 3}`) => ({
  name,
  content: `tin ${position}`,
  timestamp: '22/11/2026 10/0600',
  position,
});

function rowsOf(transcript: Transcript) {
  return Array.from({ length: transcript.count }, (_, index) => transcript.row(index));
}

test('P-MOD-1: after a removal the rows are those that a page shows which finds the message removed', () => {
  const names = ['An', 'An', 'Bình', 'An', 'An', 'An'];
  const made = names.map((name, index) => message(index + 10, name));
  const gone = (one: ChatMessage) => ({ ...one, name: '', content: '' });
  for (const loaded of [0, 3, 6]) {
    for (const { position } of made) {
      const load = (messages: readonly ChatMessage[]) => {
        const transcript = new Transcript();
        for (const one of messages.slice(loaded)) transcript.append(one, false);
        transcript.prepend(messages.slice(0, loaded), () => false, true);
        return transcript;
      };
      const transcript = load(made);
      transcript.remove(position);
      const expected = load(made.map((one) => (one.position === position ? gone(one) : one)));
      expect(rowsOf(transcript)).toEqual(rowsOf(expected));
      const { version } = transcript;
      transcript.remove(99);
      expect([transcript.version, rowsOf(transcript)]).toEqual([version, rowsOf(expected)]);
    }
  }
});

test('P-MOD-1: the oldest loaded message, which has no row yet, may be removed too', () => {
  const transcript = new Transcript();
  for (const position of [10, 11]) transcript.append(message(position, 'An'), false);
  transcript.remove(10);
  expect(rowsOf(transcript)).toMatchObject([{ key: 11, isHead: true }]);
  transcript.prepend([message(9, 'An')], () => false, true);
  expect(rowsOf(transcript)).toMatchObject([
    { kind: 'beginning' },
    { key: 9, isHead: true },
    { key: 10, isHead: false, message: { name: '', content: '' } },
    { key: 11, isHead: true },
  ]);
});

test('P-MOD-2: where no message is before the oldest, it is the first', () => {
  const transcript = new Transcript();
  for (const position of [10, 11]) transcript.append(message(position), false);
  expect([transcript.first, transcript.count]).toEqual([10, 1]);
  transcript.prepend([], () => false, true);
  expect(transcript.first).toBe(0);
  expect(rowsOf(transcript).map((row) => row?.key)).toEqual(['beginning', 10, 11]);
});

test('the oldest of very many messages are removed, and come back without a gap', () => {
  const transcript = new Transcript();
  for (let position = 0; position < 5000; position++) transcript.append(message(position), false);
  const before = rowsOf(transcript);
  const gone = transcript.forget();
  expect(transcript.count).toBeLessThanOrEqual(2000);
  expect(gone).toHaveLength(before.length - transcript.count);
  expect(rowsOf(transcript)).toEqual(before.slice(-transcript.count));
  expect(transcript.forget()).toEqual([]);
  while (transcript.first !== 0) {
    const first = transcript.first ?? 0;
    const page = Array.from({ length: Math.min(200, first) }, (_, index) => message(first - 200 + index));
    transcript.prepend(page, () => false);
  }
  expect(rowsOf(transcript)).toEqual(before);
});

test('comings and goings in a row are one row, however many; a message or a change of nickname begins another', () => {
  const transcript = new Transcript();
  transcript.append(message(0), false);
  const come = { type: 'receive', datatype: 'register', name: 'An', timestamp: '' } as const;
  const go = { ...come, datatype: 'leave' } as const;
  const change = {
    type: 'receive',
    datatype: 'change',
    oldname: 'An',
    newname: 'Ân',
    timestamp: '',
  } as const;
  for (let number = 0; number < 300; number++) transcript.notice(number % 3 === 0 ? go : come);
  transcript.append(message(1), false);
  for (const notice of [come, change, change, go, go]) transcript.notice(notice);
  const runs = rowsOf(transcript).flatMap((row) => (row?.kind === 'notice' ? [row] : []));
  expect(runs.map(({ joined, left, notices }) => [joined, left, notices.length])).toEqual([
    [200, 100, 200],
    [1, 0, 1],
    [0, 0, 1],
    [0, 0, 1],
    [0, 2, 2],
  ]);
  expect(new Set(rowsOf(transcript).map((row) => row?.key)).size).toBe(transcript.count);
});

test('of very many changes of nickname only the last are kept', () => {
  const transcript = new Transcript();
  transcript.append(message(0), false);
  for (let number = 0; number < 401; number++) {
    transcript.notice({ type: 'receive', datatype: 'change', oldname: 'An', newname: 'Ân', timestamp: '' });
    if (number === 100) transcript.append(message(1), false);
  }
  expect(transcript.forget()).toHaveLength(201);
  const kinds = rowsOf(transcript).map((row) => row?.kind);
  expect(kinds.filter((kind) => kind === 'notice')).toHaveLength(200);
  expect(kinds.slice(0, 4)).toEqual(['beginning', 'message', 'message', 'notice']);
});

test('the unread marker may be among the removed rows', () => {
  const transcript = new Transcript();
  transcript.append(message(0), false);
  transcript.mark();
  for (let position = 1; position < 5001; position++) transcript.append(message(position), false);
  transcript.forget();
  expect(transcript.marker).toBe(-1);
  transcript.unmark();
  expect(rowsOf(transcript).every((row) => row?.kind === 'message')).toBe(true);
});

test.each([
  ['the newest are loaded', 95, 90],
  ['it is loaded later', 20, 90],
  ['it is the oldest that is loaded', 90, 90],
  ['it is just before those that are loaded', 89, 90],
  ['it is the very first', 0, 90],
])('what had not been read begins at a line, when %s', (_, position, first) => {
  const transcript = new Transcript();
  for (let at = first; at < 100; at++) transcript.append(message(at), at === 99);
  transcript.markAfter(message(position));
  transcript.prepend(
    Array.from({ length: first }, (_, at) => message(at)),
    () => false,
  );
  const rows = rowsOf(transcript).slice(1);
  expect(rows.map((row) => row?.key)).toEqual(
    Array.from({ length: 100 }, (_, at) => at).toSpliced(position + 1, 0, 'unread' as never),
  );
  expect(rows[position + 2]).toMatchObject({ isHead: true });
  expect(transcript.row(transcript.marker)?.kind).toBe('unread');
  expect(transcript.unreadMessages()).toHaveLength(98 - position);
  transcript.unmark();
  expect(transcript.count).toBe(101);
});

test.each([
  ['of another history', { ...message(50), timestamp: '01/01/2020 10/0600' }],
  ['that is the last', message(99)],
  ['that there is not', message(100)],
])('there is no line behind a message %s', (_, read) => {
  const transcript = new Transcript();
  for (let at = 0; at < 100; at++) transcript.append(message(at), false);
  transcript.markAfter(read);
  expect(transcript.marker).toBe(-1);
  expect(transcript.unreadMessages()).toEqual([]);
});
