import { join } from 'node:path';
import { expect, test } from 'vitest';
import { newMember } from '../helpers/client.ts';
import { newProcess, type ServerProcess } from '../helpers/process.ts';
import { newFolder } from '../helpers/server.ts';
import { newWatcher } from '../helpers/watcher.ts';

async function start(args: string[], env: Record<string, string> = {}): Promise<ServerProcess> {
  const data = join(await newFolder(), 'data.json');
  return newProcess(['--port', '0', '--log', 'json', '--data', data, ...args], { env });
}

test.each([
  ['masked', [], {}, /^•[\w-]{6}$/],
  ['with content, by flag', ['--inspect-content'], {}, /^xin chào$/],
  ['with content, by variable', [], { INSPECT_CONTENT: 'true' }, /^xin chào$/],
])('--inspect prints an address where the session is shown, %s', async (_, args, env, content) => {
  const server = await start(['--inspect', '--inspect-port', '0', ...args], env);
  const url = await server.url();
  const inspector = await server.inspector();
  expect(inspector).toMatch(/^http:\/\/127\.0\.0\.1:\d+\/\?token=[\w-]{22}$/);
  const watcher = await newWatcher(inspector);
  const an = await newMember(url, 'An');
  await an.ask({ data: 'send', content: 'xin chào' });
  const sent = await watcher.sees(({ event }) => event?.type === 'send');
  expect(sent.event['content']).toMatch(content);
  expect(await server.stop('SIGTERM')).toEqual({ code: 0, signal: null });
  expect(await watcher.closed).toBe(1001);
});

test('without --inspect nothing else listens', async () => {
  const server = await start([]);
  await newMember(await server.url(), 'An');
  await server.stop('SIGTERM');
  expect(server.lines.join('\n')).not.toContain('inspector');
});

test('a port of the inspector that is in use is one line and exit code 1', async () => {
  const first = await start([], { INSPECT: 'true', INSPECT_PORT: '0' });
  const port = new URL(await first.inspector()).port;
  const second = await start(['--inspect', '--inspect-port', port]);
  expect(await second.exited).toEqual({ code: 1, signal: null });
  expect(second.stderr).toBe(`port ${port} is in use: another program listens on 127.0.0.1:${port}\n`);
});
