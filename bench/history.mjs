/** Long histories in the server's format. */
import { once } from 'node:events';
import { createWriteStream, readFileSync } from 'node:fs';

/** Writes a history of messages with 64 characters each, one per line. */
export async function writeHistory(path, messages) {
  const file = createWriteStream(path);
  const content = 'Xin chào mọi người, hôm nay trời đẹp quá, mình đi chơi nhé? 0123456789'.slice(0, 64);
  let lines = '[';
  for (let index = 0; index < messages; index++) {
    lines += `${index > 0 ? '\n,' : ''}${JSON.stringify({ name: `An ${index % 50}`, content, timestamp: '22/11/2026 10/0600' })}`;
    if (lines.length < 1_000_000) continue;
    if (!file.write(lines)) await once(file, 'drain');
    lines = '';
  }
  file.end(`${lines}\n]`);
  await once(file, 'close');
}

/** The CPU time that JSON.stringify takes for the same history, for comparison. */
export function stringifyMs(path) {
  const history = JSON.parse(readFileSync(path, 'utf8'));
  JSON.stringify(history.slice(0, 1000));
  const before = process.cpuUsage();
  Buffer.from(JSON.stringify({ data: { message: history } }));
  const { user, system } = process.cpuUsage(before);
  return (user + system) / 1000;
}
