import type { AnyMachineSnapshot, AnyStateNode, InspectionEvent } from 'xstate';
import { eventOf, idsOf, type Names, namesOf } from '../../../src/charts/chart.ts';
import type { ClientEvent } from '../../../src/client/machine.ts';
import { factsOf } from '../../../src/client/reasons.ts';
import type { Judged } from '../../../src/protocol/own.ts';

/** What is shown of a machine: its state, and how it got there. */
export type Step = {
  /** The path of the innermost state. */
  state: string;
  event?: string | undefined;
  /** The ids of the edges or lines that were taken in its chart. */
  taken: readonly string[];
  guards: readonly Judged[];
};

type Transition = Extract<InspectionEvent, { type: '@xstate.microstep' }>['_transitions'][number];

/** Makes the function that is told what XState tells of the client's machine, and tells `tell` of each step of it. */
export function tellingSteps(tell: (step: Step) => void): (event: InspectionEvent) => void {
  let ids: ReadonlyMap<object, string> | undefined;
  let before: AnyMachineSnapshot | undefined;
  let taken: Transition[] = [];
  return (told) => {
    // The socket is an actor too.
    if (told.actorRef.sessionId !== told.rootId) return;
    if (told.type === '@xstate.microstep') taken.push(...told._transitions);
    if (told.type !== '@xstate.snapshot') return;
    const now = told.snapshot as AnyMachineSnapshot;
    // What the client provides has the same chart, but transitions of its own.
    ids ??= idsOf(now.machine);
    const { event } = told;
    tell({
      state: leafOf(now)?.path.join('.') ?? '',
      event: before && eventOf(event.type),
      taken: taken.flatMap((transition) => ids?.get(transition) ?? []),
      guards: before ? judgedFor(before, now, event as ClientEvent, taken) : [],
    });
    before = now;
    taken = [];
  };
}

/** The guards that were asked: those before the transition that was taken have said no, and what followed by itself yes. */
function judgedFor(
  before: AnyMachineSnapshot,
  now: AnyMachineSnapshot,
  event: ClientEvent,
  [taken, ...further]: readonly Transition[],
): Judged[] {
  const asked: Transition[] = [];
  for (let node = leafOf(before); node !== undefined && asked.at(-1) !== taken; node = node.parent)
    for (const transition of node.transitions.get(event.type) ?? [])
      if (asked.at(-1) !== taken) asked.push(transition);
  const judged = (transition: Transition, verdict: boolean, { context }: AnyMachineSnapshot) =>
    namesOf(transition.guard as Names).map((guard) => ({
      ...{ guard, verdict },
      facts: factsOf(guard, { context, event }),
    }));
  return [
    ...asked.flatMap((transition) => judged(transition, transition === taken, before)),
    ...further.flatMap((transition) => judged(transition, true, now)),
  ];
}

/** The innermost state. The client's machine has no parallel ones. */
function leafOf({ _nodes: nodes }: AnyMachineSnapshot): AnyStateNode | undefined {
  return nodes.find(({ type }) => type === 'atomic' || type === 'final');
}
