import type { AnyActorRef, AnyStateMachine, InspectionEvent } from 'xstate';
import { idsOf } from '../charts/chart.ts';

type Step = Extract<InspectionEvent, { type: '@xstate.microstep' }>;

/** Which transitions each actor has taken since its last snapshot, by their ids in its machine's chart. */
export class Steps {
  readonly #taken = new WeakMap<object, string[]>();
  /** Of each machine, the ids of its transitions. */
  readonly #ids = new WeakMap<object, ReadonlyMap<object, string>>();

  add({ actorRef, _transitions }: Step): void {
    const { logic } = actorRef as AnyActorRef & { logic: AnyStateMachine };
    const ids = this.#ids.get(logic) ?? idsOf(logic);
    this.#ids.set(logic, ids);
    const taken = _transitions.flatMap((transition) => ids.get(transition) ?? []);
    this.#taken.set(actorRef, [...(this.#taken.get(actorRef) ?? []), ...taken]);
  }

  /** Those of an actor; they are forgotten. `undefined` if its snapshot came without a step. */
  take(actor: object): string[] | undefined {
    const taken = this.#taken.get(actor);
    this.#taken.delete(actor);
    return taken;
  }
}
