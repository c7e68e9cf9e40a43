import { join } from 'node:path';
import { expect, test } from 'vitest';
import { newMember } from '../helpers/client.ts';
import { newProcess } from '../helpers/process.ts';
import { newFolder } from '../helpers/server.ts';

test('SIGUSR1 opens no debugger, and the chat goes on', async () => {
  const data = join(await newFolder(), 'data.json');
  const server = newProcess(['--port', '0', '--data', data]);
  const an = await newMember(await server.url(), 'An');
  server.child.kill('SIGUSR1');
  // Node says on standard error where its debugger listens, or that the port is taken.
  for (let count = 0; count < 50; count++)
    expect(await an.ask({ data: 'send', content: 'còn đây' })).toMatchObject({ status: true });
  expect(await server.stop('SIGTERM')).toEqual({ code: 0, signal: null });
  expect(server.stderr).toBe('');
});
