/**
 * The chat page with a long history in Chromium: `npm run bench:page`. Prints the time to the first paint and to the
 * newest message, and the durations of animation frames while older and older messages are scrolled into view.
 */
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { framesOf, launch, print, recordFrames, sizeOf } from './browser.mjs';
import { writeHistory } from './history.mjs';
import { start } from './servers.mjs';

const messages = 100_000;
const folder = mkdtempSync(join(tmpdir(), 'bench-page-'));
const data = join(folder, 'data.json');
await writeHistory(data, messages);
const server = await start('ours', { data });
const browser = await launch();
try {
  const page = await browser.newPage({ locale: 'en-GB', viewport: { width: 1280, height: 800 } });
  await page.goto(`http://127.0.0.1:${server.port}/`);
  await page.getByRole('textbox', { name: 'Nickname' }).fill('An');
  const firstPaintMs = await page.evaluate(
    () => performance.getEntriesByName('first-contentful-paint')[0]?.startTime ?? Number.NaN,
  );
  const joined = performance.now();
  await page.getByRole('button', { name: 'Join', exact: true }).click();
  await page.locator(`[data-position="${messages - 1}"]`).waitFor();
  const joinToNewestMs = performance.now() - joined;

  await recordFrames(page);
  await page.locator('[role="log"]').hover();
  const end = performance.now() + 15_000;
  while (performance.now() < end) await page.mouse.wheel(0, -600);
  const frames = await framesOf(page);
  const oldest = await page
    .locator('[data-row="message"]')
    .evaluateAll((rows) => Math.min(...rows.map((row) => Number(row.dataset.position))));
  print({
    firstPaintMs,
    joinToNewestMs,
    messagesScrolled: messages - oldest,
    ...frames,
    ...(await sizeOf(page)),
  });
} finally {
  await browser.close();
  await server.stop();
  rmSync(folder, { recursive: true, force: true });
}
