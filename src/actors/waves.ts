import { setImmediate as endOfTurn, setTimeout as sleep } from 'node:timers/promises';
import { waitFor } from 'xstate';
import type { Connection } from './connection.ts';

/** The time from one wave of closings to the next. */
const waveMs = 250;
/** How long a connection may wait for what it has asked for: a ledger that is away may not tell. */
const settleMs = 2000;

export type Farewell = { code: number; reason: string; seconds: number };

/**
 * Closes the connections there are, in waves that are spread evenly over so many seconds, and settles the changes of each
 * before. Those that are left go on meanwhile. Ends early when none is left.
 */
export async function closeInWaves(
  connections: ReadonlyMap<string, Connection>,
  { code, reason, seconds }: Farewell,
): Promise<void> {
  const all = [...connections.values()];
  const waves = Math.ceil((seconds * 1000) / waveMs);
  for (let wave = 0; wave < waves && connections.size > 0; wave++) {
    const [from, to] = [wave, wave + 1].map((count) => Math.round((count * all.length) / waves));
    const leaving = all.slice(from, to);
    for (const connection of leaving) connection.freeze();
    await endOfTurn();
    // A machine that fails meanwhile has nothing more to settle.
    await Promise.allSettled(
      leaving.map(({ actor }) =>
        waitFor(actor, (snapshot) => !snapshot.hasTag('busy'), { timeout: settleMs }),
      ),
    );
    for (const connection of leaving) connection.finish(code, reason);
    await sleep(waveMs);
  }
}
