/** The doctor at a server behind nginx, done right and with each of the usual mistakes. */
import { networkInterfaces } from 'node:os';
import { expect, test } from 'vitest';
import { checksWith, findingsOf } from '../helpers/doctor.ts';
import { newPort } from '../helpers/port.ts';
import { newNginx, snippet } from '../helpers/reverse-proxy.ts';
import { newServer } from '../helpers/server.ts';

/** nginx with the location of deploy/proxies, in which lines are replaced. */
async function behindNginx(
  changes: Record<string, string> = {},
  pingInterval = 0.1,
  host = '127.0.0.1',
): Promise<string> {
  const { url } = await newServer({ pingInterval });
  const port = await newPort();
  const target = `127.0.0.1:${new URL(url).port}`;
  const location = await snippet('nginx-subpath.conf', { '127.0.0.1:5000': target, ...changes });
  await newNginx(`server { listen ${host}:${port};\n${location}}`, port, host);
  return `http://${host}:${port}/chat/`;
}

const forwardedFor = 'proxy_set_header X-Forwarded-For   $proxy_add_x_forwarded_for;';

test('done right, with buffering and without', async () => {
  for (const buffering of ['on', 'off']) {
    const told = await findingsOf(
      await behindNginx({
        'proxy_http_version 1.1;': `proxy_http_version 1.1; proxy_buffering ${buffering};`,
      }),
    );
    expect(checksWith(told, 'fail')).toEqual([]);
  }
});

test.each([
  ['HTTP/1.1', { 'proxy_http_version 1.1;': '' }, 'lacks HTTP/1.1 (it came as HTTP/1.0)'],
  ['Upgrade', { 'proxy_set_header Upgrade    $http_upgrade;': '' }, 'lacks the header "Upgrade: websocket"'],
  ['Connection', { 'proxy_set_header Connection "upgrade";': '' }, 'lacks the header "Connection: Upgrade"'],
])('without %s', async (_, changes, lacks) => {
  const told = await findingsOf(await behindNginx(changes));
  expect(checksWith(told, 'fail')).toEqual(['upgrade']);
  expect(told.upgrade?.text).toContain(lacks);
  expect(told.upgrade?.advice).toContain('proxy_set_header Upgrade $http_upgrade;');
});

test('with a server that has ended', async () => {
  const port = await newPort();
  const location = await snippet('nginx-subpath.conf', { '127.0.0.1:5000': `127.0.0.1:${await newPort()}` });
  await newNginx(`server { listen 127.0.0.1:${port};\n${location}}`, port);
  const told = await findingsOf(`http://127.0.0.1:${port}/chat/`);
  expect(checksWith(told, 'fail')).toEqual(['page', 'upgrade']);
  expect(told.upgrade?.text).toContain('cannot reach the server (502)');
});

test('with a path that is not stripped', async () => {
  const port = await newPort();
  const { url } = await newServer();
  const target = `127.0.0.1:${new URL(url).port}`;
  const location = await snippet('nginx-subpath.conf', { '127.0.0.1:5000/': target });
  await newNginx(`server { listen 127.0.0.1:${port};\n${location}}`, port);
  const told = await findingsOf(`http://127.0.0.1:${port}/chat/`);
  expect(told.page).toMatchObject({ result: 'fail', advice: expect.stringContaining('sub-path') });
});

test('that has less patience than the server has between two pings', async () => {
  const impatient = { 'proxy_read_timeout 60s;': 'proxy_read_timeout 1s;' };
  const told = await findingsOf(await behindNginx(impatient, 3600), { idleMs: 60_000 });
  expect(checksWith(told, 'fail')).toEqual(['idle']);
  expect(told.idle?.text).toMatch(/cut off after \d+ s \(1006\)/);
  expect(told.idle?.advice).toContain('proxy_read_timeout');
});

/** An address of this machine that is none of loopback. There may be none. */
const outer = Object.values(networkInterfaces())
  .flatMap((all = []) => all)
  .filter(({ internal, family }) => !internal && family === 'IPv4')
  .map(({ address }) => address)
  .slice(0, 1);

test('that asks under its own name for the server', async () => {
  for (const host of outer) {
    const told = await findingsOf(await behindNginx({ 'proxy_set_header Host $http_host;': '' }, 0.1, host));
    expect(checksWith(told, 'fail')).toEqual(['upgrade']);
    expect(told.upgrade).toMatchObject({
      text: expect.stringContaining('programs can open a WebSocket'),
      advice: expect.stringContaining('Host $http_host'),
    });
  }
});

test('that passes addresses on, and that passes on whatever a caller claims', async () => {
  for (const host of outer) {
    const right = await findingsOf(await behindNginx({}, 0.1, host));
    expect(right.address).toMatchObject({ result: 'pass', text: `the server sees you as ${host}` });
    const careless = await findingsOf(await behindNginx({ [forwardedFor]: '' }, 0.1, host));
    expect(careless.address).toMatchObject({ result: 'fail', text: expect.stringContaining('forge') });
  }
});

test('that says nothing of addresses, as far as that can be told from here', async () => {
  for (const host of outer) {
    const told = await findingsOf(
      await behindNginx({ [forwardedFor]: 'proxy_set_header X-Forwarded-For "";' }, 0.1, host),
    );
    expect(told.address).toMatchObject({
      result: 'fail',
      advice: expect.stringContaining('$proxy_add_x_forwarded_for'),
    });
  }
  const near = await findingsOf(await behindNginx({ [forwardedFor]: '' }));
  expect(near.address).toMatchObject({ result: 'warn', text: expect.stringContaining('cannot be checked') });
});
