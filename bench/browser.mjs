/** What the benchmarks of pages share: Chromium, how long each frame takes in it, and how figures are printed. */
import { chromium } from 'playwright-core';
import { percentile } from './measure.mjs';

export const launch = () =>
  chromium.launch({
    executablePath: process.env.CHROMIUM ?? '/usr/bin/chromium',
    args: process.getuid?.() === 0 ? ['--no-sandbox'] : [],
  });

/** From now on the page notes how long each frame takes. */
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

/** How long the frames took since then, in milliseconds. */
export async function framesOf(page) {
  const frames = Float64Array.from(await page.evaluate(() => window.frames_.slice(5))).sort();
  return {
    frameP50: percentile(frames, 0.5),
    frameP95: percentile(frames, 0.95),
    frameP99: percentile(frames, 0.99),
    frameMax: frames.at(-1),
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
