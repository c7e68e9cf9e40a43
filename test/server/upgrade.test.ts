/** What an HTTP server is asked to upgrade to, and how, besides an ordinary WebSocket to an ordinary path. */
import { once } from 'node:events';
import { createServer, type RequestListener, type Server, type ServerResponse } from 'node:http';
import { type AddressInfo, connect, type Socket } from 'node:net';
import { describe, expect, onTestFinished, test } from 'vitest';
import { newServer } from '../helpers/server.ts';

const handshake = (target: string, host = 'chat') =>
  [
    `GET ${target} HTTP/1.1`,
    `Host: ${host}`,
    'Connection: Upgrade',
    'Upgrade: websocket',
    'Sec-WebSocket-Version: 13',
    'Sec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ==',
    '',
    '',
  ].join('\r\n');

/** What `curl --http2` sends. */
const h2c = (target: string, method = 'GET', more: string[] = [], body = '') =>
  [
    `${method} ${target} HTTP/1.1`,
    'Host: chat',
    'Connection: Upgrade, HTTP2-Settings',
    'Upgrade: h2c',
    'HTTP2-Settings: AAMAAABkAAQCAAAAAAIAAAAA',
    ...more,
    '',
    body,
  ].join('\r\n');

/** A site of somebody's that answers everything with what it was asked. */
async function newSite(onRequest?: RequestListener): Promise<{ site: Server; port: number }> {
  const site = createServer(
    onRequest ??
      (async (request, response) => {
        let body = '';
        for await (const chunk of request) body += chunk;
        response.end(`site ${request.method} ${request.url} ${request.headers.upgrade ?? '-'} ${body}`);
      }),
  );
  site.listen(0, '127.0.0.1');
  await once(site, 'listening');
  onTestFinished(() => {
    site.close();
    site.closeAllConnections();
  });
  return { site, port: (site.address() as AddressInfo).port };
}

/** A connection, and all that comes on it until something does. */
async function newSocket(
  port: number,
): Promise<{ socket: Socket; until: (text: string) => Promise<string> }> {
  const socket = connect(port, '127.0.0.1');
  onTestFinished(() => void socket.destroy());
  let got = '';
  let look = () => {};
  socket.on('data', (data) => {
    got += data.toString('latin1');
    look();
  });
  socket.on('close', () => look());
  await once(socket, 'connect');
  const until = (text: string) =>
    new Promise<string>((resolve) => {
      look = () => {
        if (got.includes(text) || socket.destroyed) resolve(got);
      };
      look();
    });
  return { socket, until };
}

const portOf = (url: string) => Number(new URL(url).port);

describe('an offer that is not of a WebSocket', () => {
  test('is ignored, and the page served', async () => {
    const { url } = await newServer();
    const { socket, until } = await newSocket(portOf(url));
    socket.write(h2c('/'));
    expect(await until('</html>')).toMatch(/^HTTP\/1\.1 200 OK\r\n[\s\S]*<html/);
    socket.write(h2c('/config.json'));
    expect(await until('"maxName"')).toMatch(/HTTP\/1\.1 200 OK\r\n[\s\S]*"maxName"/);
  });

  test.each([undefined, '/chat'])('does not keep a site from answering (chat at %s)', async (path) => {
    const { chat } = await newServer();
    const { site, port } = await newSite();
    chat.attach(site, path === undefined ? {} : { path });
    const { socket, until } = await newSocket(port);
    socket.write(h2c('/shop?a=1'));
    expect(await until('site')).toContain('site GET /shop?a=1 - ');
    socket.write(h2c('/form', 'POST', ['Content-Length: 8'], 'hello 42'));
    expect(await until('site POST')).toContain('site POST /form - hello 42');
    socket.write(handshake('/chat'));
    expect(await until('101')).toContain('HTTP/1.1 101 Switching Protocols');
  });

  test('is left to another listener that answers it', async () => {
    const { chat } = await newServer();
    const { site, port } = await newSite();
    chat.attach(site);
    site.on('upgrade', (request, socket) => {
      if (request.headers.upgrade === 'h2c') socket.end('HTTP/1.1 101 Switching Protocols\r\n\r\nmine');
    });
    const { socket, until } = await newSocket(port);
    socket.write(h2c('/'));
    expect(await until('mine')).toMatch(/^HTTP\/1\.1 101 [\s\S]*mine$/);
  });

  test('is served though another listener passes over it', async () => {
    const { chat } = await newServer();
    const { site, port } = await newSite();
    chat.attach(site);
    site.on('upgrade', () => {});
    const { socket, until } = await newSocket(port);
    socket.write(h2c('/shop'));
    expect(await until('site')).toContain('site GET /shop - ');
  });
});

describe('a path that is of no chat', () => {
  test('is answered 404 where two chats are attached', async () => {
    const [{ chat: one }, { chat: other }] = [await newServer(), await newServer()];
    const { site, port } = await newSite();
    one.attach(site, { path: '/one' });
    other.attach(site, { path: '/other' });
    for (const [path, status] of [
      ['/one', '101'],
      ['/other/', '101'],
      ['/neither', '404'],
    ] as const) {
      const { socket, until } = await newSocket(port);
      socket.write(handshake(path));
      expect(await until('\r\n\r\n'), path).toMatch(new RegExp(`^HTTP/1\\.1 ${status} `));
    }
  });

  test('is answered 404 where another listener passes over it', async () => {
    const { chat } = await newServer();
    const { site, port } = await newSite();
    chat.attach(site, { path: '/chat' });
    site.on('upgrade', () => {});
    const { socket, until } = await newSocket(port);
    socket.write(handshake('/neither'));
    expect(await until('\r\n\r\n')).toMatch(/^HTTP\/1\.1 404 /);
  });

  test('is left to another listener that answers it, at once or later', async () => {
    const { chat } = await newServer();
    const { site, port } = await newSite();
    chat.attach(site, { path: '/chat' });
    site.on('upgrade', (_, socket) => {
      socket.write('HTTP/1.1 101 Switching Protocols\r\n\r\n');
      setTimeout(() => socket.end('later'), 1500);
    });
    const { socket, until } = await newSocket(port);
    socket.write(handshake('/neither'));
    expect(await until('later')).toMatch(/^HTTP\/1\.1 101 Switching Protocols\r\n\r\nlater$/);
  });
});

describe('a target that is a whole address', () => {
  test('names the files of the page', async () => {
    const { url } = await newServer();
    for (const target of [`http://chat${'/config.json'}`, 'HTTP://chat:5000/config.json?x', 'http://chat']) {
      const { socket, until } = await newSocket(portOf(url));
      socket.write(`GET ${target} HTTP/1.1\r\nHost: chat\r\nConnection: close\r\n\r\n`);
      expect(await until('never'), target).toMatch(/^HTTP\/1\.1 200 OK\r\n/);
    }
  });

  test('names the path of a chat', async () => {
    const { chat } = await newServer();
    const { site, port } = await newSite();
    chat.attach(site, { path: '/chat' });
    for (const [target, status] of [
      ['http://chat/chat', '101'],
      ['http://chat/chat/?x', '101'],
      ['http://chat/other', '404'],
    ] as const) {
      const { socket, until } = await newSocket(port);
      socket.write(handshake(target));
      expect(await until('\r\n\r\n'), target).toMatch(new RegExp(`^HTTP/1\\.1 ${status} `));
    }
  });
});

test('an upgrade behind other requests is answered behind them', async () => {
  const { chat } = await newServer();
  const waiting: (() => void)[] = [];
  const { site, port } = await newSite((request, response) => {
    waiting.push(() => response.end(`page ${request.url} `));
  });
  chat.attach(site);
  const { socket, until } = await newSocket(port);
  socket.write(`GET /a HTTP/1.1\r\nHost: chat\r\n\r\nGET /b HTTP/1.1\r\nHost: chat\r\n\r\n${handshake('/')}`);
  while (waiting.length < 2) await once(site, 'request');
  // The later page is ready first.
  waiting[1]?.();
  waiting[0]?.();
  const got = await until('101');
  expect([...got.matchAll(/page \/\w|101 Switching/g)].map(String)).toEqual([
    'page /a',
    'page /b',
    '101 Switching',
  ]);
  const ping = Buffer.from([0x89, 0x80, 0, 0, 0, 0]);
  socket.write(ping);
  expect(await until('\x8a\x00')).toContain('\x8a\x00');
});

describe('an upgrade that waits behind a request', () => {
  /** A chat on a site that answers a request when it is told to, and a handshake that waits behind one. */
  async function newWaiting(target: string, options: { path?: string } = {}) {
    const { chat } = await newServer();
    const responses: ServerResponse[] = [];
    const { site, port } = await newSite((_, response) => {
      response.on('error', () => {});
      responses.push(response);
    });
    chat.attach(site, options);
    const { socket, until } = await newSocket(port);
    const upgraded = once(site, 'upgrade');
    socket.write(`GET /a HTTP/1.1\r\nHost: chat\r\n\r\n${handshake(target)}`);
    await upgraded;
    const [response] = responses;
    if (response === undefined) throw new Error('nothing was asked');
    return { chat, response, until };
  }

  test('is refused when the chat has been closed meanwhile', async () => {
    const { chat, response, until } = await newWaiting('/');
    await chat.close();
    response.end('page /a ');
    expect(await until('503')).toMatch(/page \/a .*HTTP\/1\.1 503 /s);
  });

  test('does not make an error of the answer anybody else’s', async () => {
    const { response, until } = await newWaiting('/');
    response.end('page /a ');
    response.write('more');
    expect(await until('101')).toContain('101 Switching Protocols');
  });

  test('is refused behind its answer, though another listener might have taken it', async () => {
    const { chat } = await newServer();
    const responses: ServerResponse[] = [];
    const { site, port } = await newSite((_, response) => void responses.push(response));
    chat.attach(site, { path: '/chat' });
    site.on('upgrade', () => {});
    const { socket, until } = await newSocket(port);
    const upgraded = once(site, 'upgrade');
    socket.write(`GET /a HTTP/1.1\r\nHost: chat\r\n\r\n${handshake('/neither')}`);
    await upgraded;
    responses[0]?.end('page /a ');
    expect(await until('404')).toMatch(/page \/a .*HTTP\/1\.1 404 /s);
  });
});

test('offers of other protocols, one after the other on one connection, leave no listener behind', async () => {
  const { chat } = await newServer();
  let listeners = 0;
  const { site, port } = await newSite((request, response) => {
    listeners = request.socket.listenerCount('error');
    response.end(`site ${request.url} `);
  });
  chat.attach(site);
  const { socket, until } = await newSocket(port);
  const counts: number[] = [];
  for (let number = 0; number < 15; number++) {
    socket.write(h2c(`/${number}.`));
    await until(`site /${number}. `);
    counts.push(listeners);
  }
  expect(counts.at(-1)).toBe(counts[1]);
});
