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
import { formatTimestamp } from '../dist/protocol/timestamp.js';
import { sleep } from './measure.mjs';
import { linesOf, talk } from './talk.mjs';

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

const isDropping = () =>
  existsSync(`${data}.next`) || readdirSync(archive).some((name) => name.endsWith('.next'));
const baseOf = () => (existsSync(`${data}.base`) ? JSON.parse(readFileSync(`${data}.base`, 'utf8')).base : 0);

let isBusy = false;
const stop = await talk(url, { members, rate, isBusy: () => isBusy });
let droppingMs = 0;
for (let at = performance.now(); baseOf() < drops * dropped || isDropping(); ) {
  await sleep(0.002);
  const now = performance.now();
  if (isBusy) droppingMs += now - at;
  isBusy = isDropping();
  at = now;
}
const took = await stop();
child.kill();
rmSync(folder, { recursive: true });

console.log(
  `${drops} drops of ${dropped} messages, ${(droppingMs / drops).toFixed(2)} ms each; ${kept} and more are kept`,
);
for (const line of linesOf(took, 'dropping')) console.log(line);
process.exit(0);
