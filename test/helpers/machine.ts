import { createActor, type EventFromLogic, fromCallback } from 'xstate';
import type { Change } from '../../src/ledger/ledger.ts';
import { connectionMachine, type Holding, type Limits } from '../../src/machines/connection.ts';
import type { Refusal } from '../../src/protocol/replies.ts';
import { readRequest } from '../../src/protocol/request.ts';
import type { Window } from '../../src/protocol/window.ts';

/** What the connection machine did since it was last asked: refusals, changes asked of the room, and histories shown. */
export type Did = { refused: Refusal[]; changes: Change[]; recalled: (Window | undefined)[] };

const nothing = (): Did => ({ refused: [], changes: [], recalled: [] });
/** What it did where it did only this. */
export const only = (did: Partial<Record<keyof Did, readonly unknown[]>>): object => ({
  ...nothing(),
  ...did,
});

export const defaultLimits: Limits = { name: 100, content: 100, comparison: 'nickname' };

/** A connection machine without a socket, and a room that only remembers. */
export class LoneConnection {
  #did = nothing();
  readonly #actor;

  constructor(limits: Partial<Limits> = {}) {
    const remember = ({ receive }: { receive: (listener: (change: Change) => void) => void }) => {
      receive((change) => this.#did.changes.push(change));
    };
    this.#actor = createActor(connectionMachine, {
      input: {
        id: 'c1',
        limits: { ...defaultLimits, ...limits },
        room: createActor(fromCallback<Change>(remember)).start(),
        refuse: (reply) => this.#did.refused.push(reply),
        recall: (window) => this.#did.recalled.push(window),
      },
    }).start();
  }

  /** The leaf that it is in, as `registered.idle`. */
  get state(): string {
    const { value } = this.#actor.getSnapshot();
    return typeof value === 'string' ? value : Object.entries(value).flat().join('.');
  }

  get nickname(): string | undefined {
    return this.#actor.getSnapshot().context.nickname;
  }

  get isBusy(): boolean {
    return this.#actor.getSnapshot().hasTag('busy');
  }

  /** It has reached its end: XState gives it no more events. */
  get isDone(): boolean {
    return this.#actor.getSnapshot().status === 'done';
  }

  /** One frame, given as a value or as its text. */
  hear(request: unknown): this {
    this.#actor.send(readRequest(typeof request === 'string' ? request : JSON.stringify(request)));
    return this;
  }

  /** How many of its sends the room has not answered. */
  get underWay(): number {
    return this.#actor.getSnapshot().context.underWay;
  }

  /** May it be given this request now? */
  takes(request: object): boolean {
    return this.#actor.getSnapshot().can(readRequest(JSON.stringify(request)));
  }

  /** The room answers a claim that succeeded. */
  settleClaim(holding: Partial<Holding> & { nickname: string }): this {
    return this.send({
      type: 'settled',
      count: 1,
      holding: { isResumable: false, isResumed: false, ...holding },
    });
  }

  /** The room answers so many sends, or a claim that was refused. */
  settle(count = 1): this {
    return this.send({ type: 'settled', count });
  }

  send(event: EventFromLogic<typeof connectionMachine>): this {
    this.#actor.send(event);
    return this;
  }

  hangUp(): this {
    return this.send({ type: 'hangup' });
  }

  /** What it did since the last call. */
  did(): Did {
    const did = this.#did;
    this.#did = nothing();
    return did;
  }
}

/** A way to each leaf. A registered one holds `An`. */
const ways = {
  'unregistered.idle': (machine: LoneConnection) => machine,
  'unregistered.claiming': (machine: LoneConnection) => machine.hear({ data: 'name', name: 'An' }),
  'unregistered.resuming': (machine: LoneConnection) =>
    machine.hear({ data: 'name', name: 'An', resume: 'secret' }),
  'unregistered.lost': (machine: LoneConnection) =>
    ways['unregistered.resuming'](machine).send({ type: 'lost' }),
  'registered.idle': (machine: LoneConnection) =>
    machine
      .hear({ data: 'name', name: 'An', resume: true })
      .settleClaim({ nickname: 'An', isResumable: true }),
  'registered.changing': (machine: LoneConnection) =>
    ways['registered.idle'](machine).hear({ data: 'name', name: 'Bình' }),
  'registered.sending': (machine: LoneConnection) =>
    ways['registered.idle'](machine).hear({ data: 'send', content: 'xin chào' }),
  'registered.lost': (machine: LoneConnection) => ways['registered.idle'](machine).send({ type: 'lost' }),
  closed: (machine: LoneConnection) => ways['registered.idle'](machine).hangUp(),
};
export type Leaf = keyof typeof ways;

export const leaves = Object.keys(ways) as Leaf[];
export const busyLeaves = leaves.filter((leaf) => /ing$|lost$/.test(leaf));

/** A connection machine in a state, with nothing done yet. */
export function connectionIn(leaf: Leaf, limits: Partial<Limits> = {}): LoneConnection {
  const machine: LoneConnection = ways[leaf](new LoneConnection(limits));
  machine.did();
  return machine;
}
