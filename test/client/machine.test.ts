import fc from 'fast-check';
import { describe, expect, onTestFinished, test, vi } from 'vitest';
import { getStateNodes } from 'xstate/graph';
import { clientMachine } from '../../src/client/machine.ts';
import { functionsIn, namesIn, namesOf, tableOf } from '../helpers/config.ts';
import {
  type ClientEvent,
  type ClientLeaf,
  clientLeaves,
  LoneClient,
  loneClientIn,
  named,
  ping,
  refused,
  register,
} from '../helpers/lone-client.ts';

const linkedLeaves = clientLeaves.filter((leaf) => leaf.startsWith('linked.'));

/** XState warns of each event to an actor at its end. */
function muteWarnings(): void {
  const warning = vi.spyOn(console, 'warn').mockImplementation(() => {});
  onTestFinished(() => warning.mockRestore());
}

describe('the table', () => {
  const events: ClientEvent[] = [
    ...(['open', 'lost', 'silent', 'synced', 'retry', 'close'] as const).map((type) => ({ type })),
    ...[ping(5), register('Chi'), named('An'), refused('WrongFormatName')],
  ];
  /** Where an event leads; what is missing here leaves the client where it is. */
  const moves: Record<ClientLeaf, Partial<Record<ClientEvent['type'], ClientLeaf>>> = {
    'linked.connecting': { open: 'linked.unregistered.idle' },
    'linked.reconnecting': { open: 'linked.unregistered.reclaiming' },
    'linked.unregistered.idle': { register: 'linked.unregistered.claiming' },
    'linked.unregistered.claiming': {
      named: 'linked.registered.syncing',
      refused: 'linked.unregistered.idle',
    },
    'linked.unregistered.reclaiming': {
      named: 'linked.registered.syncing',
      refused: 'linked.unregistered.idle',
    },
    'linked.unregistered.blocked': { register: 'linked.unregistered.claiming' },
    'linked.registered.syncing': { synced: 'linked.registered.idle' },
    'linked.registered.idle': { register: 'linked.registered.changing' },
    'linked.registered.changing': { named: 'linked.registered.idle', refused: 'linked.registered.idle' },
    waiting: { retry: 'linked.reconnecting' },
    closed: {},
  };
  for (const leaf of linkedLeaves) Object.assign(moves[leaf], { lost: 'waiting', silent: 'waiting' });
  for (const leaf of clientLeaves) Object.assign(moves[leaf], { close: 'closed' });
  const cells = clientLeaves.flatMap((leaf) =>
    events.map((event) => ({ leaf, event, type: event.type, to: moves[leaf][event.type] ?? leaf })),
  );

  test.each(cells)('$leaf: $type leads to $to', ({ leaf, event, to }) => {
    muteWarnings();
    expect(loneClientIn(leaf).hear(event).state).toBe(to);
  });

  test('holds names only, but for what is handed to the claim', () => {
    const functions = functionsIn(tableOf(clientMachine.config));
    expect(
      functions.filter((path) => !/\.(claiming|reclaiming|changing)\.entry\.params$/.test(path)),
    ).toEqual([]);
    expect(functions).toHaveLength(3);
  });

  test('names only what there is, and leaves nothing that there is unnamed', () => {
    const { delays, ...names } = namesIn(clientMachine.config);
    // The silence is raised by an action, not waited for by a state.
    expect({ ...names, delays: [...delays, 'twoIntervals'].sort() }).toEqual(
      namesOf(clientMachine.implementations),
    );
  });

  test('has the leaves that are tested, and one that is only passed through', () => {
    const found = getStateNodes(clientMachine).filter(({ type }) => type === 'atomic' || type === 'final');
    const passed = 'linked.unregistered.arriving';
    expect(found.map(({ path }) => path.join('.')).sort()).toEqual([...clientLeaves, passed].sort());
  });
});

describe('registering', () => {
  test('connects at once, and claims, asks for the history and sends what waits, each at its time', () => {
    const client = new LoneClient();
    expect([client.state, client.did()]).toEqual(['linked.connecting', ['open a socket']]);
    expect([client.hear('open').state, client.did()]).toEqual(['linked.unregistered.idle', []]);
    client.hear(register('An'));
    expect([client.state, client.did()]).toEqual(['linked.unregistered.claiming', ['claim An']]);
    expect(client.context.nickname).toBeUndefined();
    client.hear(named('An'));
    expect([client.state, client.did()]).toEqual(['linked.registered.syncing', ['sync']]);
    expect(client.context).toMatchObject({ nickname: 'An', wanted: undefined });
    client.hear('synced');
    expect([client.state, client.did()]).toEqual(['linked.registered.idle', ['flush']]);
  });

  test('a nickname that is wanted before the connection is open is claimed when it is', () => {
    const client = new LoneClient().hear(register('An'));
    expect([client.state, client.did()]).toEqual(['linked.connecting', ['open a socket']]);
    expect([client.hear('open').state, client.did()]).toEqual(['linked.unregistered.claiming', ['claim An']]);
  });

  test('a nickname that is wanted outlives connections that fail', () => {
    const client = new LoneClient().hear(register('An'), 'lost', 'retry', 'lost', 'retry');
    client.did();
    client.hear('open');
    expect([client.state, client.did()]).toEqual(['linked.unregistered.claiming', ['claim An']]);
  });

  test.each([
    ['lost', 'ConnectionLost'],
    ['silent', 'ConnectionLost'],
    [{ type: 'lost', isTooLarge: true }, 'TooLarge'],
  ] as const)('a claim that was lost is not made again by itself (%j)', (event, reason) => {
    const client = loneClientIn('linked.unregistered.claiming').hear(event, 'retry', 'open');
    expect(client.state).toBe('linked.unregistered.idle');
    expect(client.did()).toEqual(['close it', 'open a socket']);
    expect(client.context).toMatchObject({ refusal: { reason }, wanted: undefined });
  });

  test('P-EVT-3: after a silence the interval is unknown again, for the server may have been given another', () => {
    const client = new LoneClient().hear('open', ping(1)).wait(2000);
    expect(client.state).toBe('waiting');
    client.hear('retry', 'open').wait(60_000);
    expect(client.state).toBe('linked.unregistered.idle');
    client.hear(ping(30)).wait(60_000);
    expect(client.state).toBe('waiting');
  });

  test('a refusal is kept until the next claim, and is not asked for again by itself', () => {
    const client = loneClientIn('linked.unregistered.claiming').hear(refused('NameAlreadyUsed'));
    expect(client.context).toMatchObject({
      refusal: { reason: 'NameAlreadyUsed' },
      nickname: undefined,
      wanted: undefined,
    });
    client.wait(3_600_000).hear('lost', 'retry', 'open');
    expect([client.state, client.context.refusal]).toEqual([
      'linked.unregistered.idle',
      { reason: 'NameAlreadyUsed' },
    ]);
    client.did();
    client.hear(register('Bình'));
    expect([client.context.refusal, client.did()]).toEqual([undefined, ['claim Bình']]);
  });

  test('a change asks for the new nickname, and holds it once it is given, without asking for the history', () => {
    const client = loneClientIn('linked.registered.idle').hear(register('Bình'));
    expect([client.state, client.did()]).toEqual(['linked.registered.changing', ['claim Bình']]);
    expect(client.context.nickname).toBe('An');
    client.hear(named('Bình'));
    expect([client.state, client.context.nickname, client.did()]).toEqual([
      'linked.registered.idle',
      'Bình',
      ['flush'],
    ]);
  });

  test('a change that is refused leaves the nickname as it was', () => {
    const client = loneClientIn('linked.registered.changing').hear(refused('NameAlreadyUsed'));
    expect(client.state).toBe('linked.registered.idle');
    expect(client.context).toMatchObject({
      nickname: 'An',
      wanted: undefined,
      refusal: { reason: 'NameAlreadyUsed' },
    });
  });
});

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

  test('in the middle of a change is followed by a claim of the old nickname', () => {
    const client = loneClientIn('linked.registered.changing').hear('lost', 'retry', 'open');
    expect(client.did()).toContain('claim An');
    expect(client.did()).not.toContain('claim Bình');
  });
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
    client.hear('open').wait(60_000);
    expect([client.state, client.sockets]).toEqual(['linked.unregistered.idle', 1]);
  });
});

describe('a ghost', () => {
  test('P-EVT-4: that holds the nickname is waited out: it is claimed five times an interval', () => {
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

  test('P-EVT-4: that does not go is somebody else: after 15 pauses the nickname is given up', () => {
    const client = loneClientIn('linked.unregistered.blocked');
    for (let pauses = 1; pauses <= 15; pauses++) {
      expect([client.state, client.context.refusal]).toEqual(['linked.unregistered.blocked', undefined]);
      client.wait(1000).hear(refused('NameAlreadyUsed'));
    }
    expect(client.state).toBe('linked.unregistered.idle');
    expect(client.context).toMatchObject({ nickname: undefined, refusal: { reason: 'NameAlreadyUsed' } });
    client.did();
    expect([client.wait(3_600_000).state, client.did()]).toEqual(['linked.unregistered.idle', []]);
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

  test('whose nickname was let go for another that is refused leaves nobody with a nickname', () => {
    const client = loneClientIn('linked.unregistered.blocked').hear(register('Bình'));
    client.hear(refused('NameAlreadyUsed'));
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

  test('P-EVT-3: it is the newest interval that counts', () => {
    const client = loneClientIn('linked.registered.idle').hear(ping(5), ping(0.5));
    expect(client.wait(999).state).toBe('linked.registered.idle');
    expect(client.wait(1).state).toBe('waiting');
  });

  test('P-EVT-3: nothing is expected before the first ping ever', () => {
    const client = loneClientIn('linked.registered.idle').wait(86_400_000);
    expect(client.state).toBe('linked.registered.idle');
  });

  test('P-EVT-3: after a loss a ping is expected from the moment that the connection is open', () => {
    const client = loneClientIn('linked.registered.idle').hear(ping(2), 'lost', 'retry');
    // Before that, it is the opening that is waited for.
    expect(client.wait(9000).state).toBe('linked.reconnecting');
    client.hear('open', named('An'), 'synced');
    expect(client.wait(3999).state).toBe('linked.registered.idle');
    expect(client.wait(1).state).toBe('waiting');
  });

  test('P-EVT-3: what a lost connection was waiting for is not held against the next', () => {
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

  test('one that is open is not', () => {
    const client = new LoneClient().wait(9999).hear('open').wait(60_000);
    expect(client.state).toBe('linked.unregistered.idle');
  });
});

describe('the end', () => {
  test.each(clientLeaves)('in %s closes it for good, and its socket', (leaf) => {
    muteWarnings();
    const client = loneClientIn(leaf).hear('close');
    expect([client.state, client.isDone, client.sockets]).toEqual(['closed', true, 0]);
    client.did();
    client.hear('open', 'lost', 'retry', register('Bình'), ping(1)).wait(3_600_000);
    expect([client.state, client.did()]).toEqual(['closed', []]);
  });
});

test('whatever happens: a socket while it is linked and else none, a nickname while it is registered', () => {
  const event = fc.oneof(
    fc.constantFrom<ClientEvent>({ type: 'open' }, { type: 'lost' }, { type: 'synced' }, { type: 'retry' }),
    fc.constantFrom<ClientEvent>(ping(1), register('An'), register('Bình'), refused('NameAlreadyUsed')),
    fc.constantFrom('named', 100, 1000, 30_000),
  );
  const property = fc.property(fc.array(event, { maxLength: 60 }), (events) => {
    const client = new LoneClient();
    let claimed = '';
    for (const one of events) {
      if (typeof one === 'number') client.wait(one);
      else client.hear(typeof one === 'string' ? named(claimed) : one);
      claimed =
        client
          .did()
          .findLast((act) => act.startsWith('claim '))
          ?.slice(6) ?? claimed;
      const { state, sockets, context } = client;
      expect(sockets).toBe(state.startsWith('linked.') ? 1 : 0);
      if (/\.registered\.(idle|changing)/.test(state))
        expect(context).toMatchObject({ failures: 0, blocks: 0 });
      if (state.includes('.registered.')) expect(context.nickname).toBeDefined();
      // Who stands there has none, and none is being taken back.
      if (state === 'linked.unregistered.idle') expect(context.nickname).toBeUndefined();
    }
  });
  fc.assert(property, { numRuns: 500 });
});
