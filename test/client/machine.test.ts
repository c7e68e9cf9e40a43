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
  linkedLeaves,
  loneClientIn,
  named,
  ping,
  refused,
  register,
} from '../helpers/lone-client.ts';

/** XState warns of each event to an actor at its end. */
function muteWarnings(): void {
  const warning = vi.spyOn(console, 'warn').mockImplementation(() => {});
  onTestFinished(() => warning.mockRestore());
}

describe('the table', () => {
  const events: ClientEvent[] = [
    ...(['open', 'lost', 'stop', 'silent', 'synced', 'retry', 'close'] as const).map((type) => ({ type })),
    ...(['asked', 'answered'] as const).map((type) => ({ type })),
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
    stopped: { retry: 'linked.reconnecting', register: 'linked.reconnecting' },
    closed: {},
  };
  for (const leaf of linkedLeaves)
    Object.assign(moves[leaf], { lost: 'waiting', silent: 'waiting', stop: 'stopped' });
  for (const leaf of clientLeaves) Object.assign(moves[leaf], { close: 'closed' });
  const cells = clientLeaves.flatMap((leaf) =>
    events.map((event) => ({ leaf, event, type: event.type, to: moves[leaf][event.type] ?? leaf })),
  );

  test.each(cells)('$leaf: $type leads to $to', ({ leaf, event, to }) => {
    muteWarnings();
    expect(loneClientIn(leaf).hear(event).state).toBe(to);
  });

  test('contains only names, and the parameters of the claim', () => {
    const functions = functionsIn(tableOf(clientMachine.config));
    expect(
      functions.filter((path) => !/\.(claiming|reclaiming|changing)\.entry\.params$/.test(path)),
    ).toEqual([]);
    expect(functions).toHaveLength(3);
  });

  test('names all implementations, and no others', () => {
    const { delays, ...names } = namesIn(clientMachine.config);
    // What is raised by an action is not waited for by a state.
    expect({ ...names, delays: [...delays, 'silence', 'muteness'].sort() }).toEqual(
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
  test('connects at once, and claims, fetches the history and sends waiting messages, each at its time', () => {
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

  test('a refusal is kept until the next claim, and is not asked for again by itself', () => {
    const client = loneClientIn('linked.unregistered.claiming').hear(refused('NameAlreadyUsed'));
    expect(client.context).toMatchObject({
      refusal: { reason: 'NameAlreadyUsed' },
      nickname: undefined,
      wanted: undefined,
    });
    client.hear(ping(3600)).wait(3_600_000).hear('lost', 'retry', 'open');
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

test('after any events: a socket only while linked, and a nickname while registered', () => {
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
