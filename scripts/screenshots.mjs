// Takes the pictures for the READMEs, docs/chat*.png, docs/moderate*.png and docs/lab*.png, with the built server and real
// browsers.
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
async function newRoom(file, options = {}) {
  const data = join(folder, `${file}.json`);
  const start = Date.now() - 30 * 60_000;
  const messages = earlier.map(([name, content], index) => ({
    name,
    content,
    timestamp: formatTimestamp(new Date(start + index * 90_000), 'documented'),
  }));
  writeFileSync(data, JSON.stringify(messages));
  const chat = await createChat({ port: 0, data, ...options });
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

/** Takes a picture of a moderator's page with what can be done about a message. */
async function moderator(file, { lang, words: [signIn, nickname, join_, moderate, spam], ...options }) {
  const moderators = join(folder, 'moderators');
  writeFileSync(moderators, 'An token-of-an\n', { mode: 0o600 });
  const { chat, url, guests } = await newRoom(file, { moderators });
  const spammer = createChatClient({ url });
  await spammer.register('Deals24');
  const context = await browser.newContext({ locale: lang, deviceScaleFactor: 2, ...options });
  const page = await context.newPage();
  await page.goto(`${url.replace('ws:', 'http:')}#moderate`);
  await page.locator('#token').fill('token-of-an');
  const loaded = page.waitForEvent('load');
  await page.getByRole('button', { name: signIn, exact: true }).click();
  await loaded;
  await page.getByRole('textbox', { name: nickname }).fill('An');
  await page.getByRole('button', { name: join_, exact: true }).click();
  await page.locator('main[data-status="registered"]').waitFor();
  for (const content of spam) spammer.send(content);
  const last = page.locator('[data-row="message"]').last();
  await last.getByText(spam.at(-1)).waitFor();
  const { length } = earlier;
  await chat.moderation.remove([length]);
  await page.locator(`[data-position="${length}"][data-row="removed"]`).waitFor();
  await last.getByRole('button', { name: moderate }).click();
  await page.getByText('registered.idle').waitFor();
  await page.screenshot({ path: `docs/${file}` });
  await context.close();
  for (const guest of [...guests, spammer]) guest.close();
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
const enModerator = [
  'Sign in',
  'Nickname',
  'Join',
  'Moderate: Deals24',
  ['Cheap watches, today only!', 'Buy now at https://deals24.example/'],
];
const viModerator = [
  'Đăng nhập',
  'Biệt danh',
  'Vào',
  'Điều hành: Deals24',
  ['Đồng hồ giá rẻ, chỉ hôm nay!', 'Mua ngay ở https://deals24.example/'],
];
const wide = { width: 1100, height: 700 };
const narrow = { width: 360, height: 700 };
try {
  await picture('chat.png', { lang: 'en-GB', words: en, viewport: wide, colorScheme: 'light' });
  await picture('chat.vi.png', { lang: 'vi-VN', words: vi, viewport: wide, colorScheme: 'light' });
  await picture('chat-phone.png', { lang: 'en-GB', words: en, viewport: narrow, colorScheme: 'dark' });
  await picture('chat-phone.vi.png', { lang: 'vi-VN', words: vi, viewport: narrow, colorScheme: 'dark' });
  const high = { width: 1280, height: 680 };
  await moderator('moderate.png', {
    lang: 'en-GB',
    words: enModerator,
    viewport: high,
    colorScheme: 'light',
  });
  await moderator('moderate.vi.png', {
    lang: 'vi-VN',
    words: viModerator,
    viewport: high,
    colorScheme: 'light',
  });
  const screen = { width: 1920, height: 1080 };
  await lab('lab.png', { lang: 'en-GB', viewport: screen, deviceScaleFactor: 1, colorScheme: 'dark' });
  await lab('lab.vi.png', { lang: 'vi-VN', viewport: screen, deviceScaleFactor: 1, colorScheme: 'dark' });
} finally {
  await browser.close();
  rmSync(folder, { recursive: true, force: true });
}
