import { execFile } from 'node:child_process';
import { once } from 'node:events';
import { createServer, type Server } from 'node:http';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';
import { expect, onTestFinished, test } from 'vitest';
import { WebSocketServer } from 'ws';
import { type Chat, createChat } from '../../src/chat.ts';
import { newClient, newMember } from '../helpers/client.ts';
import { allOf, newPeer, upgrade } from '../helpers/raw.ts';
import { newFolder } from '../helpers/server.ts';

const run = promisify(execFile);

/** An HTTP server of somebody else's, with a page of its own. */
async function newForeign(): Promise<{ server: Server; url: string }> {
  const server = createServer((_, response) => response.end('a page'));
  server.listen(0, '127.0.0.1');
  onTestFinished(() => {
    server.close();
    server.closeAllConnections();
  });
  await once(server, 'listening');
  const address = server.address();
  return { server, url: `ws://127.0.0.1:${typeof address === 'object' ? address?.port : ''}` };
}

async function newChat(): Promise<Chat> {
  const chat = await createChat({ pingInterval: 3600, data: join(await newFolder(), 'data.json') });
  onTestFinished(() => chat.close());
  return chat;
}

const page = async (url: string) => (await fetch(url.replace('ws:', 'http:'))).text();

test('attach: all WebSockets of a server are the chat, and its pages stay its own', async () => {
  const [{ server, url }, chat] = [await newForeign(), await newChat()];
  chat.attach(server);
  const an = await newMember(`${url}/anything?at=all`, 'An');
  const binh = await newMember(url, 'Bình');
  expect(await an.next()).toMatchObject({ datatype: 'register', name: 'Bình' });
  expect(await binh.ask({ data: 'get' })).toMatchObject({ data: { online: ['An', 'Bình'] } });
  expect(await page(url)).toBe('a page');
});

test('attach with a path: other paths stay with the other listeners, in any order of listeners', async () => {
  const [{ server, url }, chat, second] = [await newForeign(), await newChat(), await newChat()];
  const echo = new WebSocketServer({ noServer: true });
  chat.attach(server, { path: '/chat' });
  server.on('upgrade', (request, socket, head) => {
    if (request.url !== '/echo') return;
    echo.handleUpgrade(request, socket, head, (ws) => ws.on('message', (data) => ws.send(`echo ${data}`)));
  });
  second.attach(server, { path: '/second' });

  const an = await newMember(`${url}/chat?room=1`, 'An');
  await newMember(`${url}/second`, 'An');
  const other = await newClient(`${url}/echo`);
  other.sayRaw('x');
  expect(await other.nextRaw()).toBe('echo x');
  await chat.close();
  expect(await an.closed()).toBe(1001);
  other.sayRaw('y');
  expect(await other.nextRaw()).toBe('echo y');
  await newMember(`${url}/second`, 'Bình');
});

test('attach: once detached, it takes no new connections and keeps the existing ones', async () => {
  const [{ server, url }, chat] = [await newForeign(), await newChat()];
  const detach = chat.attach(server);
  const an = await newMember(url, 'An');
  detach();
  detach();
  expect(server.listenerCount('upgrade')).toBe(0);
  const peer = await newPeer(url);
  peer.write(upgrade());
  // As Node answers an upgrade that nobody listens to: with the page.
  expect(String(await once(peer, 'data'))).toMatch(/^HTTP\/1\.1 200 /);
  expect(await an.ask({ data: 'send', content: 'còn đây' })).toMatchObject({ status: true });
});

test('attach: close() closes with 1001, and leaves the foreign server open and as it was', async () => {
  const [{ server, url }, chat] = [await newForeign(), await newChat()];
  chat.attach(server, { path: '/chat' });
  const an = await newMember(`${url}/chat`, 'An');
  await Promise.all([chat.close(), chat.close()]);
  expect(await an.closed()).toBe(1001);
  expect(server.listening).toBe(true);
  expect(server.listenerCount('upgrade')).toBe(0);
  expect(await page(url)).toBe('a page');
});

test('attach: one chat serves several servers, and its own port too', async () => {
  const [one, two, chat] = [await newForeign(), await newForeign(), await newChat()];
  chat.attach(one.server);
  chat.attach(two.server, { path: '/chat' });
  const an = await newMember(one.url, 'An');
  await newMember(`${two.url}/chat`, 'Bình');
  expect(await an.next()).toMatchObject({ datatype: 'register', name: 'Bình' });
});

test('listen: a chat whose port was taken can try again', async () => {
  const data = join(await newFolder(), 'data.json');
  const output = await runModule(`
    import { once } from 'node:events';
    import { createServer } from 'node:net';
    import { createChat } from ${JSON.stringify(built('chat.js'))};
    import { WebSocket } from 'ws';
    const blocker = createServer().listen(0, '127.0.0.1');
    await once(blocker, 'listening');
    const chat = await createChat({ port: blocker.address().port, data: ${JSON.stringify(data)} });
    await chat.listen().catch(({ code }) => console.log(code));
    blocker.close();
    await once(blocker, 'close');
    const client = new WebSocket(await chat.listen());
    await once(client, 'open');
    console.log('open');
    const closed = once(client, 'close');
    await chat.close();
    console.log((await closed)[0]);
  `);
  expect(output).toBe('PORT_TAKEN\nopen\n1001\n');
});

test('attach with a path: a request for a path that nobody serves is answered 404', async () => {
  const [{ server, url }, chat] = [await newForeign(), await newChat()];
  chat.attach(server, { path: '/chat' });
  const peer = await newPeer(url);
  peer.write(upgrade('/other'));
  expect(await allOf(peer)).toMatch('HTTP/1.1 404 ');
});

test('attach with a path: a connection that is cut off at another listener’s path harms nobody', async () => {
  const [{ server, url }, chat] = [await newForeign(), await newChat()];
  chat.attach(server, { path: '/chat' });
  const upgrades = once(server, 'upgrade');
  const peer = await newPeer(url);
  peer.write(upgrade('/other'));
  const [, socket] = await upgrades;
  const closed = new Promise((resolve) => socket.on('close', resolve));
  peer.resetAndDestroy();
  await closed;
  expect(await (await newMember(`${url}/chat`, 'An')).ask({ data: 'get' })).toMatchObject({ status: true });
});

test('a closed chat neither listens nor attaches', async () => {
  const [{ server }, chat] = [await newForeign(), await newChat()];
  await chat.close();
  await expect(chat.listen()).rejects.toThrow('the chat is closed');
  expect(() => chat.attach(server)).toThrow('the chat is closed');
});

test('close: nothing of the chat keeps the process running', async () => {
  const data = join(await newFolder(), 'data.json');
  const output = await runModule(`
    import { once } from 'node:events';
    import { createChat } from ${JSON.stringify(built('chat.js'))};
    import { WebSocket } from 'ws';
    const chat = await createChat({ port: 0, data: ${JSON.stringify(data)}, registerTimeout: 3600 });
    const client = new WebSocket(await chat.listen());
    await once(client, 'open');
    await chat.close();
    const again = await createChat({ port: 0, data: ${JSON.stringify(data)} });
    await again.close();
    console.log('closed');
  `);
  expect(output).toBe('closed\n');
});

const built = (name: string) => new URL(`../../dist/${name}`, import.meta.url).href;

/** What a module prints that runs in a process of its own; rejects when that ends badly. */
async function runModule(source: string): Promise<string> {
  const cwd = fileURLToPath(new URL('../..', import.meta.url));
  const { stdout } = await run(process.execPath, ['--input-type=module', '-e', source], { cwd });
  return stdout;
}
