import type { Chart } from '../../src/charts/chart.ts';
import type { ShownSnapshot } from '../../src/inspect/told.ts';
import { beginningOf, leafOf } from './leaf.ts';
import type { Actor } from './picture.ts';
import type { RecordedActor, RecordedTold } from './recorded.ts';

/** How many actors are kept that have ended: one of them may be chosen. */
const mostEnded = 200;

/** The actors of the server, and the states that they are in. */
export class Cast {
  readonly all = new Map<string, Actor>();
  readonly #charts: Record<string, Chart>;
  /** The last context that was told of each actor. */
  readonly #contexts = new WeakMap<Actor, unknown>();
  #ended: string[] = [];

  constructor(charts: Record<string, Chart>) {
    this.#charts = charts;
  }

  /** The living actor with this name, `room` for example. */
  named(name: string): Actor | undefined {
    for (const actor of this.all.values()) if (actor.name === name && actor.status === 'active') return actor;
    return undefined;
  }

  clear(): void {
    this.all.clear();
    this.#ended = [];
  }

  restore(actors: readonly Actor[]): void {
    for (const actor of actors) this.all.set(actor.session, actor);
    this.#ended = actors.flatMap(({ session, status }) => (status === 'active' ? [] : session));
  }

  /** An actor appears. */
  add(told: RecordedActor): Actor {
    const actor: Actor = {
      session: told.sessionId,
      name: told.name,
      parent: told.parentId,
      machine: told.machine,
      status: told.snapshot.status,
      leaf: '',
      nickname: undefined,
      underWay: undefined,
      event: undefined,
      fired: [],
      earlier: [],
    };
    this.all.set(actor.session, actor);
    this.#update(actor, told.snapshot);
    // Its first snapshot follows; until then it is in the initial state of its machine.
    const chart = this.#charts[actor.machine ?? ''];
    if (actor.leaf === '' && chart !== undefined) actor.leaf = beginningOf(chart, '');
    return actor;
  }

  /** An actor is in the state that an event has led to. */
  move(told: Extract<RecordedTold, { type: '@xstate.snapshot' }>): void {
    const actor = this.all.get(told.sessionId);
    if (actor === undefined) return;
    const before = actor.leaf;
    const known = this.#contexts.get(actor);
    this.#update(actor, told.snapshot);
    const { event, why } = told;
    const { type } = event;
    if (type !== '@chat.refresh') actor.step = { event, before: known, after: told.snapshot.context, why };
    const chart = this.#charts[actor.machine ?? ''];
    if (type === '@chat.refresh' || chart === undefined) {
      if (actor.leaf !== before) actor.fired = [];
      return;
    }
    actor.event = type;
    if (type.startsWith('xstate.init')) return;
    const { taken: fired = [] } = told;
    const edges = actor.fired.filter((id) => chart.edges.some((edge) => edge.id === id));
    actor.earlier = [...edges, ...actor.earlier].slice(0, 2).filter((id) => !fired.includes(id));
    actor.fired = fired;
  }

  #update(actor: Actor, { status, value, context }: ShownSnapshot): void {
    actor.status = status;
    if (value !== undefined) actor.leaf = leafOf(value);
    this.#contexts.set(actor, context);
    const { nickname, underWay, node } = Object(context);
    actor.nickname = typeof nickname === 'string' ? nickname : undefined;
    actor.node = typeof node === 'string' ? node : undefined;
    // Only this state counts them down.
    actor.underWay = actor.leaf === 'registered.sending' ? Number(underWay) : undefined;
    if (status === 'active') return;
    this.#ended.push(actor.session);
    if (this.#ended.length > mostEnded) this.all.delete(`${this.#ended.shift()}`);
  }
}
