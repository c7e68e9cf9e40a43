import { existsSync } from 'node:fs';
import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { runIn } from '../helpers/data.ts';
import { until } from '../helpers/gate.ts';
import { messagesIn } from '../helpers/history-file.ts';
import { newFolder, newServer } from '../helpers/server.ts';
import { newTalkers } from '../helpers/talker.ts';

async function baseOf(copy: string): Promise<number> {
  return existsSync(`${copy}.base`) ? JSON.parse(await readFile(`${copy}.base`, 'utf8')).base : 0;
}

test('P-MOD-1, P-MOD-2: copies of a file in which messages are removed and dropped all the time are right', async () => {
  const { chat, url, dataFile } = await newServer({ keep: '300', dialect: 'published' });
  const [talker] = await newTalkers(url, ['An']);
  if (talker === undefined) throw new Error('nobody talks');
  talker.talk(16, () => {});
  const folder = await newFolder();
  const removed = new Set<number>();
  for (let count = 0, base = 0; count < 4 || base === 0; count++) {
    const said = talker.seen.length;
    await until(() => talker.seen.length > said + 50);
    const position = talker.seen.length - 1;
    await chat.moderation.remove([position]);
    removed.add(position);
    const copy = join(folder, `${count}.json`);
    await runIn(['backup', dataFile, copy]);
    base = await baseOf(copy);
    const messages = await messagesIn(copy);
    await until(() => talker.seen.length >= base + messages.length);
    const expected = talker.seen.map((message, at) =>
      removed.has(at) ? { ...message, content: '' } : message,
    );
    expect(messages).toEqual(expected.slice(base, base + messages.length));
    expect(base + messages.length).toBeGreaterThan(position);
  }
});
