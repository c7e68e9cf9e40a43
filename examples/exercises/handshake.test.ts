import { expect, test } from 'vitest';
import { newMember } from '../../test/helpers/client.ts';
import { allOf, newPeer, upgrade } from '../../test/helpers/raw.ts';
import { newServer } from '../../test/helpers/server.ts';

/** The first line of the answer to a handshake at this path: `HTTP/1.1 404 Not Found`. */
async function answerTo(url: string, path: string): Promise<string> {
  const peer = await newPeer(url);
  const answer = allOf(peer);
  // If the handshake succeeds, the server closes the WebSocket at the broken frame, so the answer has an end.
  peer.write(`${upgrade(path)}not a frame`);
  return `${(await answer).split('\r\n', 1)[0]}`;
}

const taken = 'HTTP/1.1 101 Switching Protocols';

test.each(['/chat', '/index.html', '/x/?y=/'])('a handshake to %s is answered 404', async (path) => {
  const { url } = await newServer();
  expect(await answerTo(url, path), `the answer to a handshake to ${path}`).toBe('HTTP/1.1 404 Not Found');
});

test.each(['/', '/?x=1'])('a handshake to %s opens a WebSocket', async (path) => {
  const { url } = await newServer();
  expect(await answerTo(url, path), `the answer to a handshake to ${path}`).toBe(taken);
});

test('a refused handshake disturbs nobody: the chat goes on, and its page is served', async () => {
  const { url } = await newServer();
  const an = await newMember(url, 'An');
  expect(await answerTo(url, '/chat'), 'the answer to a handshake to /chat').not.toBe(taken);
  expect(await an.ask({ data: 'send', content: 'xin chào' })).toMatchObject({ status: true });
  expect((await fetch(url.replace('ws:', 'http:'))).status).toBe(200);
});
