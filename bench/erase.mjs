/**
 * `npm run --silent build && node bench/erase.mjs [--rounds 8] [--each 5000] [--others 100000] [--members 20] [--rate 300]`:
 * what members notice while all messages of one author are erased. Prints how long an acknowledgement took while nothing
 * was erased, while something was, and the ratio.
 */
import { fork } from 'node:child_process';
import { once } from 'node:events';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { parseArgs } from 'node:util';
import { sleep } from './measure.mjs';
import { linesOf, talk } from './talk.mjs';

const { values } = parseArgs({
  options: {
    rounds: { type: 'string', default: '8' },
    each: { type: 'string', default: '5000' },
    others: { type: 'string', default: '100000' },
    members: { type: 'string', default: '20' },
    rate: { type: 'string', default: '300' },
  },
});
const [rounds, each, others, members, rate] = [
  values.rounds,
  values.each,
  values.others,
  values.members,
  values.rate,
].map(Number);
const calmSeconds = 5;

const folder = mkdtempSync(join(tmpdir(), 'erase-'));
const data = join(folder, 'data.json');
const content = 'xin chào cả nhà, hôm nay trời đẹp, mình đi chơi nhé';
const timestamp = '22/11/2026 10/0600';
const nameOf = (index) => (index < rounds * each ? `An ${index % rounds}` : 'Chi');
const messages = Array.from({ length: rounds * each + others }, (_, index) => index)
  .sort(() => Math.random() - 0.5)
  .map((index) => JSON.stringify({ name: nameOf(index), content, timestamp }));
writeFileSync(data, `[${messages.join('\n,')}\n]`, { mode: 0o600 });

const script = fileURLToPath(new URL('servers/moderated.mjs', import.meta.url));
const child = fork(script, ['--port', '0', '--data', data]);
const [url] = await once(child, 'message');

let isBusy = false;
const stop = await talk(url, { members, rate, isBusy: () => isBusy });
let erasingMs = 0;
for (let round = 0; round < rounds; round++) {
  await sleep(calmSeconds);
  const start = performance.now();
  isBusy = true;
  const answered = once(child, 'message');
  child.send(['erase', `An ${round}`]);
  const [answer] = await answered;
  isBusy = false;
  erasingMs += performance.now() - start;
  if (answer.removed !== each) throw new Error(`erased ${JSON.stringify(answer)}`);
}
const took = await stop();
child.kill();
rmSync(folder, { recursive: true });

console.log(
  `${rounds} authors of ${each} messages, ${(erasingMs / rounds).toFixed(2)} ms each; ${others} of others`,
);
for (const line of linesOf(took, 'erasing')) console.log(line);
process.exit(0);
