/**
 * `node bench/restarts.mjs [--restarts 10] [--clients 32] [--bare]`, after a build: what becomes of clients that come and
 * go all the time while the server is restarted. As under systemd, one socket is held open across all runs; with
 * `--bare` each run opens the port itself.
 */
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtempSync, rmSync } from 'node:fs';
import { createServer } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import { fileURLToPath } from 'node:url';
import { parseArgs } from 'node:util';
import { WebSocket } from 'ws';

const { values } = parseArgs({
  options: {
    restarts: { type: 'string', default: '10' },
    clients: { type: 'string', default: '32' },
    bare: { type: 'boolean', default: false },
  },
});
const at = (path) => fileURLToPath(new URL(path, import.meta.url));
const folder = mkdtempSync(join(tmpdir(), 'restarts-'));

const listener = createServer().listen(0, '127.0.0.1');
await once(listener, 'listening');
const { port } = listener.address();
const server = spawn(
  'sh',
  [
    at('../test/helpers/supervise.sh'),
    ...[process.execPath, at('../dist/server.js'), '--log', 'json', '--log-level', 'warn'],
    ...['--port', `${port}`, '--data', join(folder, 'data.json')],
  ],
  {
    env: { ...process.env, LISTEN_FDS: values.bare ? '0' : '1' },
    // Node has no other way to tell the descriptor of a server.
    stdio: ['ignore', 'pipe', 'inherit', values.bare ? 'ignore' : listener._handle.fd],
  },
);
listener.close();
if (values.bare) await once(listener, 'close');

let pid = 0;
let onListening = () => {};
createInterface({ input: server.stdout }).on('line', (line) => {
  pid = Number(/^run (\d+)$/.exec(line)?.[1] ?? pid);
  if (line.includes('listening on ')) onListening();
});
const listening = () => new Promise((resolve) => (onListening = resolve));

/** Registers a client, and says goodbye or is sent away. Resolves to what became of it. */
function visit(name) {
  const socket = new WebSocket(`ws://127.0.0.1:${port}/`);
  socket.on('open', () => socket.send(JSON.stringify({ data: 'name', name })));
  socket.on('message', () => socket.close(1000));
  return new Promise((resolve) => {
    socket
      .on('error', ({ message }) => resolve(message))
      .on('close', (code) => resolve(`closed with ${code}`));
  });
}

const fates = new Map();
let isOver = false;
async function come(client) {
  for (let count = 0; !isOver; count++) {
    const fate = await visit(`${client}-${count}`);
    fates.set(fate, (fates.get(fate) ?? 0) + 1);
    // A client that has been refused would otherwise keep the processor from the server that starts.
    if (!fate.startsWith('closed')) await new Promise((resolve) => setTimeout(resolve, 20));
  }
}

await listening();
const clients = Array.from({ length: Number(values.clients) }, (_, client) => come(client));
for (let count = 0; count < Number(values.restarts); count++) {
  await new Promise((resolve) => setTimeout(resolve, 500));
  const again = listening();
  process.kill(pid, 'SIGTERM');
  await again;
}
isOver = true;
await Promise.all(clients);
server.kill('SIGKILL');
process.kill(pid, 'SIGKILL');
rmSync(folder, { recursive: true });
console.log(`${values.restarts} restarts, ${clients.length} clients that come and go:`);
for (const [fate, count] of [...fates].sort()) console.log(`${String(count).padStart(8)}  ${fate}`);
const refused = [...fates].filter(([fate]) => !/ 100[015]$/.test(fate));
console.log(`refused: ${refused.reduce((sum, [, count]) => sum + count, 0)}`);
