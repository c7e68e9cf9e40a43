/** Shared by the benchmarks of pages: starting Chromium, measuring its animation frames, printing figures. */
import { chromium } from 'playwright-core';
import { percentile } from './measure.mjs';

export const launch = () =>
  chromium.launch({
    executablePath: process.env.CHROMIUM ?? '/usr/bin/chromium',
    args: process.getuid?.() === 0 ? ['--no-sandbox'] : [],
  });

/** Makes the page record the duration of each animation frame from now on. */
export const recordFrames = (page) =>
  page.evaluate(() => {
    const frames = [];
    let last = performance.now();
    const tick = (now) => {
      frames.push(now - last);
      last = now;
      requestAnimationFrame(tick);
    };
    requestAnimationFrame(tick);
    window.frames_ = frames;
  });

/** The durations of the recorded animation frames. */
export async function framesOf(page) {
  const frames = Float64Array.from(await page.evaluate(() => window.frames_.slice(5))).sort();
  return {
    frameP50Ms: percentile(frames, 0.5),
    frameP95Ms: percentile(frames, 0.95),
    frameP99Ms: percentile(frames, 0.99),
    frameMaxMs: frames.at(-1),
  };
}

export const sizeOf = (page) =>
  page.evaluate(() => ({
    elements: document.querySelectorAll('*').length,
    heapMegabytes: performance.memory.usedJSHeapSize / 1e6,
  }));

export function print(figures) {
  for (const [name, value] of Object.entries(figures))
    process.stdout.write(`${name.padEnd(26)} ${value.toFixed(1)}\n`);
}
