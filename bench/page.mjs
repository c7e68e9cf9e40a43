/**
 * The chat page with a long history in Chromium: `npm run bench:page`. Prints what it took until something and until the
 * newest message was on the screen, and how long each frame took while older and older pages were scrolled into view.
 */
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { chromium } from 'playwright-core';
import { writeHistory } from './history.mjs';
import { percentile } from './measure.mjs';
import { start } from './servers.mjs';

const messages = 100_000;
const folder = mkdtempSync(join(tmpdir(), 'bench-page-'));
const data = join(folder, 'data.json');
await writeHistory(data, messages);
const server = await start('ours', { data });
const browser = await chromium.launch({
  executablePath: process.env.CHROMIUM ?? '/usr/bin/chromium',
  args: process.getuid?.() === 0 ? ['--no-sandbox'] : [],
});
try {
  const page = await browser.newPage({ locale: 'en-GB', viewport: { width: 1280, height: 800 } });
  await page.goto(`http://127.0.0.1:${server.port}/`);
  await page.getByRole('textbox', { name: 'Nickname' }).fill('An');
  const firstPaint = await page.evaluate(
    () => performance.getEntriesByName('first-contentful-paint')[0]?.startTime ?? Number.NaN,
  );
  const joined = performance.now();
  await page.getByRole('button', { name: 'Join', exact: true }).click();
  await page.locator(`[data-position="${messages - 1}"]`).waitFor();
  const newest = performance.now() - joined;

  await page.evaluate(() => {
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
  await page.locator('[role="log"]').hover();
  const end = performance.now() + 15_000;
  while (performance.now() < end) await page.mouse.wheel(0, -600);
  const frames = Float64Array.from(await page.evaluate(() => window.frames_.slice(5))).sort();
  const oldest = await page
    .locator('[data-row="message"]')
    .evaluateAll((rows) => Math.min(...rows.map((row) => Number(row.dataset.position))));
  const figures = {
    firstPaintMilliseconds: firstPaint,
    joinToNewestMilliseconds: newest,
    messagesScrolled: messages - oldest,
    frameP50: percentile(frames, 0.5),
    frameP95: percentile(frames, 0.95),
    frameP99: percentile(frames, 0.99),
    frameMax: frames.at(-1),
    elements: await page.evaluate(() => document.querySelectorAll('*').length),
    heapMegabytes: await page.evaluate(() => performance.memory.usedJSHeapSize / 1e6),
  };
  for (const [name, value] of Object.entries(figures))
    process.stdout.write(`${name.padEnd(26)} ${value.toFixed(1)}\n`);
} finally {
  await browser.close();
  await server.stop();
  rmSync(folder, { recursive: true, force: true });
}
