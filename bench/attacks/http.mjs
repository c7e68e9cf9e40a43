// How the members of a room fare while somebody floods the page with HTTP requests. Prints the p99 of a message's way to
// another member, calm and under attack, and how much the server's memory grew.
//
//   node bench/attacks/http.mjs KIND CONNECTIONS [SERVER]
//
// Kinds: `pipelined` sends requests without reading an answer; `again` does so too, and comes back whenever it is cut
// off; `polite` sends the next request after the last answer.
import { fork } from 'node:child_process';
import { once } from 'node:events';
import { mkdtempSync, rmSync } from 'node:fs';
import { connect } from 'node:net';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import { fileURLToPath } from 'node:url';
import WebSocket from 'ws';
import { percentile, rssOf, sleep } from '../measure.mjs';

const [kind = 'pipelined', connections = '50', server = 'dist/server.js'] = process.argv.slice(2);
const probes = 2000;

if (process.send === undefined) await measure();
else attack(new URL(process.env.TARGET));

async function measure() {
  const folder = mkdtempSync('/tmp/attack-');
  const args = ['--port', '0', '--data', join(folder, 'data.json'), '--log', 'json'];
  const host = fork(server, args, { stdio: ['ignore', 'pipe', 'inherit', 'ipc'] });
  const url = await new Promise((resolve) => {
    createInterface({ input: host.stdout }).on('line', (line) => {
      const [address] = /ws:\/\/[^"\s,]+/.exec(line) ?? [];
      if (address !== undefined) resolve(address);
    });
  });
  const members = await Promise.all(
    Array.from({ length: 20 }, (_, index) => newMember(url, `member ${index}`)),
  );
  await p99(members, 500);
  const calm = await p99(members, probes);
  const before = rssOf(host.pid);
  let most = before;
  const watch = setInterval(() => (most = Math.max(most, rssOf(host.pid))), 50);
  const attacker = fork(fileURLToPath(import.meta.url), process.argv.slice(2), {
    env: { ...process.env, TARGET: url.replace('ws:', 'http:') },
  });
  await once(attacker, 'message');
  const attacked = await p99(members, probes);
  clearInterval(watch);
  const ratio = (attacked / calm).toFixed(2);
  const grown = ((most - before) / 2 ** 20).toFixed(1);
  console.log(`${kind} × ${connections}: p99 calm ${calm.toFixed(2)} ms, attacked ${attacked.toFixed(2)} ms`);
  console.log(`ratio ${ratio}, RSS + ${grown} MB`);
  attacker.send('report');
  const [{ opened }] = await once(attacker, 'message');
  console.log(`connections opened by the attacker: ${opened}`);
  attacker.kill();
  for (const member of members) member.terminate();
  host.kill();
  await once(host, 'exit');
  rmSync(folder, { recursive: true });
}

async function newMember(url, name) {
  const member = new WebSocket(url);
  await once(member, 'open');
  member.send(JSON.stringify({ data: 'name', name }));
  await once(member, 'message');
  return member;
}

/** The time in milliseconds within which 99 of 100 messages reached another member. */
async function p99([sender, ...others], count) {
  const receiver = others.at(-1);
  const times = [];
  for (let probe = 0; probe < count; probe++) {
    const content = `probe ${probe} ${Math.random()}`;
    const arrived = new Promise((resolve) => {
      const listen = (data) => {
        if (!`${data}`.includes(content)) return;
        receiver.off('message', listen);
        resolve();
      };
      receiver.on('message', listen);
    });
    const start = performance.now();
    sender.send(JSON.stringify({ data: 'send', content }));
    await arrived;
    times.push(performance.now() - start);
    await sleep(0.002);
  }
  times.sort((one, other) => one - other);
  return percentile(times, 0.99);
}

function attack({ hostname, port, host }) {
  let opened = 0;
  const request = `GET / HTTP/1.1\r\nHost: ${host}\r\nAccept-Encoding: br\r\n\r\n`;
  const flood = Buffer.from(request.repeat(5000));
  const start = () => {
    opened++;
    const socket = connect(port, hostname);
    socket.on('error', () => {});
    if (kind === 'polite') {
      socket.write(request);
      socket.on('data', () => socket.write(request));
    } else {
      socket.pause();
      const more = () => {
        while (socket.write(flood));
      };
      socket.on('drain', more);
      more();
    }
    if (kind !== 'pipelined') socket.on('close', () => setTimeout(start, 1));
  };
  for (let index = 0; index < Number(connections); index++) start();
  setTimeout(() => process.send('started'), 300);
  process.on('message', () => process.send({ opened }));
}
