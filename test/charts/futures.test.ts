import fc from 'fast-check';
import { expect, test } from 'vitest';
import { createActor } from 'xstate';
import { candidatesOf } from '../../src/charts/candidates.ts';
import { futuresOf, type Start, type Step, type ToldEvent, type Turn } from '../../src/charts/futures.ts';
import { connectionMachine } from '../../src/machines/connection.ts';
import type { Refusal } from '../../src/protocol/replies.ts';
import { defaultLimits, forbidden } from '../helpers/machine.ts';
import { acts, alone, type ConnectionEvent, requests, settledWith } from '../helpers/model.ts';

const start: Start = { leaf: 'unregistered.idle', context: { id: 'c1', limits: defaultLimits } };

/** What is told of a text: nothing of it. */
const mask = (text: unknown) => (typeof text === 'string' && text !== '' ? '•mAsKeD' : text);
const masked = (event: ConnectionEvent): ToldEvent => {
  if (event.type === 'name') return { ...event, name: mask(event.name) };
  if (event.type === 'send') return { ...event, content: mask(event.content) };
  return event;
};

/** What is told of a connection that goes this way, with what it does. */
function recordedOn(path: ConnectionEvent[]) {
  const refused: Refusal[] = [];
  const actor = createActor(connectionMachine, {
    input: { ...alone, refuse: (reply) => refused.push(reply) },
  }).start();
  const steps: Step[] = [];
  const leaves: string[] = [];
  for (const event of path) {
    const before = actor.getSnapshot();
    if (before.status !== 'active') break;
    steps.push({ event: masked(event), why: candidatesOf(before, event) });
    actor.send(event);
    leaves.push(leafOf(actor.getSnapshot().value));
  }
  return { steps, leaves, refused: refused.map(({ reason }) => reason) };
}

const leafOf = (value: object | string): string =>
  typeof value === 'string' ? value : Object.entries(value).flat().join('.');
const repliesIn = (turns: Turn[]) =>
  turns.flatMap(({ deeds }) => deeds.flatMap((deed) => ('reply' in deed ? [deed.reply.reason] : [])));

const settled = settledWith(undefined);
const events: ConnectionEvent[] = [
  ...requests,
  ...acts,
  { type: 'name', name: 'An', resume: 'a secret' },
  { type: 'send', content: forbidden.content },
  settled,
  settledWith('An'),
  { type: 'lost' },
  { type: 'expired' },
  { type: 'superseded' },
];

test('a recording that is run again comes through the same states with the same refusals, although its texts are masked', () => {
  const path = fc.array(fc.constantFrom(...events), { minLength: 4, maxLength: 12 });
  fc.assert(
    fc.property(path, (told) => {
      const { steps, leaves, refused } = recordedOn(told.filter(isTaken()));
      const { recorded } = futuresOf(start, steps, undefined);
      expect(recorded.map((turns) => turns.at(-1)?.leaf)).toEqual(leaves);
      expect(repliesIn(recorded.flat())).toEqual(refused);
    }),
    { numRuns: 100 },
  );
});

/** A connection takes a request only when its machine does. */
function isTaken() {
  const actor = createActor(connectionMachine, { input: alone }).start();
  return (event: ConnectionEvent) => {
    const before = actor.getSnapshot();
    if (before.status !== 'active') return false;
    const isRequest = ['name', 'get', 'send', 'unreadable'].includes(event.type);
    if (isRequest && before.hasTag('busy') && !before.can(event)) return false;
    actor.send(event);
    return true;
  };
}

/** A turn in short: `send → registered.idle WrongFormatContent (assumed)`. */
const shown = (turns: Turn[][]) =>
  turns.map((each) =>
    each.map((turn) => {
      const deeds = turn.deeds.map((deed) => {
        if ('reply' in deed) return ` ${deed.reply.reason}`;
        return 'asks' in deed ? ` ${deed.asks}` : ' history';
      });
      return `${turn.event.type} → ${turn.leaf}${deeds.join('')}${turn.note ? ` (${turn.note})` : ''}`;
    }),
  );

const name: ConnectionEvent = { type: 'name', name: 'An' };
const send: ConnectionEvent = { type: 'send', content: 'xin chào' };
const get: ConnectionEvent = { type: 'get', window: undefined };
const { steps } = recordedOn([name, settledWith('An'), send, settled, get]);

test('without its claim, a client is refused as a stranger, and the answers of the room do not come', () => {
  const { changed } = futuresOf(start, steps, undefined);
  expect(shown(changed)).toEqual([
    ['name → unregistered.idle (dropped)'],
    ['settled → unregistered.idle (unfit)'],
    ['send → unregistered.idle UnknownRegister'],
    ['settled → unregistered.idle (unfit)'],
    ['get → unregistered.idle UnknownRegister'],
  ]);
});

test('a refused message that is shortened is posted, and the room is assumed to take it', () => {
  const tooLong: ConnectionEvent = { type: 'send', content: 'x'.repeat(101) };
  const before: Start = { leaf: 'registered.idle', context: { ...start.context, nickname: '•mAsKeD' } };
  const recording = recordedOn([name, settledWith('An'), tooLong, get]).steps.slice(2);
  const { recorded, changed } = futuresOf(before, recording, { type: 'send', content: 'x' });
  expect(shown(recorded)).toEqual([
    ['send → registered.idle WrongFormatContent'],
    ['get → registered.idle history'],
  ]);
  expect(shown(changed)).toEqual([
    ['send → registered.sending post', 'settled → registered.idle (assumed)'],
    ['get → registered.idle history'],
  ]);
});

test('if the room does not answer, requests wait in the inbox', () => {
  const before: Start = { leaf: 'registered.sending', context: { ...start.context, underWay: 1 } };
  const { changed } = futuresOf(before, [...steps.slice(3), { event: send }], undefined);
  expect(shown(changed)).toEqual([
    ['settled → registered.sending (dropped)'],
    ['get → registered.sending (waits)'],
    ['send → registered.sending (waits)'],
  ]);
});

test('what has waited is taken when the machine is free, and has the answer that the recording gives it', () => {
  const before: Start = { leaf: 'registered.idle', context: { ...start.context, nickname: 'An' } };
  const rename = recordedOn([name, settledWith('An'), get, name, settledWith('Bình'), send, settled]);
  const { changed } = futuresOf(before, rename.steps.slice(2), { type: 'send', content: 'x' });
  expect(shown(changed)).toEqual([
    ['send → registered.sending post', 'settled → registered.idle (assumed)'],
    ['name → registered.changing claim'],
    ['settled → registered.idle'],
    ['send → registered.sending post'],
    ['settled → registered.idle'],
  ]);
});

test('a masked text that no guard was asked about passes, and that is noted; one of another type does not', () => {
  const stranger = recordedOn([
    { type: 'unreadable', reply: { status: false, reason: 'WrongFormatJSON' } },
    send,
  ]);
  const two = [...stranger.steps, { event: { type: 'send', content: '•number' } }];
  const { changed } = futuresOf(start, two, { type: 'name', name: 'An' });
  expect(shown(changed)).toEqual([
    ['name → unregistered.claiming claim', 'settled → registered.idle (assumed)'],
    ['send → registered.sending post (unjudged)', 'settled → registered.idle (assumed)'],
    ['send → registered.idle WrongFormatContent'],
  ]);
});

test('after the end nobody takes anything', () => {
  const { changed } = futuresOf(start, steps.slice(0, 2), { type: 'hangup' });
  expect(shown(changed)).toEqual([['hangup → closed'], ['settled → closed (ended)']]);
});
