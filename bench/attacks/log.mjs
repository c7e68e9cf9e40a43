// How much one connection can write into the log at the level info: `node bench/attacks/log.mjs` after a build. It sends
// invalid JSON, under a nickname of 100 format characters, as fast as the server takes it.
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { WebSocket } from 'ws';

const seconds = 10;
const folder = mkdtempSync(join(tmpdir(), 'chatbox-attack-'));
const args = ['--port', '0', '--data', join(folder, 'data.json'), '--nickname-comparison', 'exact'];
const server = spawn(process.execPath, [
  fileURLToPath(new URL('../../dist/server.js', import.meta.url)),
  ...args,
]);
let log = '';
server.stdout.on('data', (data) => {
  log += data;
});
while (!log.includes('ws://')) await once(server.stdout, 'data');
const socket = new WebSocket(/ws:\/\/[^",]+/.exec(log)?.[0]);
await once(socket, 'open');
socket.send(JSON.stringify({ data: 'name', name: '\u{e0001}'.repeat(100) }));
let [sent, answered] = [0, 0];
const fill = () => {
  for (; sent - answered < 256; sent++) socket.send('{');
};
socket.on('message', () => {
  answered++;
  fill();
});
const before = log.length;
fill();
await new Promise((resolve) => setTimeout(resolve, seconds * 1000));
const lines = log.slice(before).split('\n').length - 1;
console.log(
  `${Math.round(answered / seconds)} refusals/s: ${Math.round((log.length - before) / seconds)} bytes/s and ` +
    `${lines} lines of log in ${seconds} s`,
);
socket.terminate();
server.kill();
await once(server, 'close');
rmSync(folder, { recursive: true });
