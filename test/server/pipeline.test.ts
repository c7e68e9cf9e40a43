/** Requests that come faster than their answers are read. */
import { once } from 'node:events';
import { createServer, type RequestListener, type Server, type ServerResponse } from 'node:http';
import { type AddressInfo, connect } from 'node:net';
import { expect, onTestFinished, test } from 'vitest';
import { createHttpServer } from '../../src/hosting/http.ts';
import { inTurn } from '../../src/hosting/pipeline.ts';
import { newMember } from '../helpers/client.ts';
import { allOf, newPeer } from '../helpers/raw.ts';
import { newServer } from '../helpers/server.ts';

const request = (url: string, path = '/') => `GET ${path} HTTP/1.1\r\nHost: ${new URL(url).host}\r\n\r\n`;

const answersIn = (text: string) => text.split('HTTP/1.1 ').length - 1;

async function listening(server: Server): Promise<string> {
  server.listen(0, '127.0.0.1');
  onTestFinished(() => void server.close().closeAllConnections());
  await once(server, 'listening');
  return `http://127.0.0.1:${(server.address() as AddressInfo).port}/`;
}

/** A site that answers by hand. */
async function newSite() {
  const asked: { path: string; response: ServerResponse }[] = [];
  const listener: RequestListener = ({ url = '' }, response) => void asked.push({ path: url, response });
  return { url: await listening(createServer(inTurn(listener))), asked };
}

test.each(['chat', 'lab'])('a peer that sends 1,000 requests at once to the %s is cut off', async (which) => {
  const { chat, url } = await newServer();
  const an = await newMember(url, 'An');
  const address = which === 'chat' ? url : await chat.inspect({ port: 0 });
  const peer = await newPeer(address);
  const answer = allOf(peer);
  peer.write(request(address).repeat(1000));
  expect(answersIn(await answer)).toBeLessThanOrEqual(8);
  expect(await an.ask({ data: 'send', content: 'còn đây' })).toMatchObject({ status: true });
});

test('what such a peer has sent is not even parsed', async () => {
  const server = createHttpServer(10, (_, response) => response.end());
  let parsed = 0;
  server.prependListener('request', () => parsed++);
  server.on('upgrade', (_, socket) => expect(socket.destroyed).toBe(true));
  const url = await listening(server);
  const peer = await newPeer(url);
  peer.write(request(url).repeat(1000));
  await allOf(peer);
  expect(parsed).toBe(9);
});

test('a few requests at once are answered in their order', async () => {
  const { url } = await newServer();
  const peer = await newPeer(url);
  const paths = ['/', '/nothing', '/config.json', '/widget.js', '/icon.svg', '/nothing'];
  const last = request(url).replace('\r\n\r\n', '\r\nConnection: close\r\n\r\n');
  peer.write(paths.map((path) => request(url, path)).join('') + last);
  const statuses = Array.from((await allOf(peer)).matchAll(/HTTP\/1\.1 (\d+)/g), ([, status]) => status);
  expect(statuses).toEqual(['200', '404', '200', '200', '200', '404', '200']);
});

test('a request is handled when the peer has read the answer to the one before', async () => {
  const { url, asked } = await newSite();
  const peer = await newPeer(url);
  peer.write(request(url, '/1') + request(url, '/2') + request(url, '/3'));
  const other = await newPeer(url);
  other.write(request(url, '/other'));
  await expect.poll(() => asked.map(({ path }) => path)).toEqual(['/1', '/other']);
  asked[0]?.response.end();
  await expect.poll(() => asked.map(({ path }) => path)).toEqual(['/1', '/other', '/2']);
});

test('requests of many connections are spread over the turns of the event loop', async () => {
  let turn = 0;
  let isOver = false;
  const nextTurn = () => {
    turn++;
    if (!isOver) setImmediate(nextTurn);
  };
  const handled = new Map<number, number>();
  const server = createServer(
    inTurn((_, response) => {
      handled.set(turn, (handled.get(turn) ?? 0) + 1);
      response.end();
    }),
  );
  const url = await listening(server);
  const peers = await Promise.all(Array.from({ length: 100 }, () => newPeer(url)));
  nextTurn();
  for (const peer of peers) peer.write(request(url));
  await Promise.all(peers.map((peer) => once(peer, 'data')));
  isOver = true;
  expect([...handled.values()].reduce((sum, count) => sum + count)).toBe(100);
  // Two in the turn that goes on while they come, and two in the next.
  expect(Math.max(...handled.values())).toBeLessThanOrEqual(4);
});

test('a peer that does not read its answer is cut off in the end, and one that does is not', async () => {
  const long = Buffer.alloc(32 * 1024 * 1024);
  const answer: RequestListener = ({ url }, response) => void response.end(url === '/long' ? long : '');
  const server = createServer(inTurn(answer, 100));
  const url = await listening(server);
  const patient = await newPeer(url);
  patient.write(request(url));
  await once(patient, 'data');
  const deaf = await newPeer(url);
  const asked = once(server, 'request');
  deaf.write(request(url, '/long'));
  const [{ socket }] = await asked;
  await once(socket, 'close');
  patient.write(request(url));
  await once(patient, 'data');
});

test('a refused handshake leaves no connection open, even if the peer does not close it', async () => {
  const server = createHttpServer(10, (_, response) => response.end());
  const { chat } = await newServer();
  chat.attach(server, { path: '/chat' });
  const url = await listening(server);
  const { hostname, port } = new URL(url);
  const peer = connect({ host: hostname, port: Number(port), allowHalfOpen: true });
  onTestFinished(() => void peer.destroy());
  const upgraded = once(server, 'upgrade');
  peer.write(request(url).replace('\r\n\r\n', '\r\nConnection: Upgrade\r\nUpgrade: websocket\r\n\r\n'));
  const [, socket] = await upgraded;
  expect(`${await once(peer, 'data')}`).toContain('404 Not Found');
  if (!socket.closed) await once(socket, 'close');
});
