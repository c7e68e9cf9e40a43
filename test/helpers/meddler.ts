import { once } from 'node:events';
import type { AddressInfo } from 'node:net';
import { onTestFinished } from 'vitest';
import { WebSocket, WebSocketServer } from 'ws';

/** What a meddler does to what goes through it. Without anything, it changes nothing. */
export type Meddling = {
  /** Changes a request. */
  request?: (text: string) => string;
  /** Changes a frame of the server. */
  frame?: (text: string) => string;
  /** It drops such a frame of the server. */
  drops?: (text: string) => boolean;
  /** It keeps the protocol's pings to itself. */
  hidesPings?: boolean;
  /** It answers the protocol's pings for its client. */
  answersPings?: boolean;
  /** It drops frames for a client for which so many bytes are waiting. */
  mostWaiting?: number;
  /** It does not let the server know how its client has gone. */
  hidesGoodbyes?: boolean;
  /** It lets its clients stay when the server closes with this code. */
  keeps?: number;
};

const unsaid = [1005, 1006];

/** Stands between clients and a server, and makes it look as if the server made a mistake. Resolves to its address. */
export async function newMeddler(url: string, meddling: Meddling = {}): Promise<string> {
  const server = new WebSocketServer({ port: 0, host: '127.0.0.1' });
  await once(server, 'listening');
  server.on('connection', (client) => meddle(client, url, meddling));
  onTestFinished(() => {
    for (const client of server.clients) client.terminate();
    server.close();
  });
  return `ws://127.0.0.1:${(server.address() as AddressInfo).port}/`;
}

function meddle(client: WebSocket, url: string, meddling: Meddling): void {
  const { request = same, frame = same, drops = () => false, mostWaiting = Infinity } = meddling;
  const upstream = new WebSocket(url, { autoPong: meddling.answersPings === true, perMessageDeflate: false });
  const waiting: string[] = [];
  client.on('message', (data) => {
    const text = request(String(data));
    if (upstream.readyState === WebSocket.OPEN) upstream.send(text);
    else waiting.push(text);
  });
  upstream.on('open', () => {
    for (const text of waiting) upstream.send(text);
  });
  upstream.on('message', (data) => {
    const text = String(data);
    if (client.bufferedAmount < mostWaiting && !drops(text)) client.send(frame(text));
  });
  upstream.on('ping', (payload) => {
    if (!meddling.hidesPings) client.ping(payload);
  });
  client.on('pong', (payload) => {
    if (!meddling.answersPings && upstream.readyState === WebSocket.OPEN) upstream.pong(payload);
  });
  for (const socket of [client, upstream]) socket.on('error', () => {});
  upstream.on('close', (code) => {
    if (code === meddling.keeps) return;
    if (unsaid.includes(code)) client.terminate();
    else client.close(code);
  });
  client.on('close', (code) => {
    if (meddling.hidesGoodbyes || unsaid.includes(code)) upstream.terminate();
    else upstream.close(code);
  });
}

const same = (text: string) => text;
