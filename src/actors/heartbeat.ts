import { setImmediate } from 'node:timers/promises';
import { fromPromise } from 'xstate';
import { heartbeatMachine } from '../machines/heartbeat.ts';
import { events } from '../protocol/replies.ts';
import type { Connection } from './connection.ts';
import { pingFrame, textFrame } from './frame.ts';

/** How many connections a beat serves in one turn of the event loop. */
const slice = 200;

export type HeartbeatOptions = {
  pingSeconds: number;
  connections: ReadonlyMap<string, Connection>;
  /** A monotonic clock, in milliseconds. */
  now: () => number;
  /** Whether the process must say nothing now. */
  isHeld?: () => boolean;
};

/** Runs the heartbeat machine on the connections. All of them share one frame (P-EVT-3, P-EVT-4). */
export function createHeartbeat({ pingSeconds, connections, now, isHeld = () => false }: HeartbeatOptions) {
  const frame = textFrame(JSON.stringify(events.ping(pingSeconds)));
  const both = Buffer.concat([frame, pingFrame]);
  let lastBeatMs = now();

  async function beat(): Promise<void> {
    lastBeatMs = now();
    // Pongs that came while the process was busy or suspended must be read before any peer is judged.
    await setImmediate();
    let served = 0;
    for (const connection of connections.values()) {
      if (isHeld()) return;
      connection.beat(frame, both, now());
      if (++served % slice === 0) await setImmediate();
    }
  }

  return heartbeatMachine.provide({
    delays: { interval: () => Math.max(0, lastBeatMs + pingSeconds * 1000 - now()) },
    actors: { beat: fromPromise(beat) },
  });
}
