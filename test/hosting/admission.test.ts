/** Settings of the admission that change while it runs. */
import { once } from 'node:events';
import { writeFileSync } from 'node:fs';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { join } from 'node:path';
import { expect, onTestFinished, test } from 'vitest';
import type { Guest } from '../../src/actors/guest.ts';
import type { LogEntry } from '../../src/actors/log.ts';
import { Admission, type AdmissionOptions } from '../../src/hosting/admission.ts';
import { type AdmissionConfig, admissionSettings } from '../../src/hosting/admission-settings.ts';
import { Keys, keySettings } from '../../src/hosting/keys.ts';
import { complete } from '../../src/hosting/settings.ts';
import { knock } from '../helpers/knock.ts';
import { newFolder } from '../helpers/server.ts';

const configOf = (given: Partial<AdmissionConfig>) => ({
  ...complete(admissionSettings, given),
  host: '127.0.0.1',
});

/** A server that opens a WebSocket to everybody who is let in. */
async function newAdmission(given: Partial<AdmissionConfig>, more: Partial<AdmissionOptions> = {}) {
  const quiet = { log: () => {}, onCutOff: () => {}, onRefused: () => {}, objectionTo: () => undefined };
  const now = () => performance.now();
  const keys = new Keys(
    { ...complete(keySettings, {}), nicknameComparison: 'nickname' },
    { onWarning: () => {}, now },
  );
  const options = { ...quiet, admit: undefined, admitMs: 1000, keys, now, ...more };
  const admission = new Admission(configOf(given), options);
  const guests: Guest[] = [];
  const server = createServer();
  server.on('upgrade', (request, socket) =>
    admission.take(request, socket, server, (guest) => {
      guests.push(guest);
      socket.write('HTTP/1.1 101 Switching Protocols\r\nConnection: Upgrade\r\nUpgrade: websocket\r\n\r\n');
    }),
  );
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  onTestFinished(() => void server.close());
  const url = `ws://127.0.0.1:${(server.address() as AddressInfo).port}/`;
  return { admission, guests, ask: (headers = {}) => knock(url, headers).then(({ status }) => status) };
}

const stranger = { 'x-forwarded-for': '203.0.113.7' };

test('other settings hold for those who come from then on; who is in stays and is counted', async () => {
  const { admission, guests, ask } = await newAdmission({ maxPerAddress: 2, connectRate: 'off' });
  expect([await ask(stranger), await ask(stranger), await ask(stranger)]).toEqual([101, 101, 429]);
  admission.change(configOf({ maxPerAddress: 1, registerTimeout: 3 }));
  expect(await ask(stranger)).toBe(429);
  guests[0]?.leave();
  expect(await ask(stranger)).toBe(429);
  guests[1]?.leave();
  expect(await ask(stranger)).toBe(101);
  expect(guests.map(({ registerMs }) => registerMs)).toEqual([0, 0, 3000]);
  admission.change(configOf({ origins: 'https://blog.example', trustProxy: 'none' }));
  expect(await ask({ ...stranger, origin: 'https://blog.example' })).toBe(101);
  expect(guests.at(-1)?.peer.address).toBe('127.0.0.1');
  expect(await ask({ ...stranger, origin: 'https://shop.example' })).toBe(403);
});

test('a bug behind the say of a program is answered 500 and logged', async () => {
  const entries: LogEntry[] = [];
  const bug = new Error('a bug');
  const { guests, ask } = await newAdmission(
    {},
    { admit: async () => {}, log: (entry) => entries.push(entry) },
  );
  guests.push = () => {
    throw bug;
  };
  expect(await ask()).toBe(500);
  expect(entries).toContainEqual({ kind: 'error', connection: undefined, error: bug });
});

test('tokens are read again; where that fails everything stays as it was', async () => {
  const accessTokenFile = join(await newFolder(), 'tokens');
  writeFileSync(accessTokenFile, 'one\n', { mode: 0o600 });
  const { admission, ask } = await newAdmission({ accessTokenFile });
  const statuses = async () => [
    await ask({ authorization: 'Bearer one' }),
    await ask({ authorization: 'Bearer two' }),
  ];
  expect(await statuses()).toEqual([101, 401]);
  writeFileSync(accessTokenFile, 'two\n');
  expect(await statuses()).toEqual([101, 401]);
  admission.change(configOf({ accessTokenFile }));
  expect(await statuses()).toEqual([401, 101]);
  writeFileSync(accessTokenFile, '');
  expect(() => admission.change(configOf({ accessTokenFile, requireOrigin: true }))).toThrow(
    'has no access token',
  );
  expect(await statuses()).toEqual([401, 101]);
});

test.each<[Record<string, unknown>, string]>([
  [{ origins: 'blog.example' }, 'origins such as https://blog.example'],
  [{ origins: 'https://blog.example/' }, 'origins such as https://blog.example'],
  [{ origins: 'https://blog.example *' }, 'origins such as https://blog.example'],
  [{ origins: '' }, 'origins such as https://blog.example'],
  [{ hosts: 'https://chat.example' }, 'names such as chat.example'],
  [{ hosts: 'chat.example:5000' }, 'names such as chat.example'],
  [{ hosts: '' }, 'names such as chat.example'],
  [{ trustProxy: '10.0.0.0/33' }, 'networks such as 10.0.0.0/8'],
  [{ trustProxy: '' }, 'networks such as 10.0.0.0/8'],
  [{ connectRate: '10/s' }, 'a rate such as 10/s burst 200'],
  [{ connectRate: '10/s burst 0' }, 'a rate such as 10/s burst 200'],
  [{ connectRate: 10 }, 'a rate such as 10/s burst 200'],
  [{ maxPerAddress: 0 }, 'a whole number from 1 to 1000000'],
])('%j is refused: it must be %s …', (given, must) => {
  const [name] = Object.keys(given);
  expect(() => complete(admissionSettings, given)).toThrow(
    expect.objectContaining({
      code: 'CONFIG_INVALID',
      message: expect.stringContaining(`${name} must be ${must}`),
    }),
  );
});

test('lists, networks and rates that are meant are taken', () => {
  const given = {
    origins: 'https://blog.example http://localhost:3000',
    hosts: 'chat.example phòng.example',
    trustProxy: 'loopback private 2001:db8::/32',
    connectRate: '0.5/s burst 3',
  };
  expect(complete(admissionSettings, given)).toMatchObject(given);
  for (const all of [{ origins: '*' }, { hosts: '*' }, { trustProxy: 'none' }, { connectRate: 'off' }])
    expect(complete(admissionSettings, all)).toMatchObject(all);
});
