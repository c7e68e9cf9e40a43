/**
 * The actor tree: `server` over `room` (over `mailbox` and `ledger`), `heartbeat`, and `connections` over `c1`, `c2`, …,
 * all in one XState system, so that an inspector sees all of it.
 */
import type { Duplex } from 'node:stream';
import { setImmediate as endOfTurn } from 'node:timers/promises';
import type { WebSocket } from 'ws';
import {
  type Actor,
  type AnyActor,
  type AnyActorRef,
  type AnyEventObject,
  createActor,
  fromCallback,
  setup,
  toPromise,
  waitFor,
} from 'xstate';
import type { Ledger } from '../ledger/ledger.ts';
import { type ConnectionInput, connectionMachine, type Limits } from '../machines/connection.ts';
import type { Window } from '../protocol/window.ts';
import { answerGet } from './answer.ts';
import { Connection } from './connection.ts';
import { createHeartbeat } from './heartbeat.ts';
import type { Log } from './log.ts';
import { createRoom } from './room.ts';
import type { Tap, Traffic } from './tap.ts';

export type SystemOptions = {
  ledger: Ledger;
  limits: Limits;
  maxBufferedBytes: number;
  pingSeconds: number;
  /** Seconds that a lost connection's holding waits for its peer (P-RES-3); 0: not at all. */
  resumeSeconds: number;
  /** The time, as it is stored and shown. */
  stamp: () => string;
  /** A clock in milliseconds that only goes forward. */
  now: () => number;
  log: Log;
  /** A bug has stopped an actor without which nothing goes on. */
  onFault: (error: unknown) => void;
};

type TrafficListener = (connection: AnyActorRef, traffic: Traffic) => void;

export type System = {
  /** Takes over an open WebSocket and the stream under it. */
  admit: (ws: WebSocket, socket: Duplex, address: string | undefined) => void;
  /**
   * Reads no more requests, answers every act taken up, closes every connection with a code, and cuts off those who have
   * not answered that after so many seconds.
   */
  close: (code: number, reason: string, patienceSeconds: number) => Promise<void>;
  /** Shows an observer everything that happens among the actors, until it unsubscribes. Costs while it lasts. */
  inspect: AnyActor['system']['inspect'];
  /** Lets a listener hear what goes over the wire of every connection, until the returned function is called. */
  tap: (listener: TrafficListener) => () => void;
  /** All actors that are alive, parents before their children. */
  actors: () => AnyActorRef[];
};

/** Starts the actors. They run until `close`. */
export function startSystem(options: SystemOptions): System {
  const { ledger, pingSeconds, stamp, now, log, onFault } = options;
  const connections = new Map<string, Connection>();
  const tap: Tap = { onTraffic: undefined };
  const listeners = new Set<TrafficListener>();
  let admitted = 0;
  let onEmpty = () => {};

  const root = createActor(
    serverMachine.provide({
      actors: {
        room: createRoom({ ...options, connections, isWatched: () => tap.onTraffic !== undefined }),
        heartbeat: createHeartbeat({ seconds: pingSeconds, connections, now }),
        connections: createParent(connections, log),
      },
    }),
    { id: 'server' },
  );
  root.subscribe({ error: onFault });
  root.start();
  const { room, connections: parent } = root.getSnapshot().children;
  const mailbox = room?.getSnapshot().children.mailbox;
  if (room === undefined || mailbox === undefined || parent === undefined)
    throw new Error('the actors did not start');

  const recall = (nickname: string, window: Window | undefined) =>
    answerGet(ledger.view(window ?? {}), nickname, window, stamp());
  const startMachine = (input: ConnectionInput) => startChild(parent, input);
  const shared = { ...options, room: mailbox, startMachine, recall, tap };

  return {
    admit(ws, socket, address) {
      const id = `c${++admitted}`;
      log({ kind: 'connect', connection: id, address });
      const onGone = () => {
        connections.delete(id);
        if (connections.size === 0) onEmpty();
      };
      connections.set(id, new Connection(ws, socket, { ...shared, id, onGone }));
    },
    async close(code, reason, patienceSeconds) {
      for (const connection of connections.values()) connection.freeze();
      await endOfTurn();
      if (root.getSnapshot().status === 'active')
        await waitFor(room, (snapshot) => snapshot.matches({ open: 'idle' }));
      const emptied = new Promise<void>((resolve) => {
        onEmpty = resolve;
      });
      for (const connection of connections.values()) connection.finish(code, reason);
      const late = setTimeout(() => {
        for (const connection of connections.values()) connection.terminate();
      }, patienceSeconds * 1000);
      if (connections.size > 0) await emptied;
      clearTimeout(late);
      if (root.getSnapshot().status !== 'active') return;
      mailbox.send({ type: 'drain' });
      await toPromise(root);
    },
    inspect: (observer) => root.system.inspect(observer),
    tap(listener) {
      listeners.add(listener);
      tap.onTraffic = (id, traffic) => {
        const actor = connections.get(id)?.actor;
        if (actor !== undefined) for (const listen of listeners) listen(actor, traffic);
      };
      return () => {
        listeners.delete(listener);
        if (listeners.size === 0) tap.onTraffic = undefined;
      };
    },
    actors: () =>
      [...treeOf(root), ...Array.from(connections.values(), ({ actor }) => actor)].filter(
        (actor) => actor.getSnapshot().status === 'active',
      ),
  };
}

/** An actor and all that its snapshot, and theirs, list as children. */
function treeOf(actor: AnyActorRef): AnyActorRef[] {
  const children: Record<string, AnyActorRef> = actor.getSnapshot().children ?? {};
  return [actor, ...Object.values(children).flatMap(treeOf)];
}

/** The root: what invokes the others and ends with the room. */
export const serverMachine = setup({
  types: {
    children: {} as { room: 'room'; heartbeat: 'heartbeat'; connections: 'connections' },
  },
  actors: {
    room: {} as ReturnType<typeof createRoom>,
    heartbeat: {} as ReturnType<typeof createHeartbeat>,
    connections: {} as ReturnType<typeof createParent>,
  },
}).createMachine({
  id: 'server',
  initial: 'running',
  invoke: [
    { id: 'room', src: 'room', onDone: '.closed' },
    { id: 'heartbeat', src: 'heartbeat' },
    { id: 'connections', src: 'connections' },
  ],
  states: {
    running: {},
    closed: { type: 'final' },
  },
});

/** The parent of the connection actors; it hears when one of them breaks, which must not break it too. */
function createParent(connections: ReadonlyMap<string, Connection>, log: Log) {
  return fromCallback<AnyEventObject>(({ receive }) => {
    receive((event) => {
      const [, id] = /^xstate\.error\.actor\.(.+)$/.exec(event.type) ?? [];
      if (id === undefined) return;
      log({ kind: 'error', connection: id, error: event.error });
      connections.get(id)?.abandon();
    });
  });
}

/**
 * A child of `parent` that its snapshot does not list: XState copies that list at every spawn, so 10,000 spawned
 * children take half a minute, and these a quarter of a second. `parent` is an option of `createActor` that its
 * documentation does not name; the test of this file pins what is relied on: one system, and errors told to the parent.
 */
function startChild(parent: AnyActorRef, input: ConnectionInput): Actor<typeof connectionMachine> {
  return createActor(connectionMachine, { parent, id: input.id, input }).start();
}
