import { once } from 'node:events';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { expect, onTestFinished, test } from 'vitest';
import type { LogEntry } from '../../src/actors/log.ts';
import type { Page } from '../../src/hosting/files.ts';
import { guardedPage, guardedUpgrade } from '../../src/hosting/guard.ts';
import { get, knock } from '../helpers/knock.ts';

const bug = new Error('a bug');
const fail = () => {
  throw bug;
};

/** A server with a bug in its handling of requests and handshakes. */
async function newBroken(page: Page) {
  const entries: LogEntry[] = [];
  const log = (entry: LogEntry) => void entries.push(entry);
  const server = createServer(guardedPage(page, log)).on('upgrade', guardedUpgrade(fail, log));
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  onTestFinished(() => void server.close());
  return { url: `ws://127.0.0.1:${(server.address() as AddressInfo).port}/`, entries };
}

test('a bug in the handling of a request or a handshake is answered 500 and logged', async () => {
  const { url, entries } = await newBroken(fail);
  for (const ask of [get, knock]) {
    const { status, body } = await ask(url);
    expect([status, body]).toEqual([500, 'There is a bug in the server.\n']);
  }
  expect(entries).toEqual(Array(2).fill({ kind: 'error', connection: undefined, error: bug }));
});

test('a bug behind the head of an answer cuts the answer off', async () => {
  const { url, entries } = await newBroken((_, response) => {
    response.writeHead(200, { 'content-length': '5' }).flushHeaders();
    fail();
  });
  const answer = await fetch(url.replace('ws:', 'http:'));
  await expect(answer.text()).rejects.toThrow('terminated');
  expect(entries).toHaveLength(1);
});
