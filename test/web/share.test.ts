import { randomBytes } from 'node:crypto';
import { readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';
import { deflateRawSync } from 'node:zlib';
import type { Page } from 'playwright-core';
import { expect, test } from 'vitest';
import { fragmentOf, textIn, Unreadable } from '../../web/lab/share/fragment.ts';
import { withRecording } from '../../web/lab/share/page.ts';
import { newPage, useBrowser, violationsOf } from '../helpers/browser.ts';
import { Lab, openLab } from '../helpers/lab.ts';
import { newFolder } from '../helpers/server.ts';

const browser = useBrowser();
const recording = JSON.stringify({ format: 'classic-chatbox-lab', version: 1, entries: [] });

const fragmentWith = (text: string | Buffer) => `#recording=${deflateRawSync(text).toString('base64url')}`;
const hostile = {
  long: `#recording=${'A'.repeat(70_000)}`,
  large: fragmentWith(Buffer.alloc(2 ** 25)),
  damaged: fragmentWith(recording).slice(0, -3),
  foreign: fragmentWith('{"format":"another"}'),
};
const flawOf = (fragment: string) =>
  textIn(fragment).then(
    () => undefined,
    (error: unknown) => error instanceof Unreadable && error.flaw,
  );

test('any text is the same after its way through a link', async () => {
  for (const text of ['', recording, 'Ân 😀 </script>', randomBytes(3000).toString('hex')]) {
    const fragment = await fragmentOf(text);
    expect(fragment).toMatch(/^#recording=[\w-]+$/);
    expect(await textIn(fragment)).toBe(text);
  }
});

test.each([
  ['long', hostile.long],
  ['large', hostile.large],
  ['damaged', hostile.damaged],
  ['damaged', '#recording='],
  ['damaged', '#recording=A'],
  ['damaged', '#recording=%41%41'],
  ['damaged', '#recording=garbage'],
])('a link that is no recording is refused: %s', async (flaw, fragment) => {
  expect(await flawOf(fragment)).toBe(flaw);
});

test('no text of a recording ends its place in the page, and a second recording replaces the first', () => {
  const page = '<p>$&</p><script type="application/json" id="recording"></script>';
  const text = JSON.stringify('</script><script>alert(1)</script><!-- $& $1');
  const once = withRecording(page, text);
  expect(once.match(/<\/?script|<!--/g)).toHaveLength(2);
  expect(JSON.parse(`${/id="recording">(.*)<\/script>$/.exec(once)?.[1]}`)).toBe(JSON.parse(text));
  expect(withRecording(once, '[]')).toBe(withRecording(page, '[]'));
  expect(() => withRecording('<p>another page</p>', text)).toThrow('no place');
});

/** Two clients with a nickname, one of which has sent something; the view is paused. */
async function pausedLab() {
  const opened = await openLab(browser());
  const { lab, page } = opened;
  for (const _ of ['A', 'B']) {
    await lab.add();
    await lab.say('name');
  }
  await lab.send(JSON.stringify({ data: 'send', content: '</script><b>Xin chào</b>' }));
  await expect.poll(() => lab.wire().count()).toBe(8);
  await page.locator('#pause').click();
  return opened;
}

const isReplayed = (page: Page) =>
  page.locator('.page[data-mode="replay"]:has(.place:not([data-count="0"]))').waitFor();

/** The picture without tokens, which belong to the page and not to the recording. */
const pictureOf = async (lab: Lab) => JSON.stringify(await lab.picture()).replace(/\?token=[\w-]*/g, '');

/** Drops a file on a page, as if it came from the desktop. */
const drop = (page: Page, text: string) =>
  page.locator('main').evaluate((main, content) => {
    const dataTransfer = new DataTransfer();
    dataTransfer.items.add(new File([content], 'recording.json'));
    main.dispatchEvent(new DragEvent('drop', { dataTransfer, bubbles: true, cancelable: true }));
  }, text);

test('lab.html opens without a server and without a network, and steps through its recording', async () => {
  const { lab, page, inspector } = await pausedLab();
  const { page: alone } = await newPage(browser(), {
    offline: true,
    bypassCSP: true,
    viewport: { width: 1280, height: 720 },
  });
  const requests: string[] = [];
  alone.on('request', (request) => requests.push(request.url()));
  const address = pathToFileURL(await lab.savedPage()).href;
  await alone.goto(address);
  await isReplayed(alone);
  const other = new Lab(alone);
  expect(await pictureOf(other)).toBe(await pictureOf(lab));
  expect(await other.state()).toBe('registered.idle');
  const place = () => alone.locator('.place').getAttribute('data-count');
  while ((await other.state()) === 'registered.idle') {
    const before = await place();
    await alone.locator('#back-of-chosen').click();
    await expect.poll(place).not.toBe(before);
  }
  expect(await other.state()).toBe('registered.sending');
  for (const id of ['#live', '#add', '[data-side="faults"]']) expect(await alone.locator(id).count()).toBe(0);
  expect(await violationsOf(alone)).toEqual([]);

  // What it saves opens as well, with the recording up to this place.
  const again = pathToFileURL(await other.savedPage()).href;
  await alone.goto(again);
  await isReplayed(alone);
  await expect.poll(() => other.state()).toBe('registered.sending');
  expect(requests).toEqual([address, again]);

  // Without a recording it waits for one.
  const plain = await page.request.get(inspector.replace('/?', '/lab.html?'));
  expect(plain.headers()['content-disposition']).toContain('attachment');
  const refused = await page.request.get(`${new URL(inspector).origin}/lab.html`);
  expect(refused.status()).toBe(403);
  const file = join(await newFolder(), 'plain.html');
  await writeFile(file, await plain.text());
  await alone.goto(pathToFileURL(file).href);
  await alone.getByText('No recording is open').waitFor();
  await drop(alone, 'something else');
  await alone.locator('[data-flaw="foreign"]').waitFor();
  await drop(alone, await readFile(await lab.exported(), 'utf8'));
  await expect.poll(() => other.state()).toBe('registered.idle');
  expect(await alone.locator('.warning').count()).toBe(0);
});

test('a link opens the recording in a lab, also without its token, and the server does not see it', async () => {
  const { lab, page, inspector } = await pausedLab();
  const link = await lab.link();
  expect(link).not.toContain('token');
  const { page: reader, faults } = await newPage(browser(), { viewport: { width: 1280, height: 720 } });
  const requests: string[] = [];
  reader.on('request', (request) => requests.push(request.url()));
  await reader.goto(link);
  await isReplayed(reader);
  expect(await pictureOf(new Lab(reader))).toBe(await pictureOf(lab));
  expect(requests.filter((url) => url.includes('recording'))).toEqual([]);
  // Only the configuration is refused.
  expect(faults.splice(0)).toEqual([expect.stringContaining('403')]);

  // With the token, the same address leads back to what happens now.
  await page.goto(`${inspector}${new URL(link).hash}`);
  await isReplayed(page);
  await page.locator('#live').click();
  await page.locator('.page[data-connected][data-mode="live"]').waitFor();
  for (const [flaw, fragment] of Object.entries(hostile)) {
    await page.evaluate((hash) => location.assign(hash), fragment);
    await page.locator(`[data-flaw="${flaw}"]`).waitFor();
  }
  await page.locator('.page[data-mode="live"]').waitFor();

  const noise = randomBytes(60_000).toString('base64');
  const entries = [{ at: 0, kind: 'sent', client: 'A', text: noise }];
  const buffer = Buffer.from(JSON.stringify({ format: 'classic-chatbox-lab', version: 1, entries }));
  await page.locator('#file').setInputFiles({ name: 'long.json', mimeType: 'application/json', buffer });
  await isReplayed(page);
  await page.locator('#share').click();
  await page.locator('#copy-link').click();
  await page.getByText('This recording is too long for a link').waitFor();
});
