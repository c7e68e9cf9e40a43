import { expect, test } from 'vitest';
import { peerOf } from '../../src/hosting/address.ts';
import { readRate } from '../../src/hosting/admission-settings.ts';
import { Crowd } from '../../src/hosting/crowd.ts';

function newCrowd(most: number, rate: string) {
  const clock = { ms: 0 };
  return { clock, crowd: new Crowd({ most, rate: readRate(rate) }, () => clock.ms) };
}

const key = (address: string) => peerOf(address).key;

test('so many may be open, and one more when one has gone; another address has its own number', () => {
  const { crowd } = newCrowd(3, 'off');
  const leaves = ['a', 'a', 'a'].map((one) => crowd.open(one));
  expect([crowd.isFull('a'), crowd.isFull('b')]).toEqual([true, false]);
  // Each counts once, however often it leaves.
  for (const leave of [leaves[0], leaves[0]]) leave?.();
  expect(crowd.isFull('a')).toBe(false);
  crowd.open('a');
  expect(crowd.isFull('a')).toBe(true);
});

test('who comes again whenever it is turned away gets no more than the rate; leaving gives nothing back', () => {
  const { clock, crowd } = newCrowd(1000, '10/s burst 200');
  let admitted = 0;
  for (; clock.ms < 60_000; clock.ms += 3)
    if (crowd.come('a') === 0) {
      admitted++;
      crowd.open('a')();
    }
  expect(admitted).toBe(200 + 60 * 10 - 1);
  expect(crowd.come('b')).toBe(0);
});

test('it is told for how long there is no turn', () => {
  const { clock, crowd } = newCrowd(1000, '0.5/s burst 1');
  expect([crowd.come('a'), crowd.come('a')]).toEqual([0, 2000]);
  clock.ms = 1500;
  expect(crowd.come('a')).toBe(500);
  clock.ms = 2000;
  expect(crowd.come('a')).toBe(0);
});

test('an IPv6 network of a household is one address, and IPv4 in the form of IPv6 is IPv4', () => {
  const { crowd } = newCrowd(2, 'off');
  for (const address of ['2001:db8:0:1::1', '2001:db8:0:1:ffff::2']) crowd.open(key(address));
  expect(crowd.isFull(key('2001:db8:0:1:1:2:3:4'))).toBe(true);
  expect(crowd.isFull(key('2001:db8:0:2::1'))).toBe(false);
  crowd.open(key('::ffff:203.0.113.7'));
  crowd.open(key('203.0.113.7'));
  expect(crowd.isFull(key('203.0.113.7'))).toBe(true);
});

test('addresses are forgotten once nothing would be lost by it', () => {
  const { clock, crowd } = newCrowd(10, '10/s burst 200');
  for (let number = 0; number < 1000; number++) {
    const address = `${number}`;
    if (crowd.come(address) === 0) crowd.open(address)();
  }
  expect(crowd.size).toBe(1000);
  clock.ms = 60_000;
  for (let number = 0; number < 1000; number++) crowd.come('a');
  expect(crowd.size).toBe(1);
});

test('other limits hold from then on, for those too who are known', () => {
  const { crowd } = newCrowd(1, '1/s burst 1');
  crowd.come('a');
  crowd.open('a');
  expect([crowd.isFull('a'), crowd.come('a') > 0]).toEqual([true, true]);
  crowd.change({ most: 2, rate: undefined });
  expect([crowd.isFull('a'), crowd.come('a')]).toEqual([false, 0]);
  // Of the two it has used up one already.
  crowd.change({ most: 1, rate: { perSecond: 1, burst: 2 } });
  expect([crowd.isFull('a'), crowd.come('a'), crowd.come('a') > 0]).toEqual([true, 0, true]);
});

test.each([
  ['10/s burst 200', { perSecond: 10, burst: 200 }],
  ['0.5/s burst 1', { perSecond: 0.5, burst: 1 }],
  ['off', undefined],
  ['0', undefined],
  ['0/s burst 5', undefined],
])('the rate %s is %j', (text, rate) => {
  expect(readRate(text)).toEqual(rate);
});
