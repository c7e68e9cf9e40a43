/**
 * What a watcher is told of the actors: XState's inspection events as the plain events of `@statelyai/inspect`, by
 * allowlist, and the frames of the connections. What people wrote is masked, in a way that still tells one text from
 * another.
 */
import { createHmac, randomBytes } from 'node:crypto';
import { type AnyActorRef, type AnyMachineSnapshot, type InspectionEvent, isMachineSnapshot } from 'xstate';
import type { Traffic } from '../actors/tap.ts';
import { toJson } from '../protocol/json.ts';
import {
  connection,
  content,
  count,
  error,
  type Fields,
  flag,
  hidden,
  listOf,
  type Mask,
  nickname,
  number,
  oneOf,
  only,
  optional,
  type Rule,
  timestamp,
  variants,
} from './allowlist.ts';
import { framesOf, type ShownFrame } from './frames.ts';
import { isTable, tableOf } from '../charts/table.ts';

/** The version of `@statelyai/inspect` whose events these are. */
const version = '0.7.2';

type Base = {
  sessionId: string;
  rootId: string;
  /** Counts the events of one inspector, as a text. */
  id: string;
  /** Milliseconds since 1970, as a text. */
  createdAt: string;
  _version: typeof version;
};
type ShownEvent = { type: string; [field: string]: unknown };
type ShownSnapshot = {
  status: 'active' | 'done' | 'error' | 'stopped';
  value?: unknown;
  context?: unknown;
  tags?: string[];
};
/** One event as it goes over the wire. */
type Shown = Base &
  (
    | {
        type: '@xstate.actor';
        name: string;
        parentId: string | undefined;
        /** The machine's table as JSON. */
        definition: string | undefined;
        snapshot: ShownSnapshot;
      }
    | { type: '@xstate.event'; sourceId: string | undefined; event: ShownEvent }
    | { type: '@xstate.snapshot'; event: ShownEvent; snapshot: ShownSnapshot }
    | ({ type: '@chat.frame' } & ShownFrame)
  );

/** Shows what happens, and how an actor stands now: to those who have not heard of it, and to those who have missed something. */
export type Redactor = {
  show: (event: Watched) => Shown;
  /** Of a connection, frame by frame. */
  frames: (actor: AnyActorRef, traffic: Traffic) => Shown[];
  introduce: (actor: AnyActorRef) => Shown;
  refresh: (actor: AnyActorRef) => Shown;
};

/** The inspection events that are shown; the others say how a machine got where it is. */
export type Watched = Extract<
  InspectionEvent,
  { type: '@xstate.actor' | '@xstate.event' | '@xstate.snapshot' }
>;

export const isWatched = ({ type }: InspectionEvent) =>
  type === '@xstate.actor' || type === '@xstate.event' || type === '@xstate.snapshot';

export type RedactorOptions = {
  /** What people wrote is shown too. */
  withContent: boolean;
  /** The time in milliseconds since 1970. */
  now: () => number;
};

/** Masks that are kept: a text is shown at several places, one after another. */
const mostMasks = 1000;
/** Most characters of a text that are shown, or whose mask is kept. */
const mostText = 1000;

const window = optional(only({ limit: optional(number), before: optional(number), after: optional(number) }));

const act: Record<string, Fields> = {
  claim: { by: connection, oldname: nickname, nickname, key: nickname },
  recall: { by: connection, nickname, window },
  post: { by: connection, nickname, content },
  leave: { by: connection },
};
const acts = listOf(variants(act));

const outcomes = listOf(
  variants({
    named: {},
    taken: {},
    absent: {},
    recalled: { part: only({ total: number, first: number, messages: number }) },
    posted: { message: only({ name: nickname, content, timestamp }) },
    left: { nickname },
    failed: { error },
  }),
);

/** Events by their type; those of XState itself by its prefix. */
const eventOf = variants({
  name: { name: nickname },
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
  settled: { nickname },
  hangup: {},
  ...act,
  acts: { acts },
  commit: { batch: only({ acts, timestamp }) },
  committed: { outcomes },
  broken: { error },
  drain: {},
});
const ofXState = /^xstate\.(?:init|stop|(?:done|error)\.(?:actor|state)\.[\w.]+|after\.[\w.]+)$/;

/** Contexts by the id of their machine. */
const contexts: Record<string, Rule> = {
  connection: only({
    id: connection,
    nickname,
    limits: only({ name: number, content: number, comparison: oneOf('nickname', 'exact') }),
  }),
  room: only({ waiting: count, batch: only({ acts: count, timestamp }), isDraining: flag }),
};

const statuses = ['active', 'done', 'error', 'stopped'];

/** Masks with a key of its own, so that what it has masked can be compared with nothing else. */
export function createRedactor({ withContent, now }: RedactorOptions): Redactor {
  const key = randomBytes(32);
  const masks = new Map<string, string>();
  const definitions = new WeakMap<object, string>();
  let events = 0;

  const mask: Mask = (kind, value) => {
    if (withContent) return textOf(value).slice(0, mostText);
    if (typeof value !== 'string') return kind === 'error' ? hidden : `${hidden}${kindOf(value)}`;
    if (value === '') return '';
    const text = `${kind}\0${value}`;
    const known = masks.get(text);
    if (known !== undefined) return known;
    const made = hidden + createHmac('sha256', key).update(text).digest('base64url').slice(0, 6);
    if (value.length > mostText) return made;
    if (masks.size === mostMasks) masks.clear();
    masks.set(text, made);
    return made;
  };

  const base = (actor: AnyActorRef): Base => ({
    sessionId: actor.sessionId,
    rootId: rootOf(actor).sessionId,
    id: `${++events}`,
    createdAt: `${now()}`,
    _version: version,
  });

  const eventFor = (event: { type: string }): ShownEvent =>
    ofXState.test(event.type) ? { type: event.type } : eventOf(event, mask);

  const definitionOf = (actor: AnyActorRef): string | undefined => {
    const table: unknown = (actor as { logic?: { config?: unknown } }).logic?.config;
    if (!isTable(table)) return undefined;
    const known = definitions.get(table) ?? JSON.stringify(tableOf(table));
    definitions.set(table, known);
    return known;
  };

  const introduced = (actor: AnyActorRef, snapshot: ShownSnapshot): Shown => ({
    type: '@xstate.actor',
    ...base(actor),
    name: actor.id,
    parentId: actor._parent?.sessionId,
    definition: definitionOf(actor),
    snapshot,
  });

  return {
    introduce: (actor) => introduced(actor, snapshotOf(actor.getSnapshot(), mask)),
    refresh: (actor) => ({
      type: '@xstate.snapshot',
      ...base(actor),
      event: { type: '@chat.refresh' },
      snapshot: snapshotOf(actor.getSnapshot(), mask),
    }),
    frames: (actor, traffic) =>
      framesOf(traffic, mask).map((frame) => ({ type: '@chat.frame', ...base(actor), ...frame })),
    show(inspected) {
      const actor = inspected.actorRef as AnyActorRef;
      // It is being made: its snapshot cannot be read yet, and follows.
      if (inspected.type === '@xstate.actor') return introduced(actor, { status: 'active' });
      const event = eventFor(inspected.event);
      if (inspected.type === '@xstate.snapshot')
        return {
          type: inspected.type,
          ...base(actor),
          event,
          snapshot: snapshotOf(inspected.snapshot, mask),
        };
      const source = inspected.sourceRef as AnyActorRef | undefined;
      return { type: inspected.type, ...base(actor), sourceId: source?.sessionId, event };
    },
  };
}

function snapshotOf(snapshot: { status: string }, mask: Mask): ShownSnapshot {
  const { status } = snapshot;
  if (!statuses.includes(status)) throw new Error('a snapshot with a strange status');
  const shown = { status } as ShownSnapshot;
  if (!isMachineSnapshot(snapshot)) return shown;
  const { machine, value, tags, context } = snapshot as AnyMachineSnapshot;
  const rule = contexts[machine.id];
  return { ...shown, value, tags: [...tags], ...(rule && { context: rule(context, mask) }) };
}

function rootOf(actor: AnyActorRef): AnyActorRef {
  let root = actor;
  while (root._parent !== undefined) root = root._parent;
  return root;
}

const textOf = (value: unknown) => {
  if (typeof value === 'string') return value;
  return value instanceof Error ? value.message : toJson(value);
};

const kindOf = (value: unknown) => {
  if (value === null) return 'null';
  return Array.isArray(value) ? 'array' : typeof value;
};
