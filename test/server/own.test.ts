import { expect, test } from 'vitest';
import type { ClientOptions } from 'ws';
import type { ChatOptions } from '../../src/chat.ts';
import { ownProtocol } from '../../src/protocol/own.ts';
import { type Client, type Frame, newClient, newMember } from '../helpers/client.ts';
import { clientFrame, opcodes } from '../helpers/frames.ts';
import { allOf, newPeer, upgrade } from '../helpers/raw.ts';
import { newServer } from '../helpers/server.ts';

const requests = [
  { data: 'send', content: 'too early' },
  { data: 'name', name: 'An' },
  { data: 'get' },
  { data: 'send', content: 'xin chào' },
  { data: 'send', content: 7 },
];

/** Everything that a server writes to a peer that says all that and leaves; without the times. */
async function wireOf(options: ChatOptions, offer = ''): Promise<string> {
  const { url } = await newServer(options);
  const peer = await newPeer(url);
  const all = allOf(peer);
  const answered = new Promise<void>((resolve) => {
    let text = '';
    peer.on('data', (data) => {
      text += data;
      if (text.includes('WrongFormatContent')) resolve();
    });
  });
  peer.write(upgrade().replace('\r\n\r\n', `\r\n${offer}\r\n`));
  for (const request of requests) peer.write(clientFrame(JSON.stringify(request)));
  await answered;
  peer.write(clientFrame(Buffer.of(3, 232), { opcode: opcodes.close }));
  return (await all).replace(/"timestamp":"[^"]*"/g, '').replace(/^Date: .*$/m, '');
}

/** Opens a connection that asks to be told about itself. */
const newOwn = (url: string, options: ClientOptions = {}) => newClient(url, options, [ownProtocol]);

/** The frames that come before the reply of a marker request, those about the machine apart from the others. */
async function saidTo(client: Client): Promise<{ own: Frame[]; others: Frame[] }> {
  const frames = await client.pending();
  return {
    own: frames.filter(({ type }) => type === 'machine'),
    others: frames.filter(({ type }) => type !== 'machine'),
  };
}

test.each([
  ['no subprotocol', ''],
  ['another subprotocol', 'Sec-WebSocket-Protocol: chat\r\n'],
])('with --show-own, the wire is byte for byte the same for a peer that offers %s', async (_, offer) => {
  const wire = await wireOf({ showOwn: true }, offer);
  expect(wire).toContain('xin chào');
  expect(wire).toBe(await wireOf({}, offer));
});

test('the subprotocol is chosen only if the setting is on', async () => {
  const offer = `Sec-WebSocket-Protocol: chat, ${ownProtocol}\r\n`;
  expect(await wireOf({ showOwn: true }, offer)).toContain(`Sec-WebSocket-Protocol: ${ownProtocol}\r\n`);
  expect(await wireOf({}, offer)).toBe(await wireOf({}, 'Sec-WebSocket-Protocol: chat\r\n'));
  const alone = await wireOf({}, `Sec-WebSocket-Protocol: ${ownProtocol}\r\n`);
  expect(alone).toBe(await wireOf({}));
});

test('under it, a connection is told about its own machine, and of others and in replies what it always is', async () => {
  const { url } = await newServer({ showOwn: true });
  const own = await newOwn(url);
  expect(await own.next()).toMatchObject({
    type: 'machine',
    state: 'unregistered.idle',
    inbox: 0,
    waiting: 0,
  });
  own.say({ data: 'name', name: 'An' });
  const { own: told, others: replies } = await saidTo(own);
  expect(replies).toMatchObject([{ type: 'name', status: true }]);
  expect(told.every(({ state }) => /^(un)?registered\./.test(String(state)))).toBe(true);
  const binh = await newMember(url, 'Bình');
  await binh.ask({ data: 'send', content: 'bí mật' });
  const { own: more, others: events } = await saidTo(own);
  expect(events).toMatchObject([{ name: 'Bình' }, { content: 'bí mật' }]);
  expect(JSON.stringify([...told, ...more])).not.toMatch(/Bình|bí mật/);
});
