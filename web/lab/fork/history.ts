import type { Start, Step } from '../../../src/charts/futures.ts';
import type { ToldSnapshot } from '../../../src/inspect/told.ts';
import { leafOf } from '../leaf.ts';
import type { Recorded } from '../recorded.ts';

/** A step of a connection, where the connection was before it, and the steps that followed. */
export type Fork = { start: Start; steps: Step[] };

/** The most steps that are followed. */
const most = 200;

/**
 * The last step that a connection has made at a place in a recording; `undefined` if it has made none, or if the recording
 * does not tell where it was before.
 */
export function forkOf(entries: readonly Recorded[], count: number, session: string): Fork | undefined {
  let start: Start | undefined;
  let fork: Fork | undefined;
  for (const [index, entry] of entries.entries()) {
    const isPast = index < count;
    if (entry.kind === 'reset') {
      if (!isPast) break;
      start = fork = undefined;
    } else if (entry.kind === 'picture') {
      const actor = entry.picture.actors.find((one) => one.session === session);
      start = actor && startOf(actor.leaf, actor.step?.after);
    } else {
      const told = stepIn(entry, session);
      if (told === undefined) continue;
      const { event, why, snapshot } = told;
      // Something before it was left out, or it is the first of all.
      if (event.type.startsWith('@chat.') || event.type.startsWith('xstate.')) {
        if (!isPast) break;
        fork = undefined;
      } else if (isPast) fork = start && { start, steps: [{ event, why }] };
      else if (fork === undefined || fork.steps.push({ event, why }) === most) break;
      start = startOf(leafOf(snapshot.value), snapshot.context);
    }
  }
  return fork;
}

function stepIn(entry: Recorded, session: string): ToldSnapshot | undefined {
  if (entry.kind !== 'told' || entry.told.type !== '@xstate.snapshot') return undefined;
  return entry.told.sessionId === session ? entry.told : undefined;
}

function startOf(leaf: string, context: unknown): Start | undefined {
  const { id, limits } = Object(context);
  return typeof id === 'string' && Object(limits) === limits ? { leaf, context: Object(context) } : undefined;
}
