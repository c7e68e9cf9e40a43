import { setTimeout as sleep } from 'node:timers/promises';

/** Disk and processor are left to others for so many times as long as they were taken from them, but never for long. */
const gentleness = 3;
const longestPauseMs = 100;

/** Takes a step of a long task, and then leaves everything to others for a while, which is at least `leastMs`. */
export async function gently(step: () => void | Promise<void>, leastMs = 0): Promise<void> {
  const start = performance.now();
  await step();
  await sleep(Math.min(longestPauseMs, Math.max(leastMs, gentleness * (performance.now() - start))));
}
