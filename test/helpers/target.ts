import { once } from 'node:events';
import type { IncomingHttpHeaders } from 'node:http';
import type { AddressInfo } from 'node:net';
import { onTestFinished } from 'vitest';
import { WebSocketServer } from 'ws';

/** What a proxy leads to: `headers` are those of each handshake, `stop` refuses all connections from then on. */
export type Target = { url: string; headers: IncomingHttpHeaders[]; stop: () => Promise<void> };

/** A server that takes any WebSocket, greets it, and keeps the headers of its handshake. Stopped after the test. */
export async function newTarget(host = '127.0.0.1', port = 0): Promise<Target> {
  const headers: IncomingHttpHeaders[] = [];
  const target = new WebSocketServer({ port, host });
  target.on('connection', (socket, asked) => {
    headers.push(asked.headers);
    socket.send('{"type":"welcome"}');
  });
  const closed = once(target, 'close');
  let isStopped = false;
  const stop = async () => {
    if (!isStopped) target.close();
    isStopped = true;
    for (const socket of target.clients) socket.terminate();
    await closed;
  };
  onTestFinished(stop);
  if (target.address() === null) await once(target, 'listening');
  return { url: `ws://${host}:${(target.address() as AddressInfo).port}/`, headers, stop };
}
