/** What the command `data` takes for a long history: node bench/data.mjs [MESSAGES]. Build first. */
import { spawnSync } from 'node:child_process';
import { once } from 'node:events';
import { createWriteStream, mkdtempSync, rmSync, statSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';

const executable = fileURLToPath(new URL('../dist/server.js', import.meta.url));

/** Writes a history of 400 days, with 200 authors, and a message of 121 bytes on average. With `isDamaged`, one in a thousand lacks a quote. */
async function writeHistory(path, messages, isDamaged) {
  const file = createWriteStream(path);
  const words = 'Xin chào mọi người, hôm nay trời đẹp quá, mình đi chơi nhé? 0123456789'.split(' ');
  let lines = '[';
  for (let index = 0; index < messages; index++) {
    const moment = new Date(Date.UTC(2025, 9, 20) + wave(index / messages) * 400 * 86_400_000);
    const [day, month, year] = [moment.getUTCDate(), moment.getUTCMonth() + 1, moment.getUTCFullYear()];
    const date = `${String(day).padStart(2, '0')}/${String(month).padStart(2, '0')}/${year}`;
    const timestamp = `${date}, ${moment.toISOString().slice(11, 19)}`;
    const content = Array.from(
      { length: 1 + ((index * 7919) % 16) },
      (_, at) => words[(index + at) % words.length],
    );
    const name = `An ${Math.floor(((index * 31) % 200) ** 2 / 200)}`;
    const json = JSON.stringify({ name, content: content.join(' '), timestamp });
    const isSpoilt = isDamaged && index % 1000 === 999;
    lines += `${index > 0 ? '\n,' : ''}${isSpoilt ? json.replace('","timestamp', ',"timestamp') : json}`;
    if (lines.length < 1_000_000) continue;
    if (!file.write(lines)) await once(file, 'drain');
    lines = '';
  }
  file.end(`${lines}\n]`);
  await once(file, 'close');
}

/** From 0 to 1, never back, sometimes faster and sometimes slower. */
const wave = (share) => share + Math.sin(share * 40) / 45;

const messages = Number(process.argv[2] ?? 1_000_000);
const folder = mkdtempSync(join(tmpdir(), 'chatbox-bench-'));
try {
  const [whole, damaged] = [join(folder, 'data.json'), join(folder, 'damaged.json')];
  await writeHistory(whole, messages, false);
  await writeHistory(damaged, messages, true);
  console.log(`messages ${messages}, bytes ${statSync(whole).size}`);
  for (const args of [
    ['check', whole],
    ['check', damaged],
    ['stats', whole],
    ['backup', whole, join(folder, 'copy.json')],
    ['repair', damaged],
  ]) {
    const begun = performance.now();
    const { stderr } = spawnSync(
      '/usr/bin/time',
      ['-f', '%U %M', process.execPath, executable, 'data', ...args],
      {
        encoding: 'utf8',
        maxBuffer: 2 ** 30,
      },
    );
    const seconds = (performance.now() - begun) / 1000;
    const [cpu, kibibytes] = stderr.trim().split('\n').at(-1).split(' ').map(Number);
    const title = `${args[0]} ${args[1] === whole ? 'whole' : 'damaged'}`;
    console.log(`${title}: ${seconds.toFixed(1)} s, CPU ${cpu} s, ${(kibibytes / 1024).toFixed()} MB`);
  }
} finally {
  rmSync(folder, { recursive: true });
}
