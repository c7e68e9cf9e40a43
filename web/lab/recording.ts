/** A recording as a file, and how a long one is kept short. */
import type { Entry, Told } from './entry.ts';
import { shortened } from './entry.ts';
import type { World } from './world.ts';

const format = 'classic-chatbox-lab';
const kinds = ['told', 'sent', 'got', 'client', 'reset'];

type Recording = { format: typeof format; version: 1; selected: string | undefined; entries: Entry[] };

export function textOf(entries: readonly Entry[], selected: string | undefined): string {
  const recording = { format, version: 1, selected, entries };
  return JSON.stringify(recording);
}

/**
 * Reads what `textOf` has written, or a plain list of the inspector's events, as a test saves it. Throws for anything
 * else.
 */
export function readRecording(text: string): { entries: Entry[]; selected: string | undefined } {
  const value = JSON.parse(text) as unknown;
  if (Array.isArray(value)) {
    const all = value as (Told & { createdAt?: string })[];
    let at = 0;
    const entries = all.map((told): Entry => {
      at = Number(told.createdAt ?? at);
      return { at, kind: 'told', told: shortened(told) };
    });
    if (all.every(isTold)) return { entries, selected: undefined };
  } else {
    const { format: named, version, entries, selected } = Object(value) as Partial<Recording>;
    if (named === format && version === 1 && Array.isArray(entries) && entries.every(isEntry))
      return { entries, selected: typeof selected === 'string' ? selected : undefined };
  }
  throw new Error('this is no recording');
}

const isEntry = (entry: Entry) =>
  typeof entry?.at === 'number' &&
  kinds.includes(entry.kind) &&
  (entry.kind !== 'told' || isTold(entry.told)) &&
  (!('text' in entry) || typeof entry.text === 'string');

function isTold(told: Told): boolean {
  switch (told?.type) {
    case '@xstate.actor':
      return typeof told.name === 'string' && typeof told.snapshot?.status === 'string';
    case '@xstate.event':
      return typeof told.event?.type === 'string';
    case '@xstate.snapshot':
      return typeof told.event?.type === 'string' && typeof told.snapshot?.status === 'string';
    case '@chat.frame':
      return typeof told.sessionId === 'string' && ['string', 'undefined'].includes(typeof told.text);
    default:
      return told?.type === '@chat.skipped';
  }
}

/** What a picture consists of as the beginning of a recording, in place of all that has led to it. */
export function beginningOf(world: World): Entry[] {
  const { at } = world;
  const actors = [...world.actors.values()].filter(({ status }) => status === 'active');
  const born = actors.map(
    ({ session, parent, name, machine, status, leaf, nickname }): Entry => ({
      at,
      kind: 'told',
      told: {
        type: '@xstate.actor',
        sessionId: session,
        name,
        ...(parent !== undefined && { parentId: parent }),
        ...(machine !== undefined && { machine }),
        snapshot: {
          status,
          ...(leaf !== '' && { value: nested(leaf) }),
          ...(nickname && { context: { nickname } }),
        },
      },
    }),
  );
  const clients = [...world.clients.values()].map(
    ({ id, status, code, session, nickname }): Entry => ({
      at,
      kind: 'client',
      client: id,
      status,
      ...(code !== undefined && { code }),
      ...(session && { session }),
      ...(nickname && { nickname }),
    }),
  );
  const { skipped: count, framesSkipped: frames } = world;
  return [...born, ...clients, { at, kind: 'told', told: { type: '@chat.skipped', count, frames } }];
}

/** `registered.idle` as a machine says it: `{ registered: 'idle' }`. */
function nested(leaf: string): unknown {
  const [first = '', ...rest] = leaf.split('.');
  return rest.length === 0 ? first : { [first]: nested(rest.join('.')) };
}
