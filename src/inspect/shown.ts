/** What may be shown of the events and the contexts of the actors, and of who is online. */

import type { Fact } from '../machines/fact.ts';
import { guards } from '../machines/guards.ts';
import {
  connection,
  content,
  count,
  error,
  type Fields,
  flag,
  listOf,
  matching,
  nickname,
  number,
  oneOf,
  only,
  optional,
  type Rule,
  timestamp,
  variants,
} from './allowlist.ts';

const window = optional(only({ limit: optional(number), before: optional(number), after: optional(number) }));

/** A secret is never shown, only that one is wanted. */
const resume = oneOf(true);
const change: Record<string, Fields> = {
  claim: { by: connection, nickname, key: nickname, resume },
  post: { by: connection, content },
  leave: { by: connection },
  entrust: { by: connection },
  confirm: { by: connection },
};
const changes = listOf(variants(change));
const stretch = listOf(
  variants({
    registered: { by: connection, nickname },
    resumed: { by: connection, nickname, from: connection },
    changed: { by: connection, oldname: nickname, nickname },
    posted: { by: connection, message: only({ name: nickname, content, timestamp }) },
    left: { by: connection, nickname },
    taken: { by: connection },
    absent: { by: connection },
    entrusted: { by: connection },
    failed: { by: connection, error },
    removed: { position: number },
    announced: { content },
    kicked: { nickname, from: connection, code: number, reason: error },
    governed: {},
    dropped: { base: number },
  }),
);

/** Rules for events, by type. */
export const eventOf = variants({
  name: { name: nickname, resume },
  get: { window },
  send: { content },
  unreadable: {
    reply: only({
      type: oneOf(null, 'name', 'send'),
      status: flag,
      reason: oneOf('WrongFormatJSON', 'UnknownType', 'NotEnoughKey'),
      need: oneOf('name', 'content'),
    }),
  },
  settled: { count: number, holding: only({ nickname, isResumable: flag, isResumed: flag }) },
  muted: { why: error },
  unmuted: {},
  hangup: {},
  kicked: {},
  lost: {},
  expired: {},
  retired: {},
  fenced: {},
  close: {},
  superseded: {},
  ...change,
  changes: { changes },
  commit: { changes },
  stretch: { stretch },
  committed: {},
  broken: { error },
  drain: {},
});
const factKinds: Fact['kind'][] = [
  'type',
  'characters',
  'surrogate',
  'key',
  'other',
  'objection',
  'offer',
  'muted',
  'under way',
  'window',
  'holding',
  'settled',
  'resumed',
  'resumable',
];
const factWords = ['null', 'array', 'object', 'number', 'boolean', 'limit', 'before', 'after'];
const measure: Rule = (value, mask) =>
  typeof value === 'number' ? number(value, mask) : oneOf(true, false, ...factWords)(value, mask);
/** Why an event led where it did: in numbers and in words of the program, none of which people wrote. */
const fact = only({ kind: oneOf(...factKinds), is: optional(measure), most: optional(number) });
const evaluated: Rule = (value, mask) =>
  only({
    guard: oneOf(...Object.keys(guards)),
    verdict: flag,
    facts: listOf(fact),
    parts: optional(listOf(evaluated)),
  })(value, mask);
export const reasons = listOf(
  only({ id: matching(/^[\w.]*[#:]\d+$/), guard: optional(evaluated), isTaken: flag }),
);

/** The name of a process's place in the room. */
const node = matching(/^[\w-]{1,20}$/);
/** Someone online, and the connection here that holds the nickname. */
export const members = listOf(only({ nickname, connection: optional(connection) }));
/** XState's own events, of which only the type is shown. */
export const ofXState =
  /^xstate\.(?:init|stop|promise\.(?:resolve|reject)|(?:done|error)\.(?:actor|state)\.[\w.]+|after\.[\w.]+)$/;

/** Rules for contexts, by the id of the machine. */
export const contexts: Record<string, Rule> = {
  connection: only({
    id: connection,
    nickname,
    isResumable: flag,
    underWay: number,
    muteReason: error,
    limits: only({ name: number, content: number, comparison: oneOf('nickname', 'exact') }),
  }),
  room: only({ waiting: count, committing: count }),
  ledger: only({ node: optional(node) }),
};
