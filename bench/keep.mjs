/**
 * `npm run --silent build && node bench/keep.mjs [--drops 12] [--kept 100000] [--members 20] [--rate 300] [--archive]`: what
 * members notice while 10,000 messages are dropped. Their messages expire together, some seconds apart. Prints how long an
 * acknowledgement took while nothing was dropped, while something was, and the ratio.
 */
import { fork } from 'node:child_process';
import { once } from 'node:events';
import {
  existsSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  rmSync,
  writeFileSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { parseArgs } from 'node:util';
import { WebSocket } from 'ws';
import { formatTimestamp } from '../dist/protocol/timestamp.js';
import { percentile, sleep } from './measure.mjs';

const { values } = parseArgs({
  options: {
    drops: { type: 'string', default: '12' },
    kept: { type: 'string', default: '100000' },
    members: { type: 'string', default: '20' },
    rate: { type: 'string', default: '300' },
    archive: { type: 'boolean', default: false },
  },
});
const [drops, kept, members, rate] = [values.drops, values.kept, values.members, values.rate].map(Number);
const dropped = 10_000;
const [firstSeconds, everySeconds] = [10, 6];

const folder = mkdtempSync(join(tmpdir(), 'keep-'));
const [data, archive] = [join(folder, 'data.json'), join(folder, 'archive')];
mkdirSync(archive, 0o700);
const began = Date.now();

/** The JSON of so many messages that expire in so many seconds. */
function messagesFor(count, seconds) {
  const timestamp = formatTimestamp(new Date(began - 3_600_000 + seconds * 1000), 'documented');
  const message = { name: 'An', content: 'xin chào cả nhà, hôm nay trời đẹp, mình đi chơi nhé', timestamp };
  return Array.from({ length: count }, () => JSON.stringify(message));
}

const groups = Array.from({ length: drops }, (_, index) =>
  messagesFor(dropped, firstSeconds + index * everySeconds),
);
writeFileSync(data, `[${[...groups, messagesFor(kept, 3600)].flat().join('\n,')}\n]`, { mode: 0o600 });

const script = fileURLToPath(new URL('servers/moderated.mjs', import.meta.url));
const places = ['--port', '0', '--data', data, ...(values.archive ? ['--archive', archive] : [])];
const child = fork(script, [...places, '--keep', '1h']);
const [url] = await once(child, 'message');

/** A member who sends one message at a time. */
async function newMember(name) {
  const socket = new WebSocket(url);
  let onReply;
  socket.on('message', (text) => {
    if (!text.includes('"type":"receive"')) onReply();
  });
  const ask = (request) =>
    new Promise((resolve) => {
      onReply = resolve;
      socket.send(JSON.stringify(request));
    });
  await once(socket, 'open');
  await ask({ data: 'name', name });
  return ask;
}

const isDropping = () =>
  existsSync(`${data}.next`) || readdirSync(archive).some((name) => name.endsWith('.next'));
const baseOf = () => (existsSync(`${data}.base`) ? JSON.parse(readFileSync(`${data}.base`, 'utf8')).base : 0);

const took = { calm: [], dropping: [] };
let phase = 'calm';
let isOver = false;

async function chat(ask) {
  while (!isOver) {
    const [start, before] = [performance.now(), phase];
    await ask({ data: 'send', content: 'xin chào' });
    const ms = performance.now() - start;
    took[before === 'dropping' ? before : phase].push(ms);
    await sleep(Math.max(0, (members / rate) * (0.5 + Math.random()) - ms / 1000));
  }
}

const asks = await Promise.all(Array.from({ length: members }, (_, index) => newMember(`Bình ${index}`)));
const chats = asks.map(chat);
let droppingMs = 0;
for (let at = performance.now(); baseOf() < drops * dropped || isDropping(); ) {
  await sleep(0.002);
  const now = performance.now();
  if (phase === 'dropping') droppingMs += now - at;
  phase = isDropping() ? 'dropping' : 'calm';
  at = now;
}
isOver = true;
await Promise.all(chats);
child.kill();
rmSync(folder, { recursive: true });

const [calm, dropping] = [took.calm, took.dropping].map((list) => list.sort((one, other) => one - other));
const shown = (ms) => `${ms.toFixed(2)} ms`;
console.log(
  `${drops} drops of ${dropped} messages, ${shown(droppingMs / drops)} each; ${kept} and more are kept`,
);
for (const [share, name] of [
  [0.5, 'p50'],
  [0.99, 'p99'],
]) {
  const [before, during] = [percentile(calm, share), percentile(dropping, share)];
  const ratio = (during / before).toFixed(2);
  console.log(
    `${name}: ${shown(before)} calm (${calm.length}), ${shown(during)} dropping (${dropping.length}), ratio ${ratio}`,
  );
}
process.exit(0);
