/**
 * "My connection" open in 30 pages of one Chromium, each of which says something every three seconds:
 * `npm run bench:own`, or with another number of pages, as in `npm run bench:own 10`. Prints the time from a message's
 * departure to its acknowledgement (`ack`) and to the first frame that tells what it has done to the machine (`frame`), both
 * as the page's script sees them, and the acknowledgements of a server without `--show-own` in the same run (`plain`).
 */
import { launch, print } from './browser.mjs';
import { percentile, sleep } from './measure.mjs';
import { start } from './servers.mjs';

const pages = Number(process.argv[2] ?? 30);
const [rounds, seconds, pauseSeconds] = [2, 15, 3];

/** Runs in the page before its own scripts: notes when its messages leave, and when what they cause comes. */
function note() {
  const took = { ack: [], frame: [] };
  window.took_ = took;
  window.WebSocket = class extends WebSocket {
    /** When those left whose acknowledgement, and whose frame, has not come. */
    #left = { ack: [], frame: [] };

    constructor(...args) {
      super(...args);
      this.addEventListener('message', ({ data }) => {
        // Acknowledgements come in order; a frame tells the latest state, whatever has led there.
        if (data.startsWith('{"type":"machine"')) this.#come('frame', this.#left.frame.length);
        else if (data.startsWith('{"type":"send"')) this.#come('ack', 1);
      });
    }

    send(data) {
      if (data.includes('"data":"send"')) {
        for (const list of Object.values(this.#left)) list.push(performance.now());
      }
      super.send(data);
    }

    #come(what, count) {
      for (const left of this.#left[what].splice(0, count)) took[what].push(performance.now() - left);
    }
  };
}

/** Runs in the page: writes a message into the field and sends it, as a visitor does. */
function say(field) {
  field.value = `xin chào ${Math.random()}`;
  field.dispatchEvent(new InputEvent('input', { bubbles: true }));
  field.dispatchEvent(new KeyboardEvent('keydown', { key: 'Enter', bubbles: true, cancelable: true }));
}

/** Joins in a browser profile of its own, with the panel open if there is one. */
async function join(browser, url, name, isShown) {
  const page = await (await browser.newContext({ locale: 'en-GB' })).newPage();
  await page.addInitScript(note);
  await page.goto(url);
  if (isShown) await page.getByRole('button', { name: 'My connection' }).click();
  await page.getByRole('textbox', { name: 'Nickname', exact: true }).fill(name);
  await page.keyboard.press('Enter');
  const field = page.getByRole('textbox', { name: 'Message', exact: true });
  await field.waitFor();
  return { page, field };
}

/** What the pages of one server have measured. */
async function measure(isShown) {
  const server = await start('ours', { args: isShown ? ['--show-own'] : [] });
  const browser = await launch();
  try {
    const all = [];
    for (let index = 0; index < pages; index++)
      all.push(await join(browser, `http://127.0.0.1:${server.port}/`, `An ${index}`, isShown));
    await sleep(2);
    for (const { page } of all)
      await page.evaluate(() => Object.values(window.took_).map((list) => list.splice(0)));
    const end = performance.now() + seconds * 1000;
    await Promise.all(
      all.map(async ({ field }) => {
        while (performance.now() < end) {
          await sleep(pauseSeconds * (0.5 + Math.random()));
          await field.evaluate(say);
        }
      }),
    );
    await sleep(1);
    return await Promise.all(all.map(({ page }) => page.evaluate(() => window.took_)));
  } finally {
    await browser.close();
    await server.stop();
  }
}

const lists = { plain: [], ack: [], frame: [] };
for (let round = 0; round < rounds; round++) {
  for (const { ack } of await measure(false)) lists.plain.push(...ack);
  for (const { ack, frame } of await measure(true)) {
    lists.ack.push(...ack);
    lists.frame.push(...frame);
  }
}
for (const [name, list] of Object.entries(lists)) {
  const sorted = Float64Array.from(list).sort();
  print({
    [`${name}Count`]: sorted.length,
    [`${name}P50Ms`]: percentile(sorted, 0.5),
    [`${name}P99Ms`]: percentile(sorted, 0.99),
  });
}
