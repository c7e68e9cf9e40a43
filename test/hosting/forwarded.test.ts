import fc from 'fast-check';
import { expect, test } from 'vitest';
import { readNetworks } from '../../src/hosting/address.ts';
import { senderOf } from '../../src/hosting/forwarded.ts';

const networks = (text: string) => readNetworks(text) ?? (() => false);

/** The sender of a request that comes from an address with these headers. */
function sender(remoteAddress: string, headers: Record<string, string>, trusted = 'loopback 10.0.0.0/8') {
  return senderOf({ headers, socket: { localAddress: '192.0.2.9', remoteAddress } }, networks(trusted));
}

const through = (remoteAddress: string, chain: string, trusted?: string) =>
  sender(remoteAddress, { 'x-forwarded-for': chain }, trusted);

test.each([
  ['one proxy', '127.0.0.1', '203.0.113.7', '203.0.113.7'],
  ['one proxy, and an entry that the client made up', '127.0.0.1', '8.8.8.8, 203.0.113.7', '203.0.113.7'],
  ['two proxies', '127.0.0.1', '203.0.113.7, 10.0.0.2', '203.0.113.7'],
  [
    'two proxies, and made-up entries',
    '127.0.0.1',
    '127.0.0.1, 8.8.8.8, 203.0.113.7,10.0.0.2',
    '203.0.113.7',
  ],
  ['proxies only', '127.0.0.1', '10.0.0.1, 10.0.0.2', '10.0.0.1'],
  ['a stranger', '203.0.113.7', '8.8.8.8', '203.0.113.7'],
  ['a port', '127.0.0.1', '203.0.113.7:567', '203.0.113.7'],
  ['IPv6', '::1', '2001:db8::7', '2001:db8::7'],
  ['IPv6 in brackets', '::1', '[2001:db8::7]', '2001:db8::7'],
  ['IPv6 in brackets with a port', '::1', '[2001:db8::7]:5', '2001:db8::7'],
  ['IPv4 in the form of IPv6', '::ffff:127.0.0.1', '::ffff:203.0.113.7', '203.0.113.7'],
  ['a word', '10.0.0.9', 'unknown', '10.0.0.9'],
  ['a word behind a proxy', '127.0.0.1', '203.0.113.7, unknown, 10.0.0.2', '10.0.0.2'],
  ['an empty entry', '10.0.0.9', '203.0.113.7,', '10.0.0.9'],
  ['nothing', '10.0.0.9', '', '10.0.0.9'],
  ['a number that some read as an address', '10.0.0.9', '3405803783', '10.0.0.9'],
  ['a name', '10.0.0.9', 'evil.example', '10.0.0.9'],
])('with %s the address is read from the right, as far as it is trusted', (_, from, chain, address) => {
  expect(through(from, chain).address).toBe(address);
});

test('the address is the first from the right that is not trusted, or the last before one that is none', () => {
  const isTrusted = networks('loopback private');
  const entry = fc.constantFrom(
    '10.0.0.1',
    '127.0.0.1',
    '203.0.113.7',
    '8.8.8.8:53',
    '',
    'x',
    '[fd00::1]:80',
  );
  const plain = (text: string) => text.replace(/^\[(.*)\]:\d+$|:53$/g, '$1');
  /** The same in other words. */
  const model = (direct: string, entries: readonly string[]): string => {
    const last = plain(entries.at(-1) ?? '');
    return !isTrusted(direct) || !/^[\da-f.:]+$/.test(last) ? direct : model(last, entries.slice(0, -1));
  };
  fc.assert(
    fc.property(
      fc.constantFrom('127.0.0.1', '192.168.1.1', '203.0.113.9'),
      fc.array(entry),
      (from, entries) => {
        const expected = model(from, entries).replace('8.8.8.8:53', '8.8.8.8');
        expect(through(from, entries.join(', '), 'loopback private').address).toBe(expected);
      },
    ),
  );
});

test('whoever a proxy speaks for is not local, even on this machine; nobody is local by a header', () => {
  expect(sender('127.0.0.1', {})).toMatchObject({ isLocal: true, isProxied: false, key: '127.0.0.1' });
  for (const chain of ['203.0.113.7', '127.0.0.1', '', 'unknown'])
    expect(through('127.0.0.1', chain)).toMatchObject({ isLocal: false, isProxied: true });
  expect(sender('127.0.0.1', { 'x-forwarded-proto': 'https' })).toMatchObject({
    isLocal: false,
    isProxied: true,
    address: '127.0.0.1',
  });
  expect(through('203.0.113.7', '127.0.0.1')).toMatchObject({ isLocal: false, isProxied: false });
  expect(through('127.0.0.1', '127.0.0.1').key).not.toBe('127.0.0.1');
});

test('a forwarded header from nobody who is trusted is ignored, and is doubtful', () => {
  const forged = { 'x-forwarded-for': '10.0.0.1', 'x-forwarded-proto': 'https' };
  expect(sender('203.0.113.7', forged)).toEqual({
    address: '203.0.113.7',
    key: '203.0.113.7',
    isLocal: false,
    isProxied: false,
    scheme: undefined,
    isDoubtful: true,
  });
  expect(sender('127.0.0.1', forged, 'none')).toMatchObject({ address: '127.0.0.1', isDoubtful: true });
  expect(sender('127.0.0.1', forged).isDoubtful).toBe(false);
});

test.each([
  ['203.0.113.7', 'https', 'https'],
  ['203.0.113.7', 'HTTPS', 'https'],
  ['203.0.113.7', 'https, http', 'http'],
  ['203.0.113.7, 10.0.0.2', 'http, https, http', 'https'],
  ['203.0.113.7, 10.0.0.2', 'https', 'https'],
  ['203.0.113.7', 'gopher', undefined],
])('for the chain %s the protocol of %s is %s', (chain, protocols, scheme) => {
  const headers = { 'x-forwarded-for': chain, 'x-forwarded-proto': protocols };
  expect(sender('127.0.0.1', headers).scheme).toBe(scheme);
});

test.each([
  [
    'loopback',
    ['127.0.0.1', '127.3.2.1', '::1', '::ffff:127.0.0.1'],
    ['10.0.0.1', 'fd00::1', undefined, 'x'],
  ],
  ['private', ['10.1.2.3', '172.31.0.1', '192.168.0.9', 'fd00::1'], ['127.0.0.1', '172.32.0.1', '8.8.8.8']],
  ['none', [], ['127.0.0.1', '10.0.0.1']],
  ['203.0.113.7', ['203.0.113.7', '::ffff:203.0.113.7'], ['203.0.113.8']],
  ['203.0.113.0/24 2001:db8::/32', ['203.0.113.255', '2001:db8:1::9'], ['203.0.114.0', '2001:db9::1']],
  ['0.0.0.0/0', ['8.8.8.8'], ['2001:db8::1']],
])('%s are the networks of some and not of others', (text, inside, outside) => {
  const isIn = networks(text);
  expect(inside.filter((address) => !isIn(address))).toEqual([]);
  expect(outside.filter((address) => isIn(address))).toEqual([]);
});

test.each([
  '',
  'x',
  '10.0.0.0/33',
  '10.0.0.0/',
  '10.0.0.0/8/8',
  '::/129',
  '10/8',
  'toString',
  'loopback,private',
  ' ',
])('%j is no list of networks', (text) => {
  expect(readNetworks(text)).toBeUndefined();
});
