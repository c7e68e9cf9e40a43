import { spawnSync } from 'node:child_process';
import { join } from 'node:path';
import { root } from './clone.ts';
import { newProcess, type ServerProcess } from './process.ts';
import { newFolder } from './server.ts';

/** The Python that has the library `websockets`: Debian's own, if another one is the first in PATH. */
const python = ['python3', '/usr/bin/python3'].find(
  (command) => spawnSync(command, ['-c', 'import websockets']).status === 0,
);

/** The command line that starts a server of examples/servers. Its settings are in the environment. */
export function exampleCommand(file: string): string {
  return `${file.endsWith('.py') ? python : process.execPath} ${join(root, file)}`;
}

/** Starts a server of examples/servers. Killed after the test. */
export async function newExample(file: string): Promise<ServerProcess> {
  const [command = '', ...before] = exampleCommand(file).split(' ');
  const env = { PORT: '0', DATA: join(await newFolder(), 'data.json') };
  return newProcess([], { command, before, env });
}
