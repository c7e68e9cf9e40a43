import { EventEmitter } from 'node:events';
import { expect, test } from 'vitest';
import type { LogEntry } from '../../src/actors/log.ts';
import { readNetworks } from '../../src/hosting/address.ts';
import { type AdmissionConfig, admissionSettings } from '../../src/hosting/admission-settings.ts';
import { Crowd } from '../../src/hosting/crowd.ts';
import { Door } from '../../src/hosting/door.ts';
import { readRules } from '../../src/hosting/rules.ts';
import { complete } from '../../src/hosting/settings.ts';

/** A connection of this address. */
class Arrival extends EventEmitter {
  readonly localAddress = '192.0.2.9';
  readonly remoteAddress: string;
  destroyed = false;

  constructor(remoteAddress: string) {
    super();
    this.remoteAddress = remoteAddress;
  }

  destroy(): void {
    this.destroyed = true;
    this.emit('close');
  }
}

/** A door with the default limits, or others. */
function newDoor(given: Partial<AdmissionConfig> = {}) {
  const clock = { ms: 0 };
  const now = () => clock.ms;
  const entries: LogEntry[] = [];
  const config = { ...complete(admissionSettings, given), host: '0.0.0.0' };
  const { tcpLimits } = readRules(config, () => {});
  const isTrusted = readNetworks('10.0.0.0/8') ?? (() => false);
  const log = (entry: LogEntry) => void entries.push(entry);
  const door = new Door({ crowd: new Crowd(tcpLimits, now), isTrusted, onCutOff: () => {}, log, now });
  /** Lets connections come, and returns those that were let in. */
  const come = (count: number, address = '203.0.113.7') => {
    const all = Array.from({ length: count }, () => new Arrival(address));
    for (const one of all) door.take(one as unknown as Parameters<Door['take']>[0]);
    return all.filter(({ destroyed }) => !destroyed);
  };
  return { clock, entries, door, come };
}

test('a class of 40 behind one address loads the page over 6 connections each and opens 40 more, all in 3 s', () => {
  const { clock, come } = newDoor();
  for (let pupil = 0; pupil < 40; pupil++) {
    const page = come(6);
    expect(page).toHaveLength(6);
    expect(come(1)).toHaveLength(1);
    // Half of them are slow, and keep the connections of the page open.
    if (pupil % 2 === 0) for (const one of page) one.destroy();
    clock.ms += 75;
  }
});

test('so many connections of an address may be open, and then as many as have gone', () => {
  const { come, clock } = newDoor();
  const open = come(4000);
  expect(open).toHaveLength(4 * 128);
  clock.ms = 60_000;
  expect(come(4000)).toHaveLength(0);
  for (const one of open.slice(0, 7)) one.destroy();
  expect(come(4000)).toHaveLength(7);
  expect(come(1, '203.0.113.8')).toHaveLength(1);
});

test('an address that may have one WebSocket can still load the page, again and again', () => {
  const { clock, come } = newDoor({ maxPerAddress: 1, connectRate: '0.1/s burst 1' });
  for (let load = 0; load < 100; load++) {
    const page = come(7);
    expect(page).toHaveLength(7);
    for (const one of page) one.destroy();
    clock.ms += 2000;
  }
  expect(come(4000)).toHaveLength(64);
});

test('who reconnects whenever it is cut off is taken no more often than the rate, and is one line a minute', () => {
  const { clock, come, entries } = newDoor();
  let taken = 0;
  for (; clock.ms < 60_000; clock.ms += 5)
    for (const one of come(5)) {
      taken++;
      one.destroy();
    }
  expect(taken).toBeGreaterThan(800);
  expect(taken).toBeLessThanOrEqual(4 * 200 + 60 * 4 * 10);
  const said = { kind: 'warning', text: expect.stringMatching(/cut off 1, the last of 203\.0\.113\.7$/) };
  expect(entries).toEqual([said]);
  clock.ms += 1000;
  come(5000);
  const counted = [...entries].pop();
  expect(counted).toEqual({ kind: 'warning', text: expect.stringMatching(/cut off 5\d{4}, /) });
  expect(entries).toHaveLength(2);
});

test('proxies and this machine come as they like', () => {
  const { come } = newDoor();
  for (const address of ['10.1.2.3', '127.0.0.1', '::1', '::ffff:127.0.0.1'])
    expect(come(5000, address)).toHaveLength(5000);
});

test('a connection that comes a second time, for a request without its upgrade, counts once', () => {
  const { door, come } = newDoor();
  const one = new Arrival('203.0.113.7');
  for (let times = 0; times < 5000; times++) door.take(one as unknown as Parameters<Door['take']>[0]);
  expect(one.destroyed).toBe(false);
  expect(come(600)).toHaveLength(511);
});
