/** The entries of which a recording consists, in the order in which things happened. */
import type { Told, ToldActor } from '../../src/inspect/told.ts';
import type { ClientStatus, Picture } from './picture.ts';

/** An actor as it is recorded. Tables of machines are long and all alike, so the machine's id stands for its table. */
export type RecordedActor = Omit<ToldActor, 'definition'> & { machine?: string | undefined };
/** What the inspector told, as it is recorded. */
export type RecordedTold = Exclude<Told, ToldActor> | RecordedActor;

/** An entry that has no time yet. */
export type Draft =
  | { kind: 'told'; told: RecordedTold }
  /** A frame of one of the page's own clients. */
  | { kind: 'sent' | 'got'; client: string; text: string }
  | { kind: 'client'; client: string; status: ClientStatus; code?: number }
  /** Stands for all entries before it. */
  | { kind: 'picture'; picture: Picture }
  /** The inspector was away: what it told before no longer holds. */
  | { kind: 'reset' };

/** Its time is in milliseconds since 1970. */
export type Recorded = { at: number } & Draft;

/** Makes what the inspector told fit to be recorded. */
export function forRecording(told: Told): RecordedTold {
  if (told.type !== '@xstate.actor') return told;
  const { definition, ...rest } = told;
  return { ...rest, machine: definition === undefined ? undefined : machineIn(definition) };
}

/** Ids of machines by their tables, which are parsed only once. */
const machines = new Map<string, string | undefined>();

function machineIn(definition: string): string | undefined {
  if (!machines.has(definition)) machines.set(definition, JSON.parse(definition).id);
  return machines.get(definition);
}
