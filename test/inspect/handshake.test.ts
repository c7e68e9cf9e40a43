/** Handshakes as a watcher is told of them: accepted and refused ones, without what may be secret. */
import { expect, test } from 'vitest';
import { WebSocket } from 'ws';
import { linesOf } from '../../src/inspect/handshake.ts';
import { knock } from '../helpers/knock.ts';
import { newServer } from '../helpers/server.ts';
import { newWatcher, type Seen } from '../helpers/watcher.ts';

test('a handshake is told in its place, also to a watcher that comes later, and a refused one too', async () => {
  const { chat, url } = await newServer({ origins: 'https://chat.example' });
  const inspector = await chat.inspect({ port: 0 });
  const watcher = await newWatcher(inspector);
  const headers = { cookie: 'id=secret', authorization: 'Bearer secret', 'x-forwarded-for': '203.0.113.7' };
  const socket = new WebSocket(`${url}?access_token=secret`, 'secret', { headers });
  const isIt = ({ type }: Seen) => type === '@chat.handshake';
  const { request = [], response = [], sessionId } = await watcher.sees(isIt);
  expect(watcher.names.get(sessionId)).toBe('c1');
  expect(request[0]).toBe('GET /?… HTTP/1.1');
  expect(request).toEqual(
    expect.arrayContaining([
      'Sec-WebSocket-Version: 13',
      expect.stringMatching(/^Sec-WebSocket-Key: [+/\w]{22}==$/),
      'Connection: Upgrade',
      'Upgrade: websocket',
      'cookie: …',
      'authorization: …',
      'x-forwarded-for: …',
      'Sec-WebSocket-Protocol: …',
      expect.stringMatching(/^Host: 127\.0\.0\.1:\d+$/),
    ]),
  );
  expect(response).toEqual([
    'HTTP/1.1 101 Switching Protocols',
    'Upgrade: websocket',
    'Connection: Upgrade',
    expect.stringMatching(/^Sec-WebSocket-Accept: [+/\w]{27}=$/),
    'Sec-WebSocket-Protocol: …',
  ]);
  const late = await newWatcher(inspector);
  expect(await late.sees(isIt)).toMatchObject({ request, response, isEarlier: true, sessionId });
  expect((await knock(url, { origin: 'https://other.example' })).status).toBe(403);
  const refused = await watcher.sees(({ response: head = [] }) => head[0] === 'HTTP/1.1 403 Forbidden');
  expect(watcher.names.get(refused.sessionId)).toBe('connections');
  expect(refused.request).toContain('origin: https://other.example');
  expect([watcher, late].map(({ texts }) => texts.join()).join()).not.toMatch(/secret|203\.0/);
  socket.terminate();
});

test.for([
  ['GET /secret/chat?token=secret HTTP/1.1', 'GET /…?… HTTP/1.1'],
  ['GET http://h/?secret HTTP/1.1', 'GET /…?… HTTP/1.1'],
  ['HTTP/1.1 401 Unauthorized', 'HTTP/1.1 401 Unauthorized'],
  ['Host: secret@h', 'Host: …'],
  ['Origin: https://h/secret', 'Origin: …'],
  ['Origin: null', 'Origin: null'],
  ['Connection: keep-alive, Upgrade', 'Connection: keep-alive, Upgrade'],
  ['Connection: secret', 'Connection: …'],
  ['Sec-WebSocket-Key: secret', 'Sec-WebSocket-Key: …'],
  ['Sec-WebSocket-Protocol: secret, classic-chatbox.own', 'Sec-WebSocket-Protocol: …, classic-chatbox.own'],
  [
    'Sec-WebSocket-Extensions: permessage-deflate; client_max_window_bits=15',
    'Sec-WebSocket-Extensions: permessage-deflate; client_max_window_bits=15',
  ],
  ['Sec-WebSocket-Extensions: secret', 'Sec-WebSocket-Extensions: …'],
  ['User-Agent: secret', 'User-Agent: …'],
  [`${'x'.repeat(41)}: secret`, '…: …'],
  ['secret without a colon', '…: …'],
] as const)('of %s is told %s', ([line, shown]) => {
  expect(linesOf(/ HTTP|^HTTP/.test(line) ? [line] : ['GET / HTTP/1.1', line]).at(-1)).toBe(shown);
});
