/** What moderators have removed while faults happened (P-MOD-1). */
import { isDeepStrictEqual } from 'node:util';
import type { Message } from '../talker.ts';
import type { Place } from './order.ts';
import type { Records } from './records.ts';
import type { Cut, Entry, Transcript } from './transcript.ts';

const show = (value: unknown) => JSON.stringify(value);
const isRemoval = (entry: Entry) => entry.type === 'remove';

/** The history with what was removed from it, as far as anybody who knew the position was told that. */
export function restored(history: readonly Message[], transcripts: readonly Transcript[]): Message[] {
  const contents = new Map<number, string>();
  for (const { steps } of transcripts) {
    let next: number | undefined;
    for (const step of steps) {
      if (step.type === 'cut') {
        const { first, message, total } = step.cut;
        for (const [index, { content }] of message.entries())
          if (content !== '') contents.set(first + index, content);
        next = total;
      } else if (step.type === 'entry' && step.entry.type === 'message' && next !== undefined)
        contents.set(next++, step.entry.content);
    }
  }
  return history.map((message, position) => ({
    ...message,
    content: message.content === '' ? (contents.get(position) ?? '') : message.content,
  }));
}

/** What was removed is gone from the history, and from everything that Redis has. */
export function removalFindings(places: readonly Place[], records: Records, whole: Message[]): string[] {
  const { history, removed, bytes } = records;
  const told = places.flatMap(({ entry }) => (isRemoval(entry) ? entry.position : []));
  const findings = [...new Set([...removed, ...told])]
    .filter((position) => history[position]?.content !== '')
    .map((position) => `${position} was removed, and the history has ${show(history[position])}`);
  for (const [position, { content }] of whole.entries())
    if (history[position]?.content === '' && content !== '' && bytes.includes(`"content":${show(content)}`))
      findings.push(`${show(content)} was removed, and Redis has it`);
  return findings;
}

/** What is wrong with a `get`: it shows a message until its removal has been told, and what is left of it from then on. */
export function cutFindings(
  { title, first, message }: Cut,
  { steps }: Transcript,
  gone: ReadonlySet<number>,
  { history, whole }: { history: readonly Message[]; whole: readonly Message[] },
): string[] {
  const told = new Set(
    steps.flatMap((step) => (step.type === 'entry' && isRemoval(step.entry) ? step.entry.position : [])),
  );
  const isRight = (shown: Message, position: number) => {
    const before = isDeepStrictEqual(shown, whole[position]) && !gone.has(position);
    const after = isDeepStrictEqual(shown, history[position]) && gone.has(position) === told.has(position);
    return before || after;
  };
  return message.every((shown, index) => isRight(shown, first + index))
    ? []
    : [`${title} got ${message.length} messages from ${first} that are not the history's`];
}
