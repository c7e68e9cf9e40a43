// Takes the pictures for the READMEs, docs/chat*.png and docs/lab*.png, with the built server and real browsers.
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { chromium } from 'playwright-core';
import { createChat } from '../dist/chat.js';
import { createChatClient } from '../dist/client/node.js';
import { formatTimestamp } from '../dist/protocol/timestamp.js';

const folder = mkdtempSync(join(tmpdir(), 'screenshots-'));
const earlier = [
  ['Minh', 'Mai họp lúc 9 giờ nhé mọi người'],
  ['Minh', 'Mình gửi tài liệu ở đây: https://example.com/ke-hoach'],
  ['Hà', 'Nhận được rồi, cảm ơn Minh!'],
  ['Linh', 'Does anyone have the slides from last week?'],
  ['Hà', 'Yes, I will send them tonight'],
];
const browser = await chromium.launch({
  executablePath: process.env.CHROMIUM ?? '/usr/bin/chromium',
  args: process.getuid?.() === 0 ? ['--no-sandbox'] : [],
});

/** Starts a server with three guests and a history that begins half an hour ago. */
async function newRoom(file) {
  const data = join(folder, `${file}.json`);
  const start = Date.now() - 30 * 60_000;
  const messages = earlier.map(([name, content], index) => ({
    name,
    content,
    timestamp: formatTimestamp(new Date(start + index * 90_000), 'documented'),
  }));
  writeFileSync(data, JSON.stringify(messages));
  const chat = await createChat({ port: 0, data });
  const url = await chat.listen();
  const guests = ['Minh', 'Hà', 'Linh'].map((name) => ({ name, client: createChatClient({ url }) }));
  for (const { name, client } of guests) await client.register(name);
  return { chat, url, guests: guests.map(({ client }) => client) };
}

/** Takes a picture of the page after a user has joined, sent a message and got an answer. */
async function picture(file, { lang, words: [nickname, join_, message, said, answer], ...options }) {
  const { chat, url, guests } = await newRoom(file);
  const context = await browser.newContext({ locale: lang, deviceScaleFactor: 2, ...options });
  const page = await context.newPage();
  await page.goto(url.replace('ws:', 'http:'));
  await page.getByRole('textbox', { name: nickname }).fill('An');
  await page.getByRole('button', { name: join_, exact: true }).click();
  await page.locator('main[data-status="registered"]').waitFor();
  await page.getByRole('textbox', { name: message, exact: true }).fill(said);
  await page.keyboard.press('Enter');
  await page.locator('[data-row="message"][data-own][data-position]').last().waitFor();
  guests[1].send(answer);
  await page.getByText(answer).last().waitFor();
  // Wait for animations.
  await page.evaluate(() => new Promise((resolve) => setTimeout(resolve, 300)));
  await page.screenshot({ path: `docs/${file}` });
  await context.close();
  for (const guest of guests) guest.close();
  await chat.close();
}

/** Takes a picture of the lab after two of its clients have sent messages, the second one also before it registered. */
async function lab(file, { lang, ...options }) {
  const { chat, guests } = await newRoom(file);
  const context = await browser.newContext({ locale: lang, deviceScaleFactor: 2, ...options });
  const page = await context.newPage();
  await page.goto(await chat.inspect({ port: 0 }));
  for (const say of [
    ['name', 'send'],
    ['send', 'name', 'send'],
  ]) {
    await page.locator('#add').click();
    await page.locator('[data-live="here"][data-state="unregistered.idle"]').waitFor();
    for (const button of say) {
      const answers = await page.locator('.lines > li').count();
      await page.locator(`[data-say="${button}"]`).click();
      await page
        .locator('.lines > li')
        .nth(answers + 1)
        .waitFor();
    }
  }
  await page.evaluate(() => new Promise((resolve) => setTimeout(resolve, 500)));
  await page.screenshot({ path: `docs/${file}` });
  await context.close();
  for (const guest of guests) guest.close();
  await chat.close();
}

const en = ['Nickname', 'Join', 'Message', 'Good morning everyone!', 'Morning, An!'];
const vi = ['Biệt danh', 'Vào', 'Tin nhắn', 'Chào buổi sáng mọi người!', 'Chào An nhé!'];
const wide = { width: 1100, height: 700 };
const narrow = { width: 360, height: 700 };
try {
  await picture('chat.png', { lang: 'en-GB', words: en, viewport: wide, colorScheme: 'light' });
  await picture('chat.vi.png', { lang: 'vi-VN', words: vi, viewport: wide, colorScheme: 'light' });
  await picture('chat-phone.png', { lang: 'en-GB', words: en, viewport: narrow, colorScheme: 'dark' });
  await picture('chat-phone.vi.png', { lang: 'vi-VN', words: vi, viewport: narrow, colorScheme: 'dark' });
  const screen = { width: 1920, height: 1080 };
  await lab('lab.png', { lang: 'en-GB', viewport: screen, deviceScaleFactor: 1, colorScheme: 'dark' });
  await lab('lab.vi.png', { lang: 'vi-VN', viewport: screen, deviceScaleFactor: 1, colorScheme: 'dark' });
} finally {
  await browser.close();
  rmSync(folder, { recursive: true, force: true });
}
