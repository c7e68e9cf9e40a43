import { expect, test } from 'vitest';
import { judgeAddress, type Seen } from '../../src/doctor/page.ts';
import { reachOf, readTarget } from '../../src/doctor/target.ts';

const base: Seen = {
  ...{ address: '198.51.100.4', isForwarded: true, believesClaims: false },
  ...{ local: '198.51.100.4', remote: '192.0.2.80' },
};

test.each<[string, Partial<Seen>, string, RegExp]>([
  ['this machine itself', {}, 'pass', /sees you as 198\.51\.100\.4/],
  ['the router of this machine', { local: '192.168.1.5' }, 'pass', /sees you as 198\.51\.100\.4/],
  [
    'a proxy beside the server',
    { address: '127.0.0.1', isForwarded: false },
    'fail',
    /address of a proxy \(127/,
  ],
  ['a proxy in its network', { address: '10.0.0.3', isForwarded: false }, 'fail', /address of a proxy \(10/],
  ['the same over IPv6', { address: '::1', isForwarded: false }, 'fail', /address of a proxy \(::1\)/],
  ['a proxy that it does not trust', { address: '10.0.0.3' }, 'fail', /although a proxy sends/],
  ['another machine', { address: '203.0.113.200' }, 'warn', /but the address of this machine is/],
  [
    'another machine of the same network',
    { address: '192.168.1.9', local: '192.168.1.5', remote: '192.168.1.2' },
    'warn',
    /sees you as 192\.168\.1\.9/,
  ],
  ['what it claims to be', { believesClaims: true }, 'fail', /anybody can forge/],
  ['somebody, beside it', { local: '127.0.0.1', believesClaims: true }, 'warn', /cannot be checked/],
  ['somebody, beside it over IPv6', { local: '::1' }, 'warn', /cannot be checked/],
])('the server takes the doctor for %s', (_, seen, result, text) => {
  const finding = judgeAddress({ ...base, ...seen });
  expect(finding.result).toBe(result);
  expect(finding.text.en).toMatch(text);
  expect(finding.advice === undefined).toBe(result === 'pass');
});

test.each([
  ['127.9.9.9', 'this machine'],
  ['::1', 'this machine'],
  ['::ffff:127.0.0.1', 'this machine'],
  ['10.1.2.3', 'a private network'],
  ['100.64.0.1', 'a private network'],
  ['fe80::1%eth0', 'a private network'],
  ['fd00::1', 'a private network'],
  ['8.8.8.8', 'the internet'],
  ['2606:4700::1111', 'the internet'],
])('%s is reached from %s', (address, reach) => {
  expect(reachOf(address)).toBe(reach);
});

test.each([
  ['http://chat.example', 'http://chat.example/', 'ws://chat.example/', 80],
  [
    'wss://chat.example/a?access_token=x#y',
    'https://chat.example/a?access_token=x',
    'wss://chat.example/a?access_token=x',
    443,
  ],
  ['WS://[::1]:5000/', 'http://[::1]:5000/', 'ws://[::1]:5000/', 5000],
])('%s is an address', (text, page, socket, port) => {
  expect(readTarget(text)).toMatchObject({ page: new URL(page), socket: new URL(socket), port });
  expect(readTarget(text)?.shown).not.toContain('access_token');
  expect(readTarget(text)?.host).not.toContain('[');
});

test.each(['', 'chat.example', 'localhost:5000', 'ftp://chat.example', 'http://', 'https://a b'])(
  '%j is none',
  (text) => {
    expect(readTarget(text)).toBeUndefined();
  },
);
