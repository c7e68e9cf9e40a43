/**
 * Turns what happens among the actors into what a watcher may be told: XState's inspection events and the frames of the
 * connections, by allowlist. What people wrote is masked; equal texts have equal masks.
 */
import { createHmac, randomBytes } from 'node:crypto';
import {
  type AnyActorRef,
  type AnyMachineSnapshot,
  type InspectionEvent,
  isMachineSnapshot,
  type Snapshot,
} from 'xstate';
import type { Handshake } from '../actors/guest.ts';
import type { Traffic } from '../actors/tap.ts';
import { isTable, tableOf } from '../charts/table.ts';
import { toJson } from '../protocol/json.ts';
import { hidden, type Mask } from './allowlist.ts';
import { framesOf } from './frames.ts';
import { linesOf } from './handshake.ts';
import type { Member } from './shared-room.ts';
import { contexts, eventOf, members, ofXState, reasons } from './shown.ts';
import type { Way } from './steps.ts';
import {
  type Online,
  type ShownEvent,
  type ShownSnapshot,
  type Told,
  type ToldSnapshot,
  version,
} from './told.ts';

export type Redactor = {
  online: (members: readonly Member[]) => Told;
  /** `way`: how the actor has come to a snapshot. */
  show: (event: Watched, way?: Way) => Told;
  /** `isEarlier`: the watcher has come after it. */
  handshake: (actor: AnyActorRef, handshake: Handshake, when?: { isEarlier: true }) => Told;
  /** Each frame in a connection's traffic, or its handshake. */
  frames: (actor: AnyActorRef, traffic: Traffic) => Told[];
  /** The present state of an actor, for a watcher that has not heard of it. */
  introduce: (actor: AnyActorRef) => Told;
  /** The present state of an actor, for a watcher that has missed some of its events. */
  refresh: (actor: AnyActorRef) => Told;
};

/** The inspection events that are shown; the others tell what a machine did on its way from one snapshot to the next. */
export type Watched = Extract<
  InspectionEvent,
  { type: '@xstate.actor' | '@xstate.event' | '@xstate.snapshot' }
>;

export const isWatched = (event: InspectionEvent): event is Watched =>
  event.type === '@xstate.actor' || event.type === '@xstate.event' || event.type === '@xstate.snapshot';

export type RedactorOptions = {
  /** Shows what people wrote, too. */
  withContent: boolean;
  /** The time in milliseconds since 1970. */
  now: () => number;
  /** Milliseconds since any moment, with fractions; without it no durations are told. */
  elapsed?: () => number;
};

/** How many masks are kept: the same text is shown at several places, one after another. */
const mostMasks = 1000;
/** The longest text that is shown, and the longest whose mask is kept, in characters. */
const mostText = 1000;

/** Each redactor has a key of its own, so nothing else can produce or compare its masks. */
export function createRedactor({ withContent, now, elapsed }: RedactorOptions): Redactor {
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

  const base = (actor: AnyActorRef) => ({
    sessionId: actor.sessionId,
    rootId: rootOf(actor).sessionId,
    id: `${++events}`,
    createdAt: `${now()}`,
    ...(elapsed && { at: Math.round(elapsed() * 100) / 100 }),
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

  const introduced = (actor: AnyActorRef, snapshot: ShownSnapshot): Told => ({
    type: '@xstate.actor',
    ...base(actor),
    name: actor.id,
    parentId: actor._parent?.sessionId,
    definition: definitionOf(actor),
    snapshot,
  });

  const handshake: Redactor['handshake'] = (actor, { request, response }, when) => ({
    type: '@chat.handshake',
    ...base(actor),
    request: linesOf(request),
    response: linesOf(response),
    ...when,
  });

  return {
    introduce: (actor) => introduced(actor, snapshotOf(actor.getSnapshot(), mask)),
    refresh: (actor) => ({
      type: '@xstate.snapshot',
      ...base(actor),
      event: { type: '@chat.refresh' },
      snapshot: snapshotOf(actor.getSnapshot(), mask),
    }),
    handshake,
    frames: (actor, traffic) =>
      traffic.kind === 'handshake'
        ? [handshake(actor, traffic.handshake)]
        : framesOf(traffic, mask).map((frame) => ({ type: '@chat.frame', ...base(actor), ...frame })),
    online: (all) => ({
      type: '@chat.online',
      count: all.length,
      elsewhere: all.filter((member) => member.connection === undefined).length,
      members: members(all, mask) as Online['members'],
    }),
    show(inspected, way) {
      const actor = inspected.actorRef as AnyActorRef;
      // The actor is being created: its snapshot cannot be read yet, and follows.
      if (inspected.type === '@xstate.actor') return introduced(actor, { status: 'active' });
      const event = eventFor(inspected.event);
      if (inspected.type === '@xstate.snapshot')
        return {
          type: inspected.type,
          ...base(actor),
          event,
          snapshot: snapshotOf(inspected.snapshot, mask),
          taken: way?.taken,
          why: way?.why && (reasons(way.why, mask) as ToldSnapshot['why']),
        };
      const source = inspected.sourceRef as AnyActorRef | undefined;
      return { type: inspected.type, ...base(actor), sourceId: source?.sessionId, event };
    },
  };
}

function snapshotOf(snapshot: Snapshot<unknown>, mask: Mask): ShownSnapshot {
  const { status } = snapshot;
  if (!isMachineSnapshot(snapshot)) return { status };
  const { machine, value, tags, context } = snapshot as AnyMachineSnapshot;
  const rule = contexts[machine.id];
  return { status, value, tags: [...tags], ...(rule && { context: rule(context, mask) }) };
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
