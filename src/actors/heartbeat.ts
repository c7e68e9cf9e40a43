import { setImmediate } from 'node:timers/promises';
import { fromPromise } from 'xstate';
import { heartbeatMachine } from '../machines/heartbeat.ts';
import { events } from '../protocol/replies.ts';
import type { Connection } from './connection.ts';
import { pingFrame, textFrame } from './frame.ts';

/** The connections of a beat that are served before others get their turn. */
const slice = 200;

export type HeartbeatOptions = {
  /** The interval. */
  seconds: number;
  connections: ReadonlyMap<string, Connection>;
  /** A clock in milliseconds that only goes forward. */
  now: () => number;
};

/** The heartbeat machine, run on the connections: one shared frame for all of a beat (P-EVT-3, P-EVT-4). */
export function createHeartbeat({ seconds, connections, now }: HeartbeatOptions) {
  const frame = textFrame(JSON.stringify(events.ping(seconds)));
  const both = Buffer.concat([frame, pingFrame]);
  let lastBeat = now();

  async function beat(): Promise<void> {
    lastBeat = now();
    // Pongs that came while the process was busy or suspended are read before anybody is judged.
    await setImmediate();
    let served = 0;
    for (const connection of connections.values()) {
      connection.beat(frame, both, now());
      if (++served % slice === 0) await setImmediate();
    }
  }

  return heartbeatMachine.provide({
    delays: { interval: () => Math.max(0, lastBeat + seconds * 1000 - now()) },
    actors: { beat: fromPromise(beat) },
  });
}
