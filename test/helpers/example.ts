import { spawnSync } from 'node:child_process';
import { join } from 'node:path';
import { root } from './clone.ts';
import { newProcess, type ServerProcess } from './process.ts';
import { newFolder } from './server.ts';

/** The Python that has the library `websockets`: Debian's own, if another one is the first in PATH. */
const python = ['python3', '/usr/bin/python3'].find(
  (command) => spawnSync(command, ['-c', 'import websockets']).status === 0,
);

export type ExampleOptions = { port?: number; data?: string; pingSeconds?: number };

/** The command line that starts a server of examples/servers, and its settings. */
export function exampleCommand(file: string): string {
  return `${file.endsWith('.py') ? python : process.execPath} ${join(root, file)}`;
}

/** Starts a server of examples/servers. Killed after the test. */
export async function newExample(file: string, options: ExampleOptions = {}): Promise<ServerProcess> {
  const { port = 0, data = join(await newFolder(), 'data.json'), pingSeconds = 5 } = options;
  const [command = '', ...before] = exampleCommand(file).split(' ');
  return newProcess([], { command, before, env: { PORT: `${port}`, DATA: data, PING: `${pingSeconds}` } });
}
