import { createActor, type EventFromLogic, fromCallback, SimulatedClock } from 'xstate';
import { clientMachine } from '../../src/client/machine.ts';

export type ClientEvent = EventFromLogic<typeof clientMachine>;
/** The type of an event without data. */
type BareEvent = Exclude<ClientEvent['type'], 'ping' | 'register' | 'named' | 'refused'>;

/** The client machine without a socket, on a simulated clock. */
export class LoneClient {
  readonly clock = new SimulatedClock();
  /** How many sockets are open. */
  sockets = 0;
  #did: string[] = [];
  readonly #actor;

  constructor(nickname?: string) {
    const socket = fromCallback(() => {
      this.sockets++;
      this.#did.push('open a socket');
      return () => {
        this.sockets--;
        this.#did.push('close it');
      };
    });
    const machine = clientMachine.provide({
      actors: { socket },
      actions: {
        claim: (_, { nickname }) => void this.#did.push(`claim ${nickname}`),
        sync: () => void this.#did.push('sync'),
        flush: () => void this.#did.push('flush'),
      },
    });
    this.#actor = createActor(machine, { clock: this.clock, input: { nickname } }).start();
  }

  /** The current leaf state, such as `linked.registered.idle`. */
  get state(): string {
    return leafOf(this.#actor.getSnapshot().value);
  }

  get context() {
    return this.#actor.getSnapshot().context;
  }

  get isDone(): boolean {
    return this.#actor.getSnapshot().status === 'done';
  }

  /** Sends events in order. An event without data may be given as its type. */
  hear(...events: (ClientEvent | BareEvent)[]): this {
    for (const event of events) this.#actor.send(typeof event === 'string' ? { type: event } : event);
    return this;
  }

  /** Advances the clock. */
  wait(ms: number): this {
    this.clock.increment(ms);
    return this;
  }

  /** What the machine has done since the last call. */
  did(): string[] {
    const did = this.#did;
    this.#did = [];
    return did;
  }
}

function leafOf(value: unknown): string {
  if (typeof value === 'string') return value;
  return Object.entries(Object(value))
    .map(([state, below]) => `${state}.${leafOf(below)}`)
    .join();
}

export const register = (nickname: string): ClientEvent => ({ type: 'register', nickname });
export const named = (nickname: string): ClientEvent => ({ type: 'named', nickname });
export const refused = (reason: string): ClientEvent => ({ type: 'refused', refusal: { reason } });
export const ping = (seconds: number): ClientEvent => ({ type: 'ping', seconds });

/** A way to each leaf state. The nickname is `An`. */
const ways = {
  'linked.connecting': (client: LoneClient) => client,
  'linked.unregistered.idle': (client: LoneClient) => client.hear('open'),
  'linked.unregistered.claiming': (client: LoneClient) => client.hear('open', register('An')),
  'linked.registered.syncing': (client: LoneClient) => client.hear('open', register('An'), named('An')),
  'linked.registered.idle': (client: LoneClient) =>
    client.hear('open', register('An'), named('An'), 'synced'),
  'linked.registered.changing': (client: LoneClient) =>
    ways['linked.registered.idle'](client).hear(register('Bình')),
  waiting: (client: LoneClient) => ways['linked.registered.idle'](client).hear('lost'),
  'linked.reconnecting': (client: LoneClient) => ways.waiting(client).hear('retry'),
  'linked.unregistered.reclaiming': (client: LoneClient) => ways['linked.reconnecting'](client).hear('open'),
  'linked.unregistered.blocked': (client: LoneClient) =>
    ways['linked.unregistered.reclaiming'](client).hear(refused('NameAlreadyUsed')),
  stopped: (client: LoneClient) => ways['linked.registered.idle'](client).hear('stop'),
  closed: (client: LoneClient) => ways['linked.registered.idle'](client).hear('close'),
};
export type ClientLeaf = keyof typeof ways;

export const clientLeaves = Object.keys(ways) as ClientLeaf[];
export const linkedLeaves = clientLeaves.filter((leaf) => leaf.startsWith('linked.'));

/** A client machine in a leaf state, with an empty record of what it has done. */
export function loneClientIn(leaf: ClientLeaf): LoneClient {
  const client: LoneClient = ways[leaf](new LoneClient());
  client.did();
  return client;
}
