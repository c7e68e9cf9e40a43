import { describe, expect, test } from 'vitest';
import { LoneClient, linkedLeaves, loneClientIn, named, ping } from '../helpers/lone-client.ts';

describe('silence', () => {
  test.each(linkedLeaves.filter((leaf) => !leaf.endsWith('connecting') && !leaf.endsWith('blocked')))(
    'P-EVT-3: in %s, two intervals without a ping are a loss, and each ping begins them again',
    (leaf) => {
      const client = loneClientIn(leaf).hear(ping(2));
      for (let pings = 0; pings < 5; pings++) {
        expect(client.wait(3999).state).toBe(leaf);
        client.hear(ping(2));
      }
      expect(client.wait(3999).state).toBe(leaf);
      expect([client.wait(1).state, client.sockets]).toEqual(['waiting', 0]);
    },
  );

  test('P-EVT-3: the newest interval counts', () => {
    const client = loneClientIn('linked.registered.idle').hear(ping(5), ping(0.5));
    expect(client.wait(999).state).toBe('linked.registered.idle');
    expect(client.wait(1).state).toBe('waiting');
  });

  test.each(linkedLeaves.filter((leaf) => !leaf.endsWith('connecting') && !leaf.endsWith('blocked')))(
    'P-EVT-3: in %s, two intervals of the contract without any ping are a loss',
    (leaf) => {
      const client = loneClientIn(leaf);
      expect(client.wait(9999).state).toBe(leaf);
      expect([client.wait(1).state, client.sockets]).toEqual(['waiting', 0]);
    },
  );

  test.each(['linked.connecting', 'linked.reconnecting', 'waiting', 'stopped'] as const)(
    'P-EVT-3: an interval that becomes known in %s counts from the moment when the connection opens',
    (leaf) => {
      const client = loneClientIn(leaf).hear(ping(1)).wait(5000);
      if (!leaf.startsWith('linked.')) client.hear('retry');
      const { state } = client.hear('open');
      expect(client.wait(1999).state).toBe(state);
      expect(client.wait(1).state).toBe('waiting');
    },
  );

  test('P-EVT-3: the last interval counts for the next connection too; from then on the time doubles until a ping comes', () => {
    const client = loneClientIn('linked.unregistered.idle').hear(ping(2));
    for (const seconds of [4, 4, 8, 16, 32]) {
      expect(client.wait(1000 * seconds - 1).state).toBe('linked.unregistered.idle');
      expect(client.wait(1).state).toBe('waiting');
      client.hear('retry', 'open');
    }
    client.hear(ping(30)).wait(59_999);
    expect(client.state).toBe('linked.unregistered.idle');
    expect(client.wait(1).state).toBe('waiting');
  });

  test('P-EVT-3: a server that never pings is disconnected less and less often, and no timer overflows', () => {
    const client = loneClientIn('linked.unregistered.idle');
    for (let silences = 0; silences < 100; silences++) client.wait(2 ** 31 - 1).hear('retry', 'open');
    expect(client.wait(2 ** 31 - 2).state).toBe('linked.unregistered.idle');
    expect(client.wait(1).state).toBe('waiting');
  });

  test('P-EVT-3: a huge interval does not overflow the timer', () => {
    const client = loneClientIn('linked.registered.idle')
      .hear(ping(1e12))
      .wait(2 ** 31 - 2);
    expect(client.state).toBe('linked.registered.idle');
    expect(client.wait(1).state).toBe('waiting');
  });

  test.each([0, -5, Number.NaN, Number.POSITIVE_INFINITY, 1e-9])(
    'P-EVT-3: a ping with the interval %d leaves the interval as it was',
    (seconds) => {
      const client = loneClientIn('linked.registered.idle').hear(ping(2)).wait(3999).hear(ping(seconds));
      expect(client.wait(3999).state).toBe('linked.registered.idle');
      expect(client.wait(1).state).toBe('waiting');
    },
  );

  /** Hears a ping every two seconds for so long. */
  const pinged = (client: LoneClient, seconds: number) => {
    for (let second = 0; second < seconds; second += 2) client.hear(ping(2)).wait(2000);
    return client;
  };

  test('P-REQ-7, P-LIM-1: twelve intervals without the reply that is due are a loss, however many pings come', () => {
    const client = pinged(loneClientIn('linked.registered.idle').hear(ping(2), 'asked'), 22);
    expect(client.hear(ping(2)).wait(1999).state).toBe('linked.registered.idle');
    expect([client.wait(1).state, client.sockets]).toEqual(['waiting', 0]);
  });

  test('P-REQ-7: each reply starts the twelve intervals afresh, and the last reply ends them', () => {
    const client = loneClientIn('linked.registered.idle').hear(ping(2), 'asked');
    for (let answers = 0; answers < 5; answers++) pinged(client, 22).hear('asked');
    expect(pinged(pinged(client, 22).hear('answered'), 60).state).toBe('linked.registered.idle');
  });

  test('P-REQ-7: a reply that was due on a lost connection does not count against the next', () => {
    const client = loneClientIn('linked.registered.idle').hear(ping(2), 'asked').wait(3000);
    client.hear('lost', 'retry', 'open', ping(2)).wait(3999);
    expect(client.state).toBe('linked.unregistered.reclaiming');
  });

  test.each(['linked.unregistered.claiming', 'linked.registered.changing'] as const)(
    'in %s refuses the nickname that was requested',
    (leaf) => {
      const client = loneClientIn(leaf).wait(10_000);
      expect(client.context).toMatchObject({ wanted: undefined, refusal: { reason: 'ConnectionLost' } });
    },
  );

  test('P-EVT-3: after a loss a ping is expected from the moment that the connection is open', () => {
    const client = loneClientIn('linked.registered.idle').hear(ping(2), 'lost', 'retry');
    // Before that, it is the opening that is waited for.
    expect(client.wait(9000).state).toBe('linked.reconnecting');
    client.hear('open', named('An'), 'synced');
    expect(client.wait(3999).state).toBe('linked.registered.idle');
    expect(client.wait(1).state).toBe('waiting');
  });

  test('P-EVT-3: the silence of a lost connection does not count against the next', () => {
    const client = loneClientIn('linked.registered.idle').hear(ping(2)).wait(3000).hear('lost', 'retry');
    client.hear('open', named('An'), 'synced').wait(3000);
    expect(client.state).toBe('linked.registered.idle');
  });
});

describe('patience', () => {
  test.each(['linked.connecting', 'linked.reconnecting'] as const)(
    'a connection that is not open after 10 s is given up in %s',
    (leaf) => {
      const client = loneClientIn(leaf).wait(9999);
      expect([client.state, client.sockets]).toEqual([leaf, 1]);
      expect([client.wait(1).state, client.sockets]).toEqual(['waiting', 0]);
      expect(client.wait(30_000).state).toBe('linked.reconnecting');
    },
  );

  test('an open connection is not given up', () => {
    const client = new LoneClient().wait(9999).hear('open').wait(9999);
    expect(client.state).toBe('linked.unregistered.idle');
  });
});
