/**
 * The lab with 2,000 connections under traffic in Chromium: `npm run bench:lab`, or with another number of them, as in
 * `npm run bench:lab 200`. Prints the time until all connections are in the tree, the durations of animation frames and
 * long tasks while the room's chart is shown, the same for the class view (`class…`), and the time from pressing a
 * client's button to the first animation frame in which the chart shows the new state.
 */
import { once } from 'node:events';
import { Worker } from 'node:worker_threads';
import { framesOf, launch, print, recordFrames, sizeOf } from './browser.mjs';
import { percentile, sleep } from './measure.mjs';
import { inspected, start } from './servers.mjs';

const members = Number(process.argv[2] ?? 2000);
const traffic = { talkers: 20, requestsPerSecond: 50, guestsPerSecond: 2 };
const seconds = 15;
const clients = 10;

/** The long tasks since the last call: their number and the longest duration. */
async function longTasksOf(page) {
  const tasks = await page.evaluate(() => window.longTasks_.splice(0));
  return { longTasks: tasks.length, longestTaskMs: Math.max(0, ...tasks) };
}

/** The durations of animation frames and the long tasks of the next seconds. */
async function watch(page) {
  await longTasksOf(page);
  await recordFrames(page);
  await sleep(seconds);
  return { ...(await framesOf(page)), ...(await longTasksOf(page)) };
}

/** Presses a button of the chosen client. Resolves to the milliseconds until the chart shows the given state. */
async function press(page, say, state) {
  const shown = page.evaluate(
    ([button, wanted]) =>
      new Promise((resolve, reject) => {
        let pressed;
        const onClick = ({ timeStamp }) => {
          pressed = timeStamp;
        };
        document.querySelector(button).addEventListener('click', onClick, { once: true });
        const look = () => {
          const { state } = document.querySelector('[data-live="here"]')?.dataset ?? {};
          if (state === wanted) resolve(performance.now() - pressed);
          else if (performance.now() - pressed > 10_000) reject(new Error(`${state} instead of ${wanted}`));
          else requestAnimationFrame(look);
        };
        look();
      }),
    [`[data-say="${say}"]`, state],
  );
  await page.locator(`[data-say="${say}"]`).click();
  return shown;
}

/** Adds a client to the page; the chart then shows its connection. */
async function addClient(page) {
  const before = await page.locator('.clients > li').count();
  await page.locator('#add').click();
  const added = page.locator('.clients > li').nth(before);
  await added.locator('.pick[aria-pressed="true"]').waitFor();
}

const server = await start('ours', { args: inspected });
const { port, protocol } = server;
const room = new Worker(new URL('crowd.mjs', import.meta.url), {
  argv: [JSON.stringify({ scenario: 'room', port, protocol, members, ...traffic })],
});
const browser = await launch();
try {
  await once(room, 'message');
  room.postMessage('go');
  const page = await browser.newPage({ locale: 'en-GB', viewport: { width: 1280, height: 720 } });
  await page.addInitScript(() => {
    window.longTasks_ = [];
    new PerformanceObserver((list) => {
      for (const { duration } of list.getEntries()) window.longTasks_.push(duration);
    }).observe({ type: 'longtask' });
  });
  await page.goto(server.inspector);
  await page.waitForFunction((all) => {
    const counts = document.querySelector('.tree .summary')?.textContent.match(/\d+/g) ?? [];
    return counts.reduce((sum, count) => sum + Number(count), 0) >= all;
  }, members);
  const openMs = await page.evaluate(() => performance.now());
  const opening = await longTasksOf(page);

  const frames = await watch(page);
  await page.keyboard.press('c');
  await page.locator(`.seats[data-seats="${members}"]`).waitFor();
  const classFrames = await watch(page);
  await page.keyboard.press('c');

  const presses = [];
  for (let client = 0; client < clients; client++) {
    await addClient(page);
    presses.push(await press(page, 'name', 'registered.idle'));
    presses.push(await press(page, 'close', 'closed'));
  }
  const shown = Float64Array.from(presses).sort();
  const size = await sizeOf(page);
  const skipped = await page.locator('.skipped').allTextContents();
  const ended = once(room, 'message');
  room.postMessage('end');
  const [{ requestsPerSecond, guestsPerSecond }] = await ended;
  print({
    requestsPerSecond,
    guestsPerSecond,
    openMs,
    openLongTasks: opening.longTasks,
    openLongestTaskMs: opening.longestTaskMs,
    ...frames,
    ...Object.fromEntries(
      Object.entries(classFrames).map(([name, value]) => [
        `class${name[0].toUpperCase()}${name.slice(1)}`,
        value,
      ]),
    ),
    presses: presses.length,
    pressP50Ms: percentile(shown, 0.5),
    pressP95Ms: percentile(shown, 0.95),
    pressMaxMs: shown.at(-1),
    eventsSkipped: Number(/(\d+) events/.exec(skipped.join(''))?.[1] ?? 0),
    framesSkipped: Number(/(\d+) frames/.exec(skipped.join(''))?.[1] ?? 0),
    ...size,
  });
} finally {
  await browser.close();
  await room.terminate();
  await server.stop();
}
