/** The servers under test: how to start each, and its protocol. */
import { spawn } from 'node:child_process';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import { fileURLToPath } from 'node:url';

const here = (path) => fileURLToPath(new URL(path, import.meta.url));

export const servers = {
  ours: { protocol: 'json', args: [here('../dist/server.js'), '--port', '0', '--log', 'silent'] },
  floor: { protocol: 'json', args: [here('servers/floor.mjs')] },
  uws: { protocol: 'uws', args: [here('servers/uws.mjs')] },
  'ws.send(Buffer)': { protocol: 'json', args: [here('servers/plain-ws.mjs'), 'buffer'] },
  'ws.send(string)': { protocol: 'json', args: [here('servers/plain-ws.mjs'), 'string'] },
  'socket.io': { protocol: 'socket.io', args: [here('servers/socket-io.mjs')] },
};

/** The arguments that start the inspector of this server. */
export const inspected = ['--inspect', '--inspect-port', '0'];

/**
 * Starts a server with its own folder; this one, or with `executable` another version of it. With the URL of a `ledger` its
 * history is there. Resolves once it, and with `inspected` its inspector, listens.
 */
export async function start(name, { args = [], data, executable, ledger } = {}) {
  const folder = mkdtempSync(join(tmpdir(), 'bench-'));
  const server = servers[name];
  const [script, ...fixed] = server.args;
  const history = ledger === undefined ? ['--data', data ?? join(folder, 'data.json')] : ['--ledger', ledger];
  const own = name === 'ours' ? [...history, ...args] : [];
  const begun = performance.now();
  const all = [executable ?? script, ...fixed, ...own];
  const child = spawn(process.execPath, ['--import', here('loop-delay.mjs'), ...all], {
    stdio: ['ignore', 'pipe', 'inherit', 'ipc'],
    env: { ...process.env, NODE_ENV: 'production' },
  });
  let port;
  let inspector;
  await new Promise((resolve, reject) => {
    child.once('exit', (code) => reject(new Error(`${name} ended with ${code}`)));
    createInterface({ input: child.stdout }).on('line', (line) => {
      port ??= /ws:\/\/127\.0\.0\.1:(\d+)/.exec(line)?.[1];
      inspector ??= /http:\/\/127\.0\.0\.1:\d+\/\?token=[\w-]+/.exec(line)?.[0];
      if (port !== undefined && (inspector !== undefined || !args.includes('--inspect'))) resolve();
    });
  });
  return {
    port: Number(port),
    /** The address of the inspector's page, if there is one. */
    inspector,
    pid: child.pid,
    protocol: server.protocol,
    startMs: performance.now() - begun,
    /** What loop-delay.mjs has measured since the last call. */
    async report() {
      child.send('report');
      return new Promise((resolve) => child.once('message', resolve));
    },
    async stop() {
      const ended = new Promise((resolve) => child.once('exit', resolve));
      child.kill('SIGKILL');
      await ended;
      rmSync(folder, { recursive: true, force: true });
    },
  };
}

/** Runs a script of clients in its own process. Resolves to the result that it prints. */
export function inProcess(script, parameters) {
  const child = spawn(process.execPath, [here(script), JSON.stringify(parameters)], {
    stdio: ['ignore', 'pipe', 'inherit'],
  });
  let output = '';
  child.stdout.on('data', (chunk) => {
    output += chunk;
  });
  return new Promise((resolve, reject) => {
    child.once('close', (code) =>
      code === 0 ? resolve(JSON.parse(output)) : reject(new Error(`${script} failed (${code})`)),
    );
  });
}
