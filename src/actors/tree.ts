/**
 * The actor tree: `server` is the parent of `room` (with `mailbox` and `ledger`), `heartbeat`, and `connections` (with
 * `c1`, `c2`, …). All of them form one XState system, so an inspector sees the whole tree.
 */
import { type AnyActorRef, type AnyEventObject, createActor, fromCallback, setup } from 'xstate';
import { type ConnectionActor, connectionMachine } from '../machines/connection.ts';
import type { ConnectionInput } from '../machines/guards.ts';
import type { Connection } from './connection.ts';
import type { createHeartbeat } from './heartbeat.ts';
import type { createRoom } from './room.ts';

/** An actor and all its descendants that snapshots list as children. */
export function treeOf(actor: AnyActorRef): AnyActorRef[] {
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
export function createParent(connections: ReadonlyMap<string, Connection>) {
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
export function startChild(parent: AnyActorRef, input: ConnectionInput): ConnectionActor {
  return createActor(connectionMachine, { parent, id: input.id, input }).start();
}
