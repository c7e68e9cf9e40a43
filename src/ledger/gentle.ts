import { setTimeout as sleep } from 'node:timers/promises';

/** Disk and processor are left to others for so many times as long as they were taken from them, but never for long. */
const gentleness = 3;
const longestPauseMs = 100;

/** Takes a step of a long task, and then leaves everything to others for a while. */
export async function gently(step: () => void | Promise<void>): Promise<void> {
  const start = performance.now();
  await step();
  await sleep(Math.min(longestPauseMs, gentleness * (performance.now() - start)));
}
