import { createActor, type EventFromLogic, fromCallback } from 'xstate';
import type { Change } from '../../src/ledger/ledger.ts';
import { connectionMachine } from '../../src/machines/connection.ts';
import type { Holding, House, Limits } from '../../src/machines/guards.ts';
import type { Refusal } from '../../src/protocol/replies.ts';
import { readRequest } from '../../src/protocol/request.ts';
import type { Window } from '../../src/protocol/window.ts';

/** What the connection machine has done: its refusals, its changes for the room, and the windows of its `get`s. */
export type Did = { refused: Refusal[]; changes: Change[]; recalled: (Window | undefined)[] };

const nothing = (): Did => ({ refused: [], changes: [], recalled: [] });
/** The record of a machine that has done only this. */
export const only = (did: Partial<Record<keyof Did, readonly unknown[]>>): object => ({
  ...nothing(),
  ...did,
});

export const defaultLimits: Limits = { name: 100, content: 100, comparison: 'nickname' };

/** The nickname and the content that the house does not allow. */
export const forbidden = { nickname: 'Cấm', content: 'tầm bậy' };
/** What it says about them, as a server with these rules does. */
export const objections = {
  nickname: 'this nickname is banned',
  content: 'it has a word that is not allowed here',
};

export const house: House = {
  objectionToName: (nickname) => (nickname === forbidden.nickname ? objections.nickname : undefined),
  objectionToContent: (content) => (content === forbidden.content ? objections.content : undefined),
};

/** A connection machine without a socket, with a room that only records. */
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
        house,
        room: createActor(fromCallback<Change>(remember)).start(),
        refuse: (reply) => this.#did.refused.push(reply),
        recall: (window) => this.#did.recalled.push(window),
        awaitPeer: () => {},
      },
    }).start();
  }

  /** The current leaf state, such as `registered.idle`. */
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

  /** Whether the machine has reached its final state. */
  get isDone(): boolean {
    return this.#actor.getSnapshot().status === 'done';
  }

  /** Takes a frame, given as a value or as text. */
  hear(request: unknown): this {
    this.#actor.send(readRequest(typeof request === 'string' ? request : JSON.stringify(request)));
    return this;
  }

  /** How many sends the room has not settled. */
  get underWay(): number {
    return this.#actor.getSnapshot().context.underWay;
  }

  /** Whether the machine takes this request now. */
  takes(request: object): boolean {
    return this.#actor.getSnapshot().can(readRequest(JSON.stringify(request)));
  }

  /** The room settles a successful claim. */
  settleClaim(holding: Partial<Holding> & { nickname: string }): this {
    return this.send({
      type: 'settled',
      count: 1,
      holding: { isResumable: false, isResumed: false, ...holding },
    });
  }

  /** The room settles so many sends, or a refused claim. */
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

  /** What the machine has done since the last call. */
  did(): Did {
    const did = this.#did;
    this.#did = nothing();
    return did;
  }
}

/** A way to each leaf state. The nickname is `An`. */
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
  'registered.muted': (machine: LoneConnection) =>
    ways['registered.idle'](machine).send({ type: 'muted', why: 'you are muted' }),
  closed: (machine: LoneConnection) => ways['registered.idle'](machine).hangUp(),
};
export type Leaf = keyof typeof ways;

export const leaves = Object.keys(ways) as Leaf[];
export const busyLeaves = leaves.filter((leaf) => /ing$|lost$/.test(leaf));

/** A connection machine in a leaf state, with an empty record of what it has done. */
export function connectionIn(leaf: Leaf, limits: Partial<Limits> = {}): LoneConnection {
  const machine: LoneConnection = ways[leaf](new LoneConnection(limits));
  machine.did();
  return machine;
}
