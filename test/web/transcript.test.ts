import { expect, test } from 'vitest';
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
    transcript.prepend(page, undefined);
  }
  expect(rowsOf(transcript)).toEqual(before);
});

test('only the last of very many joins and leaves are kept', () => {
  const transcript = new Transcript();
  transcript.append(message(0), false);
  for (let number = 0; number < 401; number++) {
    transcript.notice({ type: 'event', datatype: 'register', name: `An ${number}` } as never);
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
