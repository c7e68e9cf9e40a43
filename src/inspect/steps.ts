import type { AnyActorRef, AnyMachineSnapshot, AnyStateMachine, InspectionEvent, Snapshot } from 'xstate';
import { candidatesOf } from '../charts/candidates.ts';
import { idsOf } from '../charts/chart.ts';
import { connectionMachine } from '../machines/connection.ts';
import type { Candidate } from '../machines/fact.ts';

type Step = Extract<InspectionEvent, { type: '@xstate.microstep' }>;
type Reached = Pick<
  Extract<InspectionEvent, { type: '@xstate.snapshot' }>,
  'actorRef' | 'event' | 'snapshot'
>;

/** How an actor has come to a snapshot. */
export type Way = {
  /** The transitions that it has taken, by their ids in its machine's chart. */
  taken: string[];
  /** The transitions that the event could have led to. Only of the connection's machine, which has guards. */
  why?: Candidate[];
};

/** Which transitions each actor has taken since its last snapshot, and which it has not. */
export class Steps {
  readonly #taken = new WeakMap<object, string[]>();
  /** The last snapshot of each connection. */
  readonly #last = new WeakMap<object, Snapshot<unknown>>();
  /** Of each machine, the ids of its transitions. */
  readonly #ids = new WeakMap<object, ReadonlyMap<object, string>>();

  /** Takes an actor that is there already. */
  begin(actor: AnyActorRef): void {
    if (isConnection(actor)) this.#last.set(actor, actor.getSnapshot());
  }

  add({ actorRef, _transitions }: Step): void {
    const { logic } = actorRef as AnyActorRef & { logic: AnyStateMachine };
    const ids = this.#ids.get(logic) ?? idsOf(logic);
    this.#ids.set(logic, ids);
    const taken = _transitions.flatMap((transition) => ids.get(transition) ?? []);
    this.#taken.set(actorRef, [...(this.#taken.get(actorRef) ?? []), ...taken]);
  }

  /** The way to a snapshot; it is forgotten. `undefined` if the snapshot came without a step. */
  take({ actorRef, event, snapshot }: Reached): Way | undefined {
    const taken = this.#taken.get(actorRef);
    this.#taken.delete(actorRef);
    const before = this.#last.get(actorRef);
    if (isConnection(actorRef)) this.#last.set(actorRef, snapshot);
    if (before?.status !== 'active') return taken && { taken };
    return { taken: taken ?? [], why: candidatesOf(before as AnyMachineSnapshot, event) };
  }
}

const isConnection = (actor: object) => (actor as { logic?: unknown }).logic === connectionMachine;
