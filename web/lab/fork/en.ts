import type { Note } from '../../../src/charts/futures.ts';

export const en = {
  open: 'What if …?',
  title: 'What if?',
  about: 'Here the history forks: what would this connection have done if this event had been different?',
  unknown: 'The recording does not show this connection’s state before its last event. Go to a later event.',
  broken: 'The machine cannot run with this recording.',
  event: 'Event',
  in: 'in',
  instead: 'Instead of it',
  dropped: 'Nothing happens',
  frame: 'The client sends another frame',
  others: 'Something else happens',
  frameText: 'The frame',
  recorded: 'What happened',
  changed: 'What if',
  differs: 'differs',
  room: 'to the room',
  recalls: 'answers with the history',
  close: 'Close',
  notes: {
    assumed: 'The room’s answer is not in the recording. It is assumed to say yes.',
    unjudged: 'The text is masked, and no guard was asked about it. It counts as well formed and allowed.',
    waits: 'It waits in the inbox until the machine is no longer busy.',
    unfit: 'It does not come: here nothing was asked that it could answer.',
    ended: 'The connection has ended.',
    dropped: 'It is left out.',
  } satisfies Record<Note, string>,
  limits:
    'Only this connection’s machine runs again. The events that others caused stay as recorded, and so do the guards’ answers about masked texts.',
};

export type ForkWords = typeof en;
