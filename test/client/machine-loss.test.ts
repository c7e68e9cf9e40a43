import { describe, expect, onTestFinished, test, vi } from 'vitest';
import {
  LoneClient,
  linkedLeaves,
  loneClientIn,
  named,
  ping,
  refused,
  register,
} from '../helpers/lone-client.ts';

describe('a loss', () => {
  test.each(linkedLeaves)('in %s closes the socket, and another is opened later', (leaf) => {
    const client = loneClientIn(leaf).hear('lost');
    expect([client.state, client.sockets]).toEqual(['waiting', 0]);
    client.wait(30_000);
    expect([client.state, client.sockets]).toEqual(['linked.reconnecting', 1]);
  });

  test('one socket serves the whole of a connection', () => {
    const client = new LoneClient().hear('open', register('An'), named('An'), 'synced', register('Bình'));
    client.hear(named('Bình'));
    expect(client.did().filter((act) => /socket|close/.test(act))).toEqual(['open a socket']);
  });

  test('is followed by a claim of the nickname that was held, and of nothing else', () => {
    const client = loneClientIn('waiting').hear('retry', 'open');
    expect(client.state).toBe('linked.unregistered.reclaiming');
    expect(client.did()).toEqual(['open a socket', 'claim An']);
    expect([client.hear(named('An')).state, client.did()]).toEqual(['linked.registered.syncing', ['sync']]);
  });

  test('after which another nickname is wanted is followed by a claim of the one that was held, and then by the change', () => {
    const client = loneClientIn('waiting').hear(register('Bình'), 'retry', 'open');
    expect(client.did()).toContain('claim An');
    client.hear(named('An'), 'synced');
    expect([client.state, client.did()]).toEqual([
      'linked.registered.changing',
      ['sync', 'flush', 'claim Bình'],
    ]);
  });

  test('in the middle of a change is followed by a claim of the old nickname', () => {
    const client = loneClientIn('linked.registered.changing').hear('lost', 'retry', 'open');
    expect(client.did()).toContain('claim An');
    expect(client.did()).not.toContain('claim Bình');
  });
});

describe('a stop', () => {
  test.each(linkedLeaves)('in %s closes the socket, and none is opened until the user wants it', (leaf) => {
    const client = loneClientIn(leaf).hear('stop').wait(86_400_000);
    expect([client.state, client.sockets]).toEqual(['stopped', 0]);
    expect([client.hear('retry').state, client.sockets]).toEqual(['linked.reconnecting', 1]);
  });

  test('is followed, once that is wanted, by a claim of the nickname that was held', () => {
    const client = loneClientIn('stopped').hear('retry', 'open');
    expect(client.did()).toEqual(['open a socket', 'claim An']);
  });

  test.each(['linked.unregistered.claiming', 'linked.registered.changing'] as const)(
    'in %s is a refusal of the nickname that was asked for',
    (leaf) => {
      const client = loneClientIn(leaf).hear('stop');
      expect(client.context).toMatchObject({ wanted: undefined, refusal: { reason: 'ConnectionLost' } });
    },
  );
});

test('a client that is given a nickname takes it back as soon as it is connected', () => {
  const client = new LoneClient('An').hear('open');
  expect([client.state, client.did()]).toEqual([
    'linked.unregistered.reclaiming',
    ['open a socket', 'claim An'],
  ]);
});

describe('the backoff', () => {
  const spans = [500, 1000, 2000, 4000, 8000, 16_000, 30_000, 30_000, 30_000];

  test.each([
    { random: 0, share: 0.5 },
    { random: 0.5, share: 0.75 },
    { random: 1 - 2 ** -53, share: 1 },
  ])(
    'doubles from half a second to 30 s, of which it takes $share when chance says $random',
    ({ random, share }) => {
      const chance = vi.spyOn(Math, 'random').mockReturnValue(random);
      onTestFinished(() => chance.mockRestore());
      const client = new LoneClient();
      for (const span of spans) {
        client.hear('lost').wait(span * share - 1);
        expect(client.state).toBe('waiting');
        client.wait(1);
        expect(client.state).toBe('linked.reconnecting');
      }
    },
  );

  test('is drawn anew at each loss', () => {
    const chance = vi.spyOn(Math, 'random');
    onTestFinished(() => chance.mockRestore());
    const client = new LoneClient();
    for (let losses = 1; losses <= 5; losses++) {
      client.hear('lost').wait(30_000);
      expect(chance).toHaveBeenCalledTimes(losses);
    }
  });

  test('begins again once the history is there, and not when a connection opens or a nickname is given', () => {
    const client = new LoneClient().hear('lost', 'retry', 'lost', 'retry', 'lost', 'retry', 'open');
    expect(client.context.failures).toBe(3);
    client.hear('lost', 'retry', 'open', register('An'));
    expect(client.context.failures).toBe(4);
    client.hear(named('An'));
    expect(client.context.failures).toBe(4);
    client.hear('synced');
    expect(client.context.failures).toBe(0);
    client.hear('lost').wait(500);
    expect(client.state).toBe('linked.reconnecting');
  });

  test('is not waited for when there may be a network again', () => {
    const client = new LoneClient();
    for (let failures = 0; failures < 10; failures++) client.hear('lost', 'retry');
    expect(client.state).toBe('linked.reconnecting');
    // And what was waited for does not come on top of it.
    client.hear('open', ping(60)).wait(60_000);
    expect([client.state, client.sockets]).toEqual(['linked.unregistered.idle', 1]);
  });

  test('starts afresh when a connection without a nickname has been open for a second, and not sooner', () => {
    const client = new LoneClient().hear('lost', 'retry', 'lost', 'retry', 'open').wait(999);
    expect(client.context.failures).toBe(2);
    client.wait(1);
    expect(client.context.failures).toBe(0);
    for (let losses = 0; losses < 10; losses++) {
      expect(client.hear('lost').wait(500).state).toBe('linked.reconnecting');
      client.hear('open').wait(1000);
    }
  });

  test('P-EVT-3: starts afresh after a ping', () => {
    const client = new LoneClient().hear('lost', 'retry', 'lost', 'retry', 'open', ping(5));
    expect(client.context.failures).toBe(0);
  });
});

describe('a ghost', () => {
  test('P-EVT-4: that holds the nickname is waited for: the nickname is claimed five times an interval', () => {
    const client = loneClientIn('linked.unregistered.blocked').hear(ping(2));
    expect(client.context.nickname).toBe('An');
    // The pause that has begun is one of the interval that was assumed.
    client.wait(1000).hear(refused('NameAlreadyUsed'));
    client.did();
    for (let claims = 0; claims < 5; claims++) {
      expect([client.wait(399).state, client.did()]).toEqual(['linked.unregistered.blocked', []]);
      client.wait(1);
      expect([client.state, client.did()]).toEqual(['linked.unregistered.reclaiming', ['claim An']]);
      client.hear(refused('NameAlreadyUsed'), ping(2));
    }
    client.wait(400).hear(named('An'), 'synced');
    expect([client.state, client.context]).toMatchObject([
      'linked.registered.idle',
      { blocks: 0, refusal: undefined },
    ]);
  });

  test('P-EVT-4: is waited for as if pings came every five seconds while none has said otherwise', () => {
    const client = loneClientIn('linked.unregistered.blocked').wait(999);
    expect(client.state).toBe('linked.unregistered.blocked');
    expect(client.wait(1).state).toBe('linked.unregistered.reclaiming');
  });

  test('P-EVT-4: that does not go counts as somebody else: after 15 pauses the nickname is given up', () => {
    const client = loneClientIn('linked.unregistered.blocked');
    for (let pauses = 1; pauses <= 15; pauses++) {
      expect([client.state, client.context.refusal]).toEqual(['linked.unregistered.blocked', undefined]);
      client.wait(1000).hear(ping(5), refused('NameAlreadyUsed'));
    }
    expect(client.state).toBe('linked.unregistered.idle');
    expect(client.context).toMatchObject({ nickname: undefined, refusal: { reason: 'NameAlreadyUsed' } });
    client.did();
    client.hear(ping(3600)).wait(3_600_000);
    expect([client.state, client.did()]).toEqual(['linked.unregistered.idle', []]);
    expect(client.hear('lost', 'retry', 'open').state).toBe('linked.unregistered.idle');
  });

  test('P-EVT-4: is asked for every five seconds at a long interval, and for three intervals all the same', () => {
    const client = loneClientIn('linked.unregistered.blocked').hear(ping(60)).wait(1000);
    client.hear(refused('NameAlreadyUsed'), ping(60));
    let claims = 0;
    for (; claims < 100 && client.state === 'linked.unregistered.blocked'; claims++) {
      expect(client.wait(4999).state).toBe('linked.unregistered.blocked');
      client.wait(1).hear(ping(60), refused('NameAlreadyUsed'));
    }
    expect([claims, client.state]).toEqual([35, 'linked.unregistered.idle']);
  });

  test('P-EVT-4: is waited out anew after each loss', () => {
    const client = loneClientIn('linked.unregistered.blocked');
    for (let pauses = 1; pauses < 15; pauses++) client.wait(1000).hear(refused('NameAlreadyUsed'));
    client.hear('lost', 'retry', 'open', refused('NameAlreadyUsed'));
    expect([client.state, client.context.blocks]).toEqual(['linked.unregistered.blocked', 1]);
  });

  test('a refusal for another reason is no ghost: the nickname is given up at once', () => {
    const client = loneClientIn('linked.unregistered.reclaiming').hear(refused('WrongFormatName'));
    expect([client.state, client.context.nickname, client.context.refusal]).toEqual([
      'linked.unregistered.idle',
      undefined,
      { reason: 'WrongFormatName' },
    ]);
  });

  test('whose nickname was given up for another that is refused leaves the client without a nickname', () => {
    const client = loneClientIn('linked.unregistered.blocked').hear(register('Bình'));
    client.hear(refused('NameAlreadyUsed'));
    expect([client.state, client.context.nickname]).toEqual(['linked.unregistered.idle', undefined]);
  });

  test('is still waited for when the user requests the same nickname again', () => {
    const client = loneClientIn('linked.unregistered.blocked').hear(register('An'));
    expect(client.did()).toEqual(['claim An']);
    client.hear(refused('NameAlreadyUsed'));
    expect([client.state, client.context.wanted, client.context.refusal]).toEqual([
      'linked.unregistered.blocked',
      undefined,
      undefined,
    ]);
    client.wait(1000).hear(named('An'), 'synced');
    expect([client.state, client.did()]).toEqual(['linked.registered.idle', ['claim An', 'sync', 'flush']]);
  });

  test('P-EVT-4, P-RES-3: of a claim whose reply was lost is waited for ten seconds longer than others', () => {
    const client = loneClientIn('linked.unregistered.claiming').hear('lost', 'retry', 'open', register('An'));
    for (let pauses = 1; pauses <= 25; pauses++) {
      client.hear(ping(5), refused('NameAlreadyUsed'));
      expect([client.state, client.context.nickname]).toEqual(['linked.unregistered.blocked', 'An']);
      client.wait(1000);
    }
    client.hear(refused('NameAlreadyUsed'));
    expect([client.state, client.context]).toMatchObject([
      'linked.unregistered.idle',
      { nickname: undefined, wanted: undefined, refusal: { reason: 'NameAlreadyUsed' } },
    ]);
    // It was somebody else.
    client.hear(register('An'), refused('NameAlreadyUsed'));
    expect(client.state).toBe('linked.unregistered.idle');
  });

  test.each(['lost', 'silent'] as const)(
    'P-EVT-4, P-RES-3: of a nickname that was being taken back (%s) is waited for ten seconds longer, too',
    (loss) => {
      const client = loneClientIn('linked.unregistered.reclaiming').hear(loss, 'retry', 'open');
      for (let pauses = 1; pauses <= 25; pauses++) {
        client.hear(ping(5), refused('NameAlreadyUsed'));
        expect(client.state).toBe('linked.unregistered.blocked');
        client.wait(1000);
      }
      expect(client.hear(refused('NameAlreadyUsed')).state).toBe('linked.unregistered.idle');
    },
  );

  test('of a claim whose reply was lost holds no other nickname', () => {
    const client = loneClientIn('linked.unregistered.claiming').hear('lost', 'retry', 'open');
    client.hear(register('Bình'), refused('NameAlreadyUsed'));
    expect([client.state, client.context.nickname]).toEqual(['linked.unregistered.idle', undefined]);
  });

  test('is not waited for any more when another nickname is wanted', () => {
    const client = loneClientIn('linked.unregistered.blocked').hear(register('Bình'));
    expect([client.state, client.did()]).toEqual(['linked.unregistered.claiming', ['claim Bình']]);
    client.wait(1000).hear(named('Bình'));
    expect([client.state, client.context.nickname, client.did()]).toEqual([
      'linked.registered.syncing',
      'Bình',
      ['sync'],
    ]);
  });
});
