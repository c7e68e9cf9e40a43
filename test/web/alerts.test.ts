import type { Page } from 'playwright-core';
import { expect, test } from 'vitest';
import { openChat, useBrowser } from '../helpers/browser.ts';
import { newMember } from '../helpers/client.ts';
import { newServer } from '../helpers/server.ts';

const browser = useBrowser();

/** Notes what the page would have the system play and show. */
async function noteAlerts(page: Page): Promise<() => Promise<string[]>> {
  await page.addInitScript(() => {
    const noted: string[] = [];
    Object.assign(window, { noted });
    window.OscillatorNode = class extends OscillatorNode {
      constructor(context: BaseAudioContext, options?: OscillatorOptions) {
        super(context, options);
        noted.push(`${options?.frequency} Hz`);
      }
    };
    const Noted = function (this: object, title: string, { body }: { body: string }) {
      noted.push(`${title}: ${body}`);
    };
    Object.assign(window, {
      Notification: Object.assign(Noted, { requestPermission: async () => 'granted' }),
    });
  });
  await page.reload();
  return () => page.evaluate(() => (window as unknown as { noted: string[] }).noted.splice(0));
}

const hide = (page: Page, isHidden: boolean) =>
  page.evaluate((hidden) => {
    Object.defineProperty(document, 'hidden', { value: hidden, configurable: true });
    document.dispatchEvent(new Event('visibilitychange'));
  }, isHidden);

test('sounds and notifications are off until they are asked for, and come only while nobody looks', async () => {
  const { url } = await newServer();
  const { page, chat } = await openChat(browser(), url);
  const noted = await noteAlerts(page);
  await chat.join('An');
  const binh = await newMember(url, 'Bình');
  await chat.notice('Bình').waitFor();
  await hide(page, true);
  await binh.ask({ data: 'send', content: 'một' });
  await expect.poll(() => page.title()).toMatch(/^\(1\)/);
  expect(await noted()).toEqual([]);
  await hide(page, false);
  await page.getByRole('button', { name: 'Options and help' }).press('Enter');
  await page.getByRole('checkbox', { name: 'Play a sound' }).press('Space');
  await expect.poll(noted).toEqual(['660 Hz', '550 Hz']);
  await page.getByRole('checkbox', { name: 'Show a notification' }).press('Space');
  await page.keyboard.press('Escape');
  await binh.ask({ data: 'send', content: 'hai' });
  await chat.sees('hai');
  expect(await noted()).toEqual([]);
  await hide(page, true);
  await binh.ask({ data: 'send', content: 'ba' });
  await expect.poll(noted).toEqual(['660 Hz', '550 Hz', 'Bình: ba']);
  await binh.ask({ data: 'send', content: 'bốn, @An' });
  await expect.poll(noted).toEqual(['660 Hz', '830 Hz', '990 Hz', 'Bình: bốn, @An']);
  await page.reload();
  await chat.status('registered');
  await hide(page, true);
  await binh.ask({ data: 'send', content: 'năm' });
  await expect.poll(noted).toContain('Bình: năm');
});

test('where the browser does not allow notifications, the page says so and leaves them off', async () => {
  const { url } = await newServer();
  const { page, chat } = await openChat(browser(), url);
  await chat.join('An');
  await page.evaluate(() =>
    Object.assign(window, { Notification: { requestPermission: async () => 'denied' } }),
  );
  await page.getByRole('button', { name: 'Options and help' }).press('Enter');
  const box = page.getByRole('checkbox', { name: 'Show a notification' });
  await box.press('Space');
  await page.getByText('This browser does not allow it here.').waitFor();
  await expect.poll(() => box.isChecked()).toBe(false);
});
