/** Coming back without being missed (P-RES-1 to P-RES-3), as it is by default: a lost holding waits for ten seconds. */
import { describe, expect, test } from 'vitest';
import { type ContractClient, newContract } from '../helpers/contract.ts';

/** Registers with a wish for a secret, or with one; resolves to the reply's. */
async function register(client: ContractClient, name: string, resume: string | true = true): Promise<string> {
  const reply = await client.ask({ data: 'name', name, resume });
  expect(reply).toMatchObject({ type: 'name', action: 'register', name, status: true });
  return String(reply['resume']);
}

const online = async (client: ContractClient) =>
  ((await client.ask({ data: 'get', limit: 0 }))['data'] as { online: string[] }).online;

describe('the secret', () => {
  test('P-RES-1: is the last key of a successful reply that was asked for one', async () => {
    const { newClient, nick } = await newContract();
    const client = await newClient();
    const [an, binh] = [nick('An'), nick('Bình')];
    const raw = async (request: object) => {
      client.say(request);
      return client.nextRaw();
    };
    const registered = await raw({ data: 'name', name: an, resume: true });
    expect(registered).toMatch(/"status":true,"timestamp":"[^"]+","resume":"[!-~]{16,64}"\}$/);
    const changed = await raw({ data: 'name', name: binh, resume: true });
    expect(changed).toMatch(/"status":true,"timestamp":"[^"]+","resume":"[!-~]{16,64}"\}$/);
    expect(JSON.parse(changed).resume).toBe(JSON.parse(registered).resume);
  });

  test.each([undefined, false, null, 1, {}, ['x']])(
    'P-RES-1: is not in a reply that was not asked for one (%j)',
    async (resume) => {
      const { newClient, nick } = await newContract();
      const client = await newClient();
      const reply = await client.ask({ data: 'name', name: nick('An'), resume });
      expect(Object.keys(reply)).toEqual(['type', 'action', 'name', 'status', 'timestamp']);
      const change = await client.ask({ data: 'name', name: nick('Bình'), resume });
      expect(Object.keys(change)).toEqual(['type', 'action', 'oldname', 'newname', 'status', 'timestamp']);
    },
  );

  test('P-RES-1: is not in a refusal', async () => {
    const { newClient, newMember, nick } = await newContract();
    await newMember(nick('An'));
    const client = await newClient();
    for (const name of [nick('An'), '', 5])
      expect(await client.ask({ data: 'name', name, resume: true })).not.toHaveProperty('resume');
  });
});

describe('a holding passes to another connection', () => {
  test('P-RES-2: from a live connection, which is closed with 4000, and nobody else hears of it', async () => {
    const { newClient, newMember, nick } = await newContract();
    const first = await newMember(nick('First'));
    const old = await newClient();
    const secret = await register(old, nick('An'));
    const last = await newMember(nick('Last'));
    expect(await first.next()).toMatchObject({ datatype: 'register', name: nick('An') });
    expect(await first.next()).toMatchObject({ datatype: 'register', name: nick('Last') });
    const next = await newClient();
    const another = await register(next, nick('An'), secret);
    expect(another).not.toBe(secret);
    expect(await old.closed()).toBe(4000);
    expect(await first.pending()).toEqual([]);
    expect(await last.pending()).toEqual([]);
    expect((await online(next)).filter((name) => name.endsWith(nick('')))).toEqual([
      nick('First'),
      nick('An'),
      nick('Last'),
    ]);
    await next.ask({ data: 'send', content: 'xin chào' });
    expect(await first.next()).toMatchObject({ name: nick('An'), content: 'xin chào' });
  });

  test('P-RES-2: only by the newest secret, once it has been received', async () => {
    const { newClient, nick } = await newContract();
    const first = await register(await newClient(), nick('An'));
    const holder = await newClient();
    const second = await register(holder, nick('An'), first);
    expect(await holder.pending()).toEqual([]);
    const stranger = await newClient();
    expect(await stranger.ask({ data: 'name', name: nick('An'), resume: first })).toMatchObject({
      status: false,
      reason: 'NameAlreadyUsed',
    });
    await register(stranger, nick('An'), second);
    expect(await holder.closed()).toBe(4000);
  });

  test('P-RES-2: after all changes of the old connection in the room, and before none of them', async () => {
    const { newClient, newMember, nick } = await newContract();
    const witness = await newMember(nick('Witness'));
    const old = await newClient();
    const secret = await register(old, nick('An'));
    expect(await witness.next()).toMatchObject({ datatype: 'register' });
    const next = await newClient();
    for (let number = 0; number < 200; number++) old.say({ data: 'send', content: `old ${number}` });
    next.say({ data: 'name', name: nick('An'), resume: secret });
    next.say({ data: 'send', content: 'new' });
    next.say({ data: 'get', limit: 300 });
    const own: unknown[] = [];
    let frame = await next.next();
    expect(frame).toMatchObject({ action: 'register', status: true });
    for (; frame['type'] !== 'get'; frame = await next.next())
      if ('content' in frame) own.push(frame['content']);
    expect(own).toEqual(['new']);
    const seen: unknown[] = [];
    while (seen.at(-1) !== 'new') seen.push((await witness.next())['content']);
    expect(seen).toEqual([...seen.slice(0, -1).map((_, number) => `old ${number}`), 'new']);
    expect(await witness.pending()).toEqual([]);
    const { message } = frame['data'] as { message: { name: string; content: string }[] };
    expect(message.filter(({ name }) => name === nick('An')).map(({ content }) => content)).toEqual(seen);
  });

  test.each([
    ['a wrong secret', 'An', 'x'.repeat(22)],
    ['an empty one', 'An', ''],
    ['one far too long', 'An', 'x'.repeat(10_000)],
  ])('P-RES-2: not to one with %s', async (_, name, resume) => {
    const { newClient, nick } = await newContract();
    const holder = await newClient();
    await register(holder, nick(name));
    const stranger = await newClient();
    expect(await stranger.ask({ data: 'name', name: nick(name), resume })).toMatchObject({
      reason: 'NameAlreadyUsed',
    });
    expect(await holder.pending()).toEqual([]);
  });

  test('P-RES-2: not to one that has registered, nor under a nickname that only looks the same', async () => {
    const { newClient, newMember, nick } = await newContract();
    const holder = await newClient();
    const secret = await register(holder, nick('An'));
    const member = await newMember(nick('Bình'));
    const claim = { data: 'name', name: nick('An'), resume: secret };
    expect(await member.ask(claim)).toMatchObject({ action: 'change', reason: 'NameAlreadyUsed' });
    const stranger = await newClient();
    expect(await stranger.ask({ ...claim, name: nick('an') })).toMatchObject({ reason: 'NameAlreadyUsed' });
    expect(await holder.next()).toMatchObject({ datatype: 'register', name: nick('Bình') });
    expect(await holder.pending()).toEqual([]);
  });
});

describe('a holding outlives its connection', () => {
  test.each([
    ['the line breaks', (client: ContractClient) => client.socket.terminate()],
    ['its page goes (1001)', (client: ContractClient) => client.socket.close(1001)],
  ])('P-RES-3: when %s, and comes back as if nothing had been', async (_, end) => {
    const { newClient, newMember, nick } = await newContract();
    const witness = await newMember(nick('Witness'));
    const old = await newClient();
    const secret = await register(old, nick('An'));
    expect(await witness.next()).toMatchObject({ datatype: 'register' });
    expect(await old.ask({ data: 'send', content: 'before' })).toMatchObject({ status: true });
    expect(await witness.next()).toMatchObject({ content: 'before' });
    end(old);
    await old.closed();
    const stranger = await newClient();
    expect(await stranger.ask({ data: 'name', name: nick('An') })).toMatchObject({
      reason: 'NameAlreadyUsed',
    });
    expect(await online(witness)).toContain(nick('An'));
    expect(await witness.ask({ data: 'send', content: 'meanwhile' })).toMatchObject({ status: true });
    const next = await newClient();
    await register(next, nick('An'), secret);
    const { message } = (await next.ask({ data: 'get', limit: 2 }))['data'] as { message: object[] };
    expect(message).toMatchObject([{ content: 'before' }, { content: 'meanwhile' }]);
    expect(await witness.pending()).toEqual([]);
  });

  test.each([
    ['says goodbye', (client: ContractClient) => client.socket.close(1000)],
    ['says goodbye without a code', (client: ContractClient) => client.socket.close()],
    ['says goodbye in a way of its own', (client: ContractClient) => client.socket.close(4321)],
    [
      'sends what is no text',
      (client: ContractClient) => client.socket.send(Buffer.from([0xff]), { binary: false }),
    ],
    ['sends too much', (client: ContractClient) => client.socket.send('x'.repeat(70_000))],
  ])('P-RES-3: not when its peer %s', async (_, end) => {
    const { newClient, newMember, nick } = await newContract();
    const witness = await newMember(nick('Witness'));
    const old = await newClient();
    const secret = await register(old, nick('An'));
    expect(await witness.next()).toMatchObject({ datatype: 'register' });
    end(old);
    expect(await witness.next()).toMatchObject({ datatype: 'leave', name: nick('An') });
    await register(await newClient(), nick('An'), secret);
    expect(await witness.next()).toMatchObject({ datatype: 'register', name: nick('An') });
    expect(await witness.pending()).toEqual([]);
  });

  test('P-RES-1: after a change too that did not ask for the secret', async () => {
    const { newClient, newMember, nick } = await newContract();
    const witness = await newMember(nick('Witness'));
    const old = await newClient();
    const secret = await register(old, nick('An'));
    expect(await witness.next()).toMatchObject({ datatype: 'register' });
    expect(await old.ask({ data: 'name', name: nick('Bình') })).toMatchObject({ status: true });
    expect(await witness.next()).toMatchObject({ datatype: 'change' });
    old.socket.terminate();
    await old.closed();
    await register(await newClient(), nick('Bình'), secret);
    expect(await witness.pending()).toEqual([]);
  });

  test('P-RES-3: not when it has no secret', async () => {
    const { newMember, nick } = await newContract();
    const witness = await newMember(nick('Witness'));
    const member = await newMember(nick('An'));
    expect(await witness.next()).toMatchObject({ datatype: 'register' });
    member.socket.terminate();
    expect(await witness.next()).toMatchObject({ datatype: 'leave', name: nick('An') });
  });
});
