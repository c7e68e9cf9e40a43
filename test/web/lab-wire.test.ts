import { expect, test } from 'vitest';
import { useBrowser } from '../helpers/browser.ts';
import { newMember } from '../helpers/client.ts';
import { openLab } from '../helpers/lab.ts';

const browser = useBrowser();

test('each frame stands in the wire log with its rule, whose text opens', async () => {
  const { lab, page } = await openLab(browser());
  await lab.add();
  for (const [button, rule] of [
    ['notJson', 'P-REQ-3'],
    ['unknown', 'P-REQ-4'],
    ['noKey', 'P-REQ-5'],
    ['wrongForm', 'P-NAME-1'],
    ['get', 'P-REQ-6'],
  ] as const) {
    const before = await lab.wire().count();
    await lab.say(button);
    await expect.poll(() => lab.wire().count()).toBe(before + 2);
    expect(await lab.wire().last().locator('[data-rule]').first().textContent()).toBe(rule);
  }
  await lab.say('name');
  await lab.say('tooLong');
  await expect
    .poll(() => lab.wire().last().textContent())
    .toMatch(/x{9} … \(\d+\) … x{9}.*WrongFormatContent/);
  await lab.send('{"type":"name","name":"An\u202e"}');
  const asked = page.locator('[data-frame="out"]').last();
  await expect.poll(() => asked.locator('code').textContent()).toBe('{"type":"name","name":"An\\u202e"}');
  expect(await asked.locator('[data-rule]').allTextContents()).toEqual(['P-NAME-6', 'P-REQ-2']);
  await page.locator('[data-rule="P-REQ-3"]').first().click();
  await expect
    .poll(() => page.locator('[data-rule-text="P-REQ-3"]').textContent())
    .toContain('WrongFormatJSON');
});

test('the text of a rule is in the language of the page', async () => {
  const { lab, page } = await openLab(browser(), { locale: 'vi-VN' });
  await lab.add();
  await lab.say('notJson');
  await page.locator('[data-rule="P-REQ-3"]').first().click();
  const text = page.locator('[data-rule-text="P-REQ-3"] p');
  expect(await text.textContent()).toMatch(/^P-REQ-3 Không phải JSON, .*WrongFormatJSON/);
  await page.locator('button[data-lang="en"]').click();
  await expect.poll(() => text.textContent()).toMatch(/^P-REQ-3 Not JSON, .*WrongFormatJSON/);
  const link = await page.locator('[data-rule="P-REQ-3"]').first().getAttribute('href');
  const other = await page.context().newPage();
  await other.goto(new URL(`${link}`, page.url()).href);
  await other.locator('[data-rule-text="P-REQ-3"]').waitFor();
});

test('the wire log shows what others say and hear too, masked, or only the page’s clients, or the chosen one', async () => {
  const { url, lab, page } = await openLab(browser());
  const an = await newMember(url, 'An');
  await lab.add();
  await lab.say('name');
  expect(await an.next()).toMatchObject({ datatype: 'register' });
  await an.ask({ data: 'send', content: 'bí mật' });
  await an.leave();
  await page.locator('[data-frame="out"] code', { hasText: /^CLOSE$/ }).waitFor();
  const whose = () =>
    lab.wire().evaluateAll((all) => [...new Set(all.map((line) => line.getAttribute('data-whose')))].sort());
  expect(await whose()).toEqual(['A', 'c1']);
  const said = page.locator('[data-frame][data-whose="c1"] code');
  const texts = await said.allTextContents();
  expect(texts[0]).toMatch(/^\{"data":"name","name":"•[\w-]{6}"\}$/);
  expect(texts.join()).not.toContain('bí mật');
  const rules = page.locator('[data-whose="c1"] [data-rule]');
  expect(await rules.allTextContents()).toEqual(
    expect.arrayContaining(['P-NAME-1', 'P-NAME-2', 'P-EVT-1', 'P-SEND-1', 'P-SEND-2']),
  );
  await page.locator('#audience').selectOption('own');
  expect(await whose()).toEqual(['A']);
  await page.locator('#audience').selectOption('chosen');
  expect(await whose()).toEqual(['A']);
  await page.locator('#audience').selectOption('all');
  await page.locator('[data-actor="room"] .pick').click();
  await page.locator('#audience').selectOption('chosen');
  expect(await lab.wire().count()).toBe(0);
});

test('a reader of older lines in the wire log is not moved by new ones, and can go back to the newest', async () => {
  const { lab, page } = await openLab(browser());
  await lab.add();
  for (let count = 1; count <= 20; count++) await lab.say('get');
  await expect.poll(() => lab.wire().count()).toBe(40);
  const lines = page.locator('.lines');
  const place = () => lines.evaluate(({ scrollTop }) => scrollTop);
  const left = () =>
    lines.evaluate(({ scrollHeight, clientHeight, scrollTop }) => scrollHeight - clientHeight - scrollTop);
  await expect.poll(left).toBeLessThan(1);
  const toNewest = page.locator('.wire .newest');
  expect(await toNewest.count()).toBe(0);
  await lines.evaluate((element) => element.scrollTo({ top: 100 }));
  await toNewest.waitFor();
  const read = await lab.wire().nth(3).textContent();
  for (let count = 1; count <= 65; count++) await lab.say('get');
  // More than are shown otherwise.
  await expect.poll(() => lab.wire().count()).toBe(170);
  expect(await place()).toBe(100);
  expect(await lab.wire().nth(3).textContent()).toBe(read);
  await toNewest.click();
  await expect.poll(left).toBeLessThan(1);
  await expect.poll(() => lab.wire().count()).toBe(150);
  await lab.say('notJson');
  await expect.poll(() => lab.wire().last().textContent()).toContain('WrongFormatJSON');
  expect(await left()).toBeLessThan(1);
  expect(await toNewest.count()).toBe(0);
});

test('P-EVT-4: pings and pongs stand in the wire log, which a page’s own client never sees', async () => {
  const { lab, page } = await openLab(browser(), {}, { pingInterval: 0.5 });
  await lab.add();
  await page.locator('#pings').check();
  await page.locator('[data-whose="A"][data-frame="in"]', { hasText: /PING/ }).first().waitFor();
  await page.locator('[data-whose="A"][data-frame="out"]', { hasText: /PONG/ }).first().waitFor();
  const rule = page
    .locator('[data-whose="A"][data-frame="out"]', { hasText: /PONG/ })
    .first()
    .locator('[data-rule]');
  expect(await rule.allTextContents()).toEqual(['P-EVT-4']);
});

test('what waits in the chosen connection is shown, with a bar for each of the last changes', async () => {
  const { lab, page } = await openLab(browser(), {}, { rate: 0.001, burst: 1 });
  const name = await lab.add();
  const queues = page.locator(`[data-queues="${name}"]`);
  await queues.locator('[data-frames="0"]').waitFor();
  for (let count = 0; count < 3; count++) await lab.say('get');
  await queues.locator('[data-frames="2"]').waitFor();
  expect(await queues.locator('[data-frames]').textContent()).toBe('Inbox: 2 frames');
  expect(await queues.locator('.bars').first().locator('i').last().getAttribute('style')).toContain('100%');
  await lab.say('get');
  await queues.locator('[data-frames="3"]').waitFor();
  await expect.poll(() => queues.locator('[data-scale]').textContent()).toMatch(/^over the last [\d,]+ ms$/);
  const inSight = await queues.evaluate((element) => element.getBoundingClientRect().bottom < innerHeight);
  expect(inSight).toBe(true);
  // A bar leads to its moment.
  await queues.locator('.bars').first().locator('button').nth(-2).click();
  await queues.locator('[data-frames="2"]').waitFor();
  expect(await page.locator('.page').getAttribute('data-mode')).toBe('paused');
});

test('a connection shows its handshake, its frames their headers, the room its commits, and the log who closed', async () => {
  const { url, lab, page } = await openLab(browser());
  const an = await newMember(url, 'An');
  await lab.add();
  await lab.say('name');
  await lab.say('send');
  const asked = page.locator('[data-whose="A"][data-frame="out"]', { hasText: '"send"' });
  await expect.poll(() => asked.locator('.facts').textContent()).toMatch(/^opcode 1 · .*MASK · \d+ B$/);
  const below = asked.evaluate((line) => {
    const [text, facts] = ['code', '.facts'].map((one) => line.querySelector(one)?.getBoundingClientRect());
    return Number(facts?.top) >= Number(text?.bottom);
  });
  expect(await below).toBe(true);
  expect(await page.locator('[data-handshake]').last().locator('code').textContent()).toMatch(
    /^HTTP\/1.1 101/,
  );
  await page.locator('#handshake').press('Enter');
  const lines = page.locator('dialog.handshake [data-line]');
  expect(await lines.allTextContents()).toEqual(
    expect.arrayContaining([
      'Sec-WebSocket-Version: 13',
      'User-Agent: …',
      expect.stringMatching(/^Sec-WebSocket-Accept: /),
    ]),
  );
  await page.keyboard.press('Escape');
  await page.locator('[data-actor="room"] .pick').click();
  const batch = page.locator('[data-batch="1"]').first();
  await batch.locator('summary').press('Enter');
  await expect.poll(() => batch.locator('li').textContent()).toBe('c2 post');
  // What has waited in the mailbox is there too, in bars that stand on their line.
  const overhangs = await page.locator('[data-order] .bars i').evaluateAll((bars) =>
    bars.map((bar) => {
      const line = bar.closest('.bars')?.getBoundingClientRect().bottom ?? 0;
      return bar.getBoundingClientRect().bottom - line;
    }),
  );
  expect(overhangs).not.toEqual([]);
  expect(Math.max(...overhangs)).toBeLessThanOrEqual(0);
  an.socket.terminate();
  await page.locator('[data-whose="c1"] [data-ending="cut"]', { hasText: 'the client is gone' }).waitFor();
  await lab.say('close');
  await page.locator('[data-whose="A"] [data-ending="first"]', { hasText: 'the client closes' }).waitFor();
  await page.locator('[data-whose="A"] [data-ending="answer"]', { hasText: 'the server answers' }).waitFor();
});
