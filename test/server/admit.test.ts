/** A program's own say on who is let in. */
import { once } from 'node:events';
import { describe, expect, test } from 'vitest';
import { AdmissionError } from '../../src/chat.ts';
import { newClient } from '../helpers/client.ts';
import { until } from '../helpers/gate.ts';
import { knock } from '../helpers/knock.ts';
import { newPeer, upgrade } from '../helpers/raw.ts';
import { newServer } from '../helpers/server.ts';

test('a program sees the request and the address, and lets in by returning, at once or later', async () => {
  const asked: unknown[] = [];
  const { url } = await newServer({
    admit: (request, address) => {
      asked.push([request.url, request.headers.cookie, address]);
    },
  });
  const headers = { cookie: 'session=1', 'x-forwarded-for': '203.0.113.7' };
  const an = await newClient(`${url}?a=b`, { headers });
  expect(await an.ask({ data: 'name', name: 'An' })).toMatchObject({ status: true });
  expect(asked).toEqual([['/?a=b', 'session=1', '203.0.113.7']]);
  const later = await newServer({ admit: async () => ({}) });
  expect((await knock(later.url)).status).toBe(101);
});

test('it is not asked about those who are refused anyway', async () => {
  let asked = 0;
  const { url } = await newServer({
    requireOrigin: true,
    admit: () => {
      asked++;
    },
  });
  expect((await knock(url)).status).toBe(403);
  expect(asked).toBe(0);
});

test.each([
  ['rejects', () => Promise.reject(new AdmissionError(402, 'Trả tiền đã.'))],
  [
    'throws',
    () => {
      throw new AdmissionError(402, 'Trả tiền đã.');
    },
  ],
])('when it %s with an AdmissionError, its status and text are the answer', async (_, admit) => {
  const { url, entries } = await newServer({ admit });
  const answer = await knock(url);
  expect(answer).toMatchObject({ status: 402, body: 'Trả tiền đã.\n' });
  expect(entries).toEqual([{ kind: 'rejection', address: '127.0.0.1', status: 402, reason: 'admit' }]);
});

test('any other error is answered 500 without its text, and logged', async () => {
  const error = new Error('the password of the database is x');
  const { url, entries } = await newServer({ admit: () => Promise.reject<undefined>(error) });
  const answer = await knock(url);
  expect(answer.status).toBe(500);
  expect(answer.body).not.toContain('password');
  expect(entries).toEqual([
    { kind: 'error', connection: undefined, error },
    { kind: 'rejection', address: '127.0.0.1', status: 500, reason: 'admit' },
  ]);
});

test('it has as long as a handshake may take', async () => {
  const { url, entries } = await newServer({
    admit: () => new Promise<undefined>(() => {}),
    handshakeTimeout: 0.2,
  });
  expect((await knock(url)).status).toBe(503);
  expect(entries).toMatchObject([{ kind: 'rejection', status: 503, reason: 'admit' }]);
});

test.each(['end', 'resetAndDestroy'] as const)(
  'a peer that is gone meanwhile (%s) gives its place back, and nothing comes of it',
  async (leave) => {
    let decide = () => {};
    const decisions: (() => void)[] = [];
    const { url, entries } = await newServer({
      maxConnections: 1,
      admit: () =>
        new Promise<void>((resolve) => {
          decide = resolve;
          decisions.push(resolve);
        }),
    });
    const peer = await newPeer(url);
    peer.write(upgrade());
    await until(() => decisions.length === 1);
    expect((await knock(url)).status).toBe(503);
    peer[leave]();
    if (!peer.closed) await once(peer, 'close');
    // The server notices in one of the next turns.
    let answer: Promise<unknown> | undefined;
    while (decisions.length === 1) {
      answer = knock(url);
      await Promise.race([answer, until(() => decisions.length > 1)]);
    }
    decide();
    expect(await answer).toMatchObject({ status: 101 });
    decisions[0]?.();
    expect((await knock(url)).status).toBe(503);
    expect(entries.filter(({ kind }) => kind === 'connect')).toHaveLength(1);
  },
);

test('what a peer says before it is let in is answered after it', async () => {
  let decide = () => {};
  let asked = 0;
  const { url } = await newServer({
    admit: () =>
      new Promise<void>((resolve) => {
        asked++;
        decide = resolve;
      }),
  });
  const peer = await newPeer(url);
  // {"data":"x"}, masked with zeros.
  const frame = Buffer.concat([Buffer.from([0x81, 0x8c, 0, 0, 0, 0]), Buffer.from('{"data":"x"}')]);
  peer.write(Buffer.concat([Buffer.from(upgrade()), frame]));
  await until(() => asked === 1);
  peer.write(frame);
  decide();
  let got = '';
  peer.setEncoding('latin1').on('data', (text: string) => {
    got += text;
  });
  await until(() => got.split('UnknownType').length === 3);
  expect(got).toMatch(/^HTTP\/1\.1 101 /);
});

describe('a chat that is closed while the program decides', () => {
  async function newUndecided() {
    let decide = () => {};
    let asked = 0;
    const { chat, url } = await newServer({
      admit: () =>
        new Promise<void>((resolve) => {
          asked++;
          decide = resolve;
        }),
    });
    return { chat, url, decide: () => decide(), isAsked: () => asked === 1 };
  }

  test('serves whom it has accepted, and closes with 1001', async () => {
    const { chat, url, decide, isAsked } = await newUndecided();
    const opening = newClient(url);
    await until(isAsked);
    const closed = chat.close();
    decide();
    expect(await (await opening).closed()).toBe(1001);
    await closed;
  });

  test('does not wait for ever', async () => {
    const { chat, url, isAsked } = await newUndecided();
    const answer = knock(url).then(
      ({ status }) => status,
      () => 'cut off',
    );
    await until(isAsked);
    await chat.close();
    expect([503, 'cut off']).toContain(await answer);
  });
});

test('a nickname that it gives is the only one that the connection may have', async () => {
  const { url } = await newServer({ admit: async () => ({ nickname: 'An' }) });
  const an = await newClient(url);
  expect(await an.ask({ data: 'name', name: 'Bình' })).toMatchObject({ reason: 'WrongFormatName' });
  expect(await an.ask({ data: 'name', name: 'an' })).toMatchObject({ reason: 'WrongFormatName' });
  expect(await an.ask({ data: 'name', name: 'An' })).toMatchObject({ action: 'register', status: true });
  expect(await an.ask({ data: 'name', name: 'Bình' })).toMatchObject({
    action: 'change',
    reason: 'WrongFormatName',
  });
});

test.each([200, 399, 600, 404.5, Number.NaN])('%s is no status of a refusal', (status) => {
  expect(() => new AdmissionError(status, 'x')).toThrow(RangeError);
});
