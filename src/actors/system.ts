/** Starts the actors, brings connections to them, and ends them. */
import { setImmediate as endOfTurn } from 'node:timers/promises';
import type { WebSocket } from 'ws';
import { type AnyActorRef, createActor, waitFor } from 'xstate';
import type { Ledger } from '../ledger/ledger.ts';
import type { Limits } from '../machines/guards.ts';
import type { Policy } from '../moderation/policy.ts';
import { ownProtocol } from '../protocol/own.ts';
import type { Window } from '../protocol/window.ts';
import { type AllowanceOptions, Allowances, type Granted } from './allowance.ts';
import { answerGet } from './answer.ts';
import { Connection, type ConnectionOptions } from './connection.ts';
import { Discipline } from './discipline.ts';
import type { Guest, Handshake } from './guest.ts';
import { createHeartbeat } from './heartbeat.ts';
import { Histories } from './histories.ts';
import type { Intake } from './intake.ts';
import type { Log } from './log.ts';
import { OwnView } from './own-view.ts';
import { type Queue, queueOf } from './queue.ts';
import { type Readings, readingsOf } from './readings.ts';
import { createRoom } from './room.ts';
import { membersOf } from './roster.ts';
import type { Tap, Traffic } from './tap.ts';
import { createParent, serverMachine, startChild, treeOf } from './tree.ts';
import { Turns } from './turns.ts';
import { closeInWaves, type Farewell } from './waves.ts';

export type SystemOptions = AllowanceOptions & {
  ledger: Ledger;
  policy: Policy;
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
  /** Takes over an open WebSocket and the stream under it. The handshake is kept for an inspector. */
  admit: (ws: WebSocket, intake: Intake, guest: Guest, handshake?: Handshake) => void;
  /** Tells an inspector of a handshake that was refused. */
  turnedAway: (handshake: () => Handshake) => void;
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
  /** The handshake of the connection that an actor stands for, if it has been kept. */
  handshakeOf: (actor: AnyActorRef) => Handshake | undefined;
  /** All running actors, parents before their children. */
  actors: () => AnyActorRef[];
  /** What waits in every connection, by the session of its machine. */
  queues: () => Map<string, Queue>;
  /** Looks at every connection. */
  read: () => Readings;
  /** Other limits hold from now on, for open connections too. */
  change: (limits: Granted & { maxGetBytes: number }) => void;
};

/** Starts the actors. They run until `close`. */
export function startSystem(options: SystemOptions): System {
  const {
    ledger,
    policy,
    pingSeconds,
    stamp,
    now,
    others = [],
    isHeld = () => false,
    log,
    onFault,
  } = options;
  const connections = new Map<string, Connection>();
  const tap: Tap = { onTraffic: undefined };
  const turns = new Turns(isHeld);
  const allowances = new Allowances(options);
  const listeners = new Set<TrafficListener>();
  const handshakes = new WeakMap<AnyActorRef, Handshake>();
  /** What connections that are gone have added to the totals. */
  const past = { deliveredBytes: 0, delayedMs: 0 };
  let admitted = 0;
  let onEmpty = () => {};
  const discipline = new Discipline(policy, connections);

  const root = createActor(
    serverMachine.provide({
      actors: {
        room: createRoom({
          ...options,
          connections,
          turns,
          onGoverned: () => discipline.governed(),
          onAsked: () => JSON.stringify(membersOf(connections.values())),
          isWatched: () => tap.onTraffic !== undefined,
        }),
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
  const shared: Omit<
    ConnectionOptions,
    'id' | 'allowance' | 'visitor' | 'delays' | 'startMachine' | 'onGone'
  > = {
    ...options,
    room: mailbox,
    recall: (nickname, window) => answerGet(ledger.view(window ?? {}), nickname, window, stamp()),
    turns,
    histories,
    tap,
  };

  return {
    admit(ws, intake, { peer, nickname, moderator, registerMs, leave }, handshake) {
      const id = `c${++admitted}`;
      log({ kind: 'connect', connection: id, address: peer.address });
      const allowance = allowances.open(peer);
      let late: NodeJS.Timeout | undefined;
      const onGone = () => {
        clearTimeout(late);
        connection.view?.end();
        leave();
        past.deliveredBytes += connection.outlet.flushed;
        past.delayedMs += connection.reader.delayedMs;
        connections.delete(id);
        if (connections.size === 0) onEmpty();
      };
      const visitor = {
        mask: policy.maskOf(peer.key),
        get moderator() {
          return moderator?.();
        },
      };
      const limits = nickname === undefined ? options.limits : { ...options.limits, only: nickname };
      const startMachine: ConnectionOptions['startMachine'] = (input) =>
        startChild(parent, { ...input, limits, house: policy.houseFor(visitor), room: mailbox });
      const delays = { ms: 0, now };
      const own = { id, allowance, visitor, delays, startMachine, onGone };
      const connection: Connection = new Connection(ws, intake, { ...shared, ...own });
      connections.set(id, connection);
      if (handshake !== undefined) {
        handshakes.set(connection.actor, handshake);
        tap.onTraffic?.(id, { way: 'in', kind: 'handshake', handshake });
      }
      if (ws.protocol === ownProtocol) connection.view = new OwnView(connection, now);
      if (registerMs > 0)
        late = setTimeout(() => {
          turns.whenSound(() => {
            if (connection.nickname === undefined) connection.close(1008, 'not registered in time');
          });
        }, registerMs);
    },
    turnedAway(handshake) {
      for (const listen of listeners)
        listen(parent, { way: 'in', kind: 'handshake', handshake: handshake() });
    },
    drain: (farewell) => closeInWaves(connections, farewell),
    async close(code, reason, patienceSeconds) {
      discipline.end();
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
    handshakeOf: (actor) => handshakes.get(actor),
    actors: () =>
      [
        ...[root, ...others].flatMap(treeOf),
        ...Array.from(connections.values(), ({ actor }) => actor),
      ].filter((actor) => actor.getSnapshot().status === 'active'),
    queues: () => new Map(Array.from(connections.values(), (one) => [one.actor.sessionId, queueOf(one)])),
    read: () => readingsOf(connections.values(), past),
    change({ maxGetBytes, ...granted }) {
      allowances.change(granted);
      histories.change(maxGetBytes);
      // A moderator may be none any more.
      discipline.heed();
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
