import { once } from 'node:events';
import { onTestFinished } from 'vitest';
import { WebSocket } from 'ws';
import { type InspectorOptions, startInspector } from '../../src/inspect/bridge.ts';
import { FullDisk } from '../../src/inspect/faults/full-disk.ts';
import type { FrameHeader } from '../../src/inspect/told.ts';
import { until } from './gate.ts';

export type Snapshot = {
  status: string;
  value?: unknown;
  context?: Record<string, unknown>;
  tags?: string[];
};

/** An event as a watcher gets it. */
export type Seen = {
  type: string;
  sessionId: string;
  rootId: string;
  id: string;
  createdAt: string;
  _version: string;
  name: string;
  parentId?: string;
  definition?: string;
  sourceId?: string;
  event: { type: string; [field: string]: unknown };
  snapshot: Snapshot;
  /** Only in `@xstate.snapshot`. */
  taken?: string[];
  /** Only in `@chat.skipped`. */
  count: number;
  frames?: number;
  /** Only in `@chat.frame`. */
  way: 'in' | 'out';
  kind: string;
  text?: string;
  bytes?: number;
  code?: number;
  isAnswer?: true;
  header?: FrameHeader;
  /** Only in `@chat.handshake`. */
  request?: string[];
  response?: string[];
};

/** A watcher, with a record of everything that it was sent. */
export class TestWatcher {
  readonly socket: WebSocket;
  readonly texts: string[] = [];
  readonly seen: Seen[] = [];
  /** The last snapshot of each actor, by session. */
  readonly snapshots = new Map<string, Snapshot>();
  /** The name of each actor, by session. */
  readonly names = new Map<string, string>();
  readonly closed: Promise<number>;

  constructor(socket: WebSocket) {
    this.socket = socket;
    this.closed = new Promise((resolve) => socket.on('close', resolve));
    socket.on('error', () => {});
    socket.on('message', (data) => this.#take(String(data)));
  }

  /** The last snapshots of the active actors, by name (`c1`). */
  alive(): Record<string, Snapshot> {
    const entries = [...this.snapshots].filter(([, { status }]) => status === 'active');
    return Object.fromEntries(entries.map(([session, snapshot]) => [`${this.names.get(session)}`, snapshot]));
  }

  /** Waits until the watcher has seen such an event. */
  async sees(isIt: (seen: Seen) => boolean): Promise<Seen> {
    await until(() => this.seen.some(isIt));
    return this.seen.find(isIt) as Seen;
  }

  #take(text: string): void {
    const seen: Seen = JSON.parse(text);
    this.texts.push(text);
    this.seen.push(seen);
    if (seen.type === '@xstate.actor') this.names.set(seen.sessionId, seen.name);
    if (seen.snapshot !== undefined) this.snapshots.set(seen.sessionId, seen.snapshot);
  }
}

/** Connects a watcher to the inspector at this address. */
export async function newWatcher(url: string): Promise<TestWatcher> {
  const socket = new WebSocket(eventsOf(url));
  onTestFinished(() => socket.terminate());
  const watcher = new TestWatcher(socket);
  await once(socket, 'open');
  return watcher;
}

export const eventsOf = (url: string) => url.replace('http:', 'ws:').replace('/?', '/events?');

/** Starts an inspector that leaves no events out. `attached` returns its number of observers. Closed after the test. */
export async function newInspector(
  system: InspectorOptions['system'],
  options: Partial<InspectorOptions> = {},
): Promise<{ url: string; attached: () => number; close: () => Promise<void>; errors: unknown[] }> {
  let observers = 0;
  const errors: unknown[] = [];
  const counted: InspectorOptions['system'] = {
    actors: system.actors,
    tap: system.tap,
    queues: system.queues,
    handshakeOf: system.handshakeOf,
    inspect: (observer) => {
      const { unsubscribe } = system.inspect(observer);
      observers++;
      return {
        unsubscribe: () => {
          observers--;
          unsubscribe();
        },
      };
    },
  };
  const { url, close } = await startInspector({
    system: counted,
    port: 0,
    eventsPerTick: 100_000,
    framesPerTick: 100_000,
    pingSeconds: 3600,
    maxName: 100,
    disk: new FullDisk(),
    log: (entry) => void (entry.kind === 'error' && errors.push(entry.error)),
    ...options,
  });
  onTestFinished(close);
  return { url, attached: () => observers, close, errors };
}
