/** What a recording is made of, in the order in which the page heard of it. */

import type { Picture } from './world.ts';

export type Snapshot = {
  status: string;
  value?: unknown;
  context?: { nickname?: unknown; waiting?: unknown; [field: string]: unknown };
};
type Happened = { type: string; [field: string]: unknown };

/** What the inspector told: the events of `@statelyai/inspect`, and how many it left out. */
export type Told =
  | {
      type: '@xstate.actor';
      sessionId: string;
      parentId?: string;
      name: string;
      /** The machine's table as JSON, as it comes over the wire; here its id is kept instead. */
      definition?: string;
      machine?: string;
      snapshot: Snapshot;
    }
  | { type: '@xstate.event'; sessionId: string; sourceId?: string; event: Happened }
  | { type: '@xstate.snapshot'; sessionId: string; event: Happened; snapshot: Snapshot }
  /** A message or a control frame of a connection; what others wrote is masked in its text. */
  | {
      type: '@chat.frame';
      sessionId: string;
      way: 'in' | 'out';
      kind: 'text' | 'binary' | 'ping' | 'pong' | 'close';
      text?: string;
      bytes?: number;
      code?: number;
    }
  | { type: '@chat.skipped'; count: number; frames?: number };

export type ClientStatus = 'connecting' | 'open' | 'closed' | 'removed';

export type Entry = {
  /** Milliseconds since 1970. */
  at: number;
} & (
  | { kind: 'told'; told: Told }
  /** A frame of one of the page's own clients. */
  | { kind: 'sent' | 'got'; client: string; text: string }
  | { kind: 'client'; client: string; status: ClientStatus; code?: number }
  /** Stands for all that was before it. */
  | { kind: 'picture'; picture: Picture }
  /** The inspector was away: what it told before no longer holds. */
  | { kind: 'reset' }
);

/** The definitions are long, all alike, and the page has its own charts. */
export function shortened(told: Told): Told {
  if (told.type !== '@xstate.actor' || told.definition === undefined) return told;
  const { definition, ...rest } = told;
  return { ...rest, machine: machineIn(definition) };
}

const machines = new Map<string, string>();

function machineIn(definition: string): string {
  const known = machines.get(definition);
  if (known !== undefined) return known;
  const { id } = JSON.parse(definition) as { id?: string };
  machines.set(definition, id ?? '');
  return id ?? '';
}
