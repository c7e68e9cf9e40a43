/**
 * The actor tree: `server` is the parent of `room` (with `mailbox` and `ledger`), `heartbeat`, and `connections` (with
 * `c1`, `c2`, …). All of them form one XState system, so an inspector sees the whole tree.
 */
import { setImmediate as endOfTurn } from 'node:timers/promises';
import type { WebSocket } from 'ws';
import type { Actor, AnyActorRef, AnyEventObject } from 'xstate';
import { createActor, fromCallback, setup, waitFor } from 'xstate';
import type { Ledger } from '../ledger/ledger.ts';
import { type ConnectionInput, connectionMachine, type Limits } from '../machines/connection.ts';
import type { Window } from '../protocol/window.ts';
import { type AllowanceOptions, Allowances, type Granted } from './allowance.ts';
import { answerGet } from './answer.ts';
import { Connection, type ConnectionOptions } from './connection.ts';
import type { Guest } from './guest.ts';
import { createHeartbeat } from './heartbeat.ts';
import { Histories } from './histories.ts';
import type { Intake } from './intake.ts';
import type { Log } from './log.ts';
import { type Readings, readingsOf } from './readings.ts';
import { createRoom } from './room.ts';
import type { Tap, Traffic } from './tap.ts';
import { Turns } from './turns.ts';
import { closeInWaves, type Farewell } from './waves.ts';

export type SystemOptions = AllowanceOptions & {
  ledger: Ledger;
  limits: Limits;
  maxBufferedBytes: number;
  /** The most bytes of histories that wait for all readers together. */
  maxGetBytes: number;
  pingSeconds: number;
  /** How long the holding of a lost connection waits for its peer (P-RES-3); 0: not at all. */
  resumeMs: number;
  /** The current time, as it is stored and shown. */
  stamp: () => string;
  /** Actors of other systems, which an inspector sees with these. */
  others?: readonly AnyActorRef[];
  /** Whether the process must say nothing now, since it may have been given up. Default: never. */
  isHeld?: () => boolean;
  log: Log;
  /** Called when a bug has stopped an actor that the chat cannot do without. */
  onFault: (error: unknown) => void;
};

type TrafficListener = (connection: AnyActorRef, traffic: Traffic) => void;

export type System = {
  /** Takes over an open WebSocket and the stream under it. */
  admit: (ws: WebSocket, intake: Intake, guest: Guest) => void;
  /** Closes the connections there are in waves. Those that are left go on meanwhile. */
  drain: (farewell: Farewell) => Promise<void>;
  /**
   * Stops reading requests, settles every change under way, closes every connection with the code, and cuts off the
   * peers that have not answered the close frame after `patienceSeconds`.
   */
  close: (code: number, reason: string, patienceSeconds: number) => Promise<void>;
  /** Tells an observer all events and snapshots of the actors until it unsubscribes. Costs time while it lasts. */
  inspect: AnyActorRef['system']['inspect'];
  /** Tells a listener the traffic of every connection until the returned function is called. */
  tap: (listener: TrafficListener) => () => void;
  /** All running actors, parents before their children. */
  actors: () => AnyActorRef[];
  /** Looks at every connection. */
  read: () => Readings;
  /** Other limits hold from now on, for open connections too. */
  change: (limits: Granted & { maxGetBytes: number }) => void;
};

/** Starts the actors. They run until `close`. */
export function startSystem(options: SystemOptions): System {
  const { ledger, pingSeconds, stamp, now, others = [], isHeld = () => false, log, onFault } = options;
  const connections = new Map<string, Connection>();
  const tap: Tap = { onTraffic: undefined };
  const turns = new Turns(isHeld);
  const allowances = new Allowances(options);
  const listeners = new Set<TrafficListener>();
  const delays = { ms: 0, now };
  /** Bytes that have left on connections that are gone. */
  let deliveredBytes = 0;
  let admitted = 0;
  let onEmpty = () => {};

  const root = createActor(
    serverMachine.provide({
      actors: {
        room: createRoom({ ...options, connections, turns, isWatched: () => tap.onTraffic !== undefined }),
        heartbeat: createHeartbeat({ pingSeconds, connections, now, isHeld }),
        connections: createParent(connections),
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

  const histories = new Histories({ ...options, weigh: (window = {}) => weigh(ledger, window), turns });
  const shared: Omit<ConnectionOptions, 'id' | 'allowance' | 'startMachine' | 'onGone'> = {
    ...options,
    room: mailbox,
    recall: (nickname, window) => answerGet(ledger.view(window ?? {}), nickname, window, stamp()),
    turns,
    histories,
    delays,
    tap,
  };

  return {
    admit(ws, intake, { peer, nickname, registerMs, leave }) {
      const id = `c${++admitted}`;
      log({ kind: 'connect', connection: id, address: peer.address });
      const allowance = allowances.open(peer);
      let late: NodeJS.Timeout | undefined;
      const onGone = () => {
        clearTimeout(late);
        leave();
        deliveredBytes += connections.get(id)?.outlet.flushed ?? 0;
        connections.delete(id);
        if (connections.size === 0) onEmpty();
      };
      const limits = nickname === undefined ? options.limits : { ...options.limits, only: nickname };
      const startMachine: ConnectionOptions['startMachine'] = (own) =>
        startChild(parent, { ...own, limits, room: mailbox });
      const connection = new Connection(ws, intake, { ...shared, id, allowance, startMachine, onGone });
      connections.set(id, connection);
      if (registerMs > 0)
        late = setTimeout(() => {
          turns.whenSound(() => {
            if (connection.nickname === undefined) connection.close(1008, 'not registered in time');
          });
        }, registerMs);
    },
    drain: (farewell) => closeInWaves(connections, farewell),
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
      await waitFor(root, ({ status }) => status === 'done');
    },
    inspect(observer) {
      const observed = [root, ...others].map(({ system }) => system.inspect(observer));
      return {
        unsubscribe() {
          for (const { unsubscribe } of observed) unsubscribe();
        },
      };
    },
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
      [
        ...[root, ...others].flatMap(treeOf),
        ...Array.from(connections.values(), ({ actor }) => actor),
      ].filter((actor) => actor.getSnapshot().status === 'active'),
    read: () => readingsOf(connections.values(), { deliveredBytes, delayedMs: delays.ms }),
    change({ maxGetBytes, ...granted }) {
      allowances.change(granted);
      histories.change(maxGetBytes);
    },
  };
}

/** The size of the messages in a window. A ledger that fails weighs nothing; the reply says what is wrong. */
function weigh(ledger: Ledger, window: Window): number {
  try {
    return ledger.view(window).part.pieces.reduce((sum, { length }) => sum + length, 0);
  } catch {
    return 0;
  }
}

/** An actor and all its descendants that snapshots list as children. */
function treeOf(actor: AnyActorRef): AnyActorRef[] {
  const children: Record<string, AnyActorRef> = actor.getSnapshot().children ?? {};
  return [actor, ...Object.values(children).flatMap(treeOf)];
}

/** The root actor. It invokes the others and ends when the room ends. */
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

/** The parent of the connection actors. It handles their ends and errors, so a failed connection stops no others. */
function createParent(connections: ReadonlyMap<string, Connection>) {
  return fromCallback<AnyEventObject>(({ receive }) => {
    receive((event) => {
      const [, kind, id = ''] = /^xstate\.(done|error)\.actor\.(.+)$/.exec(event.type) ?? [];
      const connection = connections.get(id);
      if (kind === 'error') connection?.abandon(event.error);
      connection?.endIfDone();
    });
  });
}

/**
 * Starts a child of `parent` that the parent's snapshot does not list. XState copies that list at every spawn, so spawning
 * 10,000 children takes half a minute; this takes a quarter of a second. The option `parent` of `createActor` is not
 * documented. A test checks what we rely on: one system, and errors that reach the parent.
 */
function startChild(parent: AnyActorRef, input: ConnectionInput): Actor<typeof connectionMachine> {
  return createActor(connectionMachine, { parent, id: input.id, input }).start();
}
