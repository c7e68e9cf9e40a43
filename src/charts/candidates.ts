/** Which transitions an event could have led to, and why it led to the one that was taken. */
import type { AnyMachineSnapshot, AnyStateNode } from 'xstate';
import { connectionMachine } from '../machines/connection.ts';
import type { Candidate } from '../machines/fact.ts';
import { explain, type GuardName } from '../machines/reasons.ts';
import { idsOf, type Names, namesOf } from './chart.ts';

const ids = idsOf(connectionMachine);

/**
 * The transitions for an event, in the order in which XState looks at them: those of the innermost state first, and of the
 * states around it only if none of these is taken. `before` is the snapshot that the event met.
 */
export function candidatesOf(before: AnyMachineSnapshot, event: { type: string }): Candidate[] {
  const candidates: Candidate[] = [];
  let node: AnyStateNode | undefined = innermostOf(before);
  for (let isTaken = false; node !== undefined && !isTaken; node = node.parent) {
    for (const transition of node.transitions.get(event.type) ?? []) {
      const [name] = namesOf(transition.guard as Names) as GuardName[];
      const id = ids.get(transition) ?? '';
      if (isTaken) candidates.push({ id, isTaken: false });
      else {
        const guard = name && explain({ context: before.context, event: event as never }, name);
        isTaken = guard?.verdict ?? true;
        candidates.push({ id, isTaken, ...(guard && { guard }) });
      }
    }
  }
  return candidates;
}

/** The connection's machine has no parallel states. */
function innermostOf({ _nodes: nodes }: AnyMachineSnapshot): AnyStateNode | undefined {
  return nodes.find(({ type }) => type === 'atomic' || type === 'final');
}
