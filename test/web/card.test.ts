/** The card for a projector: how to join. */
import { decodeQR } from 'qr/decode.js';
import { expect, test } from 'vitest';
import { networkHosts } from '../../src/hosting/network.ts';
import { addressesOf, isOwn } from '../../web/chat/card/addresses.ts';
import { codeOf } from '../../web/chat/card/code.ts';
import { openChat, useBrowser, violationsOf } from '../helpers/browser.ts';
import { newServer } from '../helpers/server.ts';

const browser = useBrowser();

/** What a camera reads from dark modules, which are drawn as a path, in a square of this many modules. */
function scan(path: string, modules: number): string {
  const scale = 4;
  const side = modules * scale;
  const data = new Uint8Array(side * side * 4).fill(255);
  for (const [, x, y] of path.matchAll(/M(\d+) (\d+)h1v1h-1z/g))
    for (let row = 0; row < scale; row++)
      for (let column = 0; column < scale; column++) {
        const pixel = (Number(y) * scale + row) * side + Number(x) * scale + column;
        data.fill(0, pixel * 4, pixel * 4 + 3);
      }
  return decodeQR({ width: side, height: side, data });
}

test.each(['http://192.168.1.23:5000/', `https://chat.example/${'x'.repeat(200)}/`])(
  'the code of %s leads there',
  (address) => {
    const { path, size } = codeOf(address);
    expect(scan(path, size)).toBe(address);
  },
);

test.each([
  ['http://localhost:5000/', ['192.168.1.23', '[2001:db8::1]'], 'http://192.168.1.23:5000/'],
  ['https://127.0.0.1/chat/?access_token=x#join', ['10.1.2.3'], 'https://10.1.2.3/chat/'],
  ['http://[::1]:5000/', [], 'http://[::1]:5000/'],
  ['https://chat.example/room/?access_token=x#join', ['10.1.2.3'], 'https://chat.example/room/'],
])('for others %s, on a server that is reached at %j, is %s', (page, hosts, address) => {
  const [likeliest, ...others] = addressesOf(page, hosts);
  expect(likeliest).toBe(address);
  expect(others).toHaveLength(isOwn(new URL(page).hostname) ? Math.max(0, hosts.length - 1) : 0);
});

test.each([
  ['localhost', true],
  ['a.localhost', true],
  ['127.1.2.3', true],
  ['[::1]', true],
  ['127.example', false],
  ['localhost.example', false],
  ['192.168.1.23', false],
])('%s leads whoever uses it to their own machine: %s', (hostname, expected) => {
  expect(isOwn(hostname)).toBe(expected);
});

test('a key or the menu shows how to join, with the address for others as text and as a code; Escape closes it', async () => {
  const { url } = await newServer({ host: '0.0.0.0', title: 'Lớp 7A' });
  const here = url.replace('0.0.0.0', '127.0.0.1');
  const { page, chat } = await openChat(browser(), here, { bypassCSP: true });
  const scripts: string[] = [];
  page.on('request', (request) => void scripts.push(request.url()));
  await page.getByRole('textbox', { name: 'Nickname' }).waitFor();
  expect(scripts.filter((script) => script.includes('card-'))).toEqual([]);
  await page.keyboard.press('Alt+j');
  const card = page.getByRole('dialog', { name: 'Lớp 7A' });
  const shown = card.locator('[data-address]');
  await shown.waitFor();
  const hosts = await networkHosts('0.0.0.0');
  const [address = ''] = addressesOf(here.replace('ws', 'http'), hosts);
  expect(await shown.getAttribute('data-address')).toBe(address);
  const code = card.getByRole('img', { name: `QR code of ${address}` });
  const size = Number((await code.getAttribute('viewBox'))?.split(' ').at(-1));
  expect(scan(`${await code.locator('path').getAttribute('d')}`, size)).toBe(address);
  expect(await card.getByText('Only this computer').count()).toBe(hosts.length > 0 ? 0 : 1);
  expect(await violationsOf(page)).toEqual([]);
  await page.keyboard.press('Escape');
  await card.waitFor({ state: 'detached' });
  await expect.poll(() => page.url()).toBe(here.replace('ws', 'http'));
  await page.getByRole('button', { name: 'VI: Tiếng Việt' }).click();
  await page.getByRole('textbox', { name: 'Biệt danh' }).fill('An');
  await page.keyboard.press('Enter');
  await chat.status('registered');
  await page.getByRole('button', { name: 'Tuỳ chọn và trợ giúp' }).click();
  await page.getByRole('link', { name: 'Mã QR' }).click();
  await card.getByText('Quét mã bằng điện thoại').waitFor();
  await card.getByRole('button', { name: 'Đóng' }).click();
  await card.waitFor({ state: 'detached' });
});

test('only this machine is told where others reach it', async () => {
  const { url } = await newServer({ host: '0.0.0.0', trustProxy: '127.0.0.1' });
  const told = async (forwarded?: string) => {
    const headers: Record<string, string> = forwarded === undefined ? {} : { 'x-forwarded-for': forwarded };
    const answer = await fetch(`${url.replace('ws://0.0.0.0', 'http://127.0.0.1')}hosts.json`, { headers });
    return [answer.status, answer.headers.get('cache-control'), await answer.json()];
  };
  expect(await told()).toEqual([200, 'no-store', await networkHosts('0.0.0.0')]);
  expect(await told('203.0.113.7')).toEqual([200, 'no-store', []]);
});
