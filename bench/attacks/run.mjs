/**
 * `node bench/attacks/run.mjs [--only NAME] [--seconds 10] [--bare]`, after a build: what members notice of an attack.
 * Twenty members each say something once a second. For each attack a line says how long a message took to reach
 * another member, calm and attacked, and how much memory the server took. Attackers come from 127.0.0.2, and the server
 * limits peers on this machine as it does strangers; with `--bare` it has no limits by connection.
 */
import { fork } from 'node:child_process';
import { once } from 'node:events';
import { parseArgs } from 'node:util';
import { percentile, rssOf, sleep } from '../measure.mjs';
import { start } from '../servers.mjs';
import { maskedText, open, readFrames } from '../wire.mjs';
import { attacks } from './attacks.mjs';

const { values } = parseArgs({
  options: {
    only: { type: 'string' },
    seconds: { type: 'string', default: '10' },
    bare: { type: 'boolean', default: false },
  },
});
const seconds = Number(values.seconds);
const limits = ['--rate=50', '--byte-rate=16KiB', '--send-rate=2', '--name-rate=0.2'];
const members = 20;

/** Members that talk; `latencies` holds the milliseconds from each message to each of its receivers. */
async function talk(port) {
  const state = { latencies: [], refused: 0, closed: 0 };
  const sent = new Map();
  const sockets = [];
  for (let number = 0; number < members; number++) {
    let rest = Buffer.alloc(0);
    const socket = await open({ port }, (chunk, from) => {
      const bytes = Buffer.concat([rest, chunk]);
      const read = readFrames(bytes, from, (_opcode, _isFinal, begin, end) => {
        const { datatype, status, content } = JSON.parse(bytes.toString('utf8', begin, end));
        if (status === false) state.refused++;
        if (datatype === 'message' && sent.has(content))
          state.latencies.push(performance.now() - sent.get(content));
      });
      rest = Buffer.from(bytes.subarray(read));
    });
    socket.on('close', () => state.closed++);
    socket.write(maskedText(JSON.stringify({ data: 'name', name: `member ${number}` })));
    sockets.push(socket);
    await sleep(0.01);
  }
  let count = 0;
  const timer = setInterval(() => {
    const content = `message ${count}`;
    sent.set(content, performance.now());
    sockets[count++ % members].write(maskedText(JSON.stringify({ data: 'send', content })));
  }, 1000 / members);
  return { state, stop: () => clearInterval(timer) };
}

function summary(latencies) {
  const sorted = Float64Array.from(latencies).sort();
  return { p50: percentile(sorted, 0.5), p99: percentile(sorted, 0.99), count: sorted.length };
}

const inMs = (ms) => `${ms.toFixed(1)} ms`;
const inMb = (bytes) => `${Math.round(bytes / 2 ** 20)} MB`;

for (const name of Object.keys(attacks)) {
  if (values.only !== undefined && values.only !== name) continue;
  const server = await start('ours', { args: values.bare ? [] : limits });
  const { state, stop } = await talk(server.port);
  // The first seconds are those of a cold process.
  await sleep(3);
  state.latencies = [];
  const rssBefore = rssOf(server.pid);
  await sleep(seconds);
  const calm = summary(state.latencies);
  const attacker = fork(new URL('attacks.mjs', import.meta.url), [name, `${server.port}`]);
  await once(attacker, 'message');
  state.latencies = [];
  let rss = 0;
  for (let second = 0; second < seconds; second++) {
    await sleep(1);
    rss = Math.max(rss, rssOf(server.pid));
  }
  const attacked = summary(state.latencies);
  const { refused, closed } = state;
  attacker.kill('SIGKILL');
  stop();
  await server.stop();
  process.stdout.write(
    `${name}: p50 ${inMs(calm.p50)} → ${inMs(attacked.p50)}, p99 ${inMs(calm.p99)} → ${inMs(attacked.p99)} ` +
      `(${(attacked.p99 / calm.p99).toFixed(2)}), ${attacked.count} of ${calm.count} deliveries, ` +
      `RSS ${inMb(rssBefore)} → ${inMb(rss)}, members refused ${refused}, closed ${closed}\n`,
  );
}
