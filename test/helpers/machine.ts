import { createActor, fromCallback } from 'xstate';
import type { Act } from '../../src/ledger/ledger.ts';
import { connectionMachine, type Limits } from '../../src/machines/connection.ts';
import type { Refusal } from '../../src/protocol/replies.ts';
import { readRequest } from '../../src/protocol/request.ts';

/** What the connection machine did since it was last asked: refusals given and acts sent to the room. */
export type Did = { refused: Refusal[]; acts: Act[] };

export const defaultLimits: Limits = { name: 100, content: 100, comparison: 'nickname' };

/** A connection machine without a socket, and a room that only remembers. */
export class LoneConnection {
  #did: Did = { refused: [], acts: [] };
  readonly #actor;

  constructor(limits: Partial<Limits> = {}) {
    const remember = ({ receive }: { receive: (listener: (act: Act) => void) => void }) => {
      receive((act) => this.#did.acts.push(act));
    };
    this.#actor = createActor(connectionMachine, {
      input: {
        id: 'c1',
        limits: { ...defaultLimits, ...limits },
        room: createActor(fromCallback<Act>(remember)).start(),
        refuse: (reply) => this.#did.refused.push(reply),
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

  /** The room answers; the nickname is the one then in force. */
  settle(nickname: string | undefined): this {
    this.#actor.send({ type: 'settled', nickname });
    return this;
  }

  hangUp(): this {
    this.#actor.send({ type: 'hangup' });
    return this;
  }

  /** What it did since the last call. */
  did(): Did {
    const did = this.#did;
    this.#did = { refused: [], acts: [] };
    return did;
  }
}

/** A way to each leaf. A registered one holds `An`. */
const ways = {
  'unregistered.idle': (machine: LoneConnection) => machine,
  'unregistered.claiming': (machine: LoneConnection) => machine.hear({ data: 'name', name: 'An' }),
  'registered.idle': (machine: LoneConnection) => machine.hear({ data: 'name', name: 'An' }).settle('An'),
  'registered.changing': (machine: LoneConnection) =>
    ways['registered.idle'](machine).hear({ data: 'name', name: 'Bình' }),
  'registered.sending': (machine: LoneConnection) =>
    ways['registered.idle'](machine).hear({ data: 'send', content: 'xin chào' }),
  'registered.getting': (machine: LoneConnection) => ways['registered.idle'](machine).hear({ data: 'get' }),
  closed: (machine: LoneConnection) => ways['registered.idle'](machine).hangUp(),
};
export type Leaf = keyof typeof ways;

export const leaves = Object.keys(ways) as Leaf[];
export const busyLeaves = leaves.filter((leaf) => /ing$/.test(leaf));

/** A connection machine in a state, with nothing done yet. */
export function connectionIn(leaf: Leaf, limits: Partial<Limits> = {}): LoneConnection {
  const machine: LoneConnection = ways[leaf](new LoneConnection(limits));
  machine.did();
  return machine;
}
