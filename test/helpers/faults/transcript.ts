/** What a client was told, as places in the order. */
import type { Frame } from '../client.ts';
import type { Message } from '../talker.ts';
import type { Heard, Life } from './records.ts';

/** One place in the order, as everybody is told of it. `id` is all of it. */
export type Entry = { id: string } & (
  | { type: 'register' | 'leave'; name: string }
  | { type: 'change'; oldname: string; name: string }
  | { type: 'message'; name: string; content: string; timestamp: string }
  | { type: 'remove'; position: number }
);

/** What a `get` saw between two places of the order. */
export type Cut = { title: string; message: Message[]; online: string[]; total: number; first: number };

/** `resumed`: it came back, of which nobody else hears. */
type Step = { type: 'entry'; entry: Entry; at: number } | { type: 'cut'; cut: Cut } | { type: 'resumed' };

type Answer = { request: Frame; reply: Frame };

export type Transcript = {
  /** How findings name it. */
  title: string;
  life: Life;
  steps: Step[];
  answers: Answer[];
  /** What is wrong with the answers as such (P-REQ-7). */
  findings: string[];
};

export function transcriptOf(life: Life, number: number): Transcript {
  const title = `connection ${number} to process ${life.process}`;
  const transcript: Transcript = { title, life, steps: [], answers: [], findings: [] };
  for (const { at, frame } of life.heard) {
    if (frame['type'] === 'ping') continue;
    if (frame['type'] === 'receive') {
      transcript.steps.push({ type: 'entry', entry: entryOf(String(frame['datatype']), frame), at });
      continue;
    }
    const request = life.asked[transcript.answers.length];
    if (request === undefined || !isAnswer(frame, request)) {
      transcript.findings.push(`${title} was answered ${show(frame)} to ${show(request)}`);
      break;
    }
    transcript.answers.push({ request, reply: frame });
    if (frame['status'] === true) transcript.steps.push(stepOf(request, { at, frame }, title));
  }
  return transcript;
}

const show = (value: unknown) => JSON.stringify(value);

/** The nickname that a reply is about. */
export const nameIn = (reply: Frame) => String(reply['newname'] ?? reply['name']);

function isAnswer(reply: Frame, request: Frame): boolean {
  if (reply['type'] !== request['data']) return false;
  if (request['data'] === 'name') return nameIn(reply) === request['name'];
  return request['data'] !== 'send' || reply['content'] === request['content'];
}

function stepOf(request: Frame, { at, frame: reply }: Heard, title: string): Step {
  switch (request['data']) {
    case 'send':
      return { type: 'entry', entry: entryOf('message', reply), at };
    case 'get': {
      const { message, online, total = message.length, first = 0 } = reply['data'] as Omit<Cut, 'title'>;
      return { type: 'cut', cut: { title, message, online, total, first } };
    }
    default:
      // A secret that is void counts as none. Then it has registered, and only the others are told that.
      if (typeof request['resume'] === 'string') return { type: 'resumed' };
      return { type: 'entry', entry: entryOf(String(reply['action']), reply), at };
  }
}

/** The entry of an event, or of a reply that stands for one. Both carry the same timestamp (P-TIME-3). */
function entryOf(type: string, frame: Frame): Entry {
  const { name, oldname, newname, content, position, timestamp } = frame as Record<string, string>;
  const kinds: Record<string, object> = {
    change: { oldname, name: newname },
    message: { name, content },
    remove: { position },
  };
  const all = kinds[type] ?? { name };
  return { id: show([type, ...Object.values(all), timestamp]), type, timestamp, ...all } as Entry;
}
