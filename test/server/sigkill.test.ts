import { randomInt } from 'node:crypto';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { newProcess } from '../helpers/process.ts';
import { newFolder } from '../helpers/server.ts';
import { type Message, newTalkers, type Talker, wholeHistory } from '../helpers/talker.ts';

/** KILL_ROUNDS=200 is for those who want to be sure. */
const rounds = Number(process.env['KILL_ROUNDS'] ?? 10);
const names = ['An', 'Bình', 'Chi', 'Dũng'];

test('P-SEND-2, P-DB-5: killed at any moment under load, an acknowledged message is there once and in its place', async () => {
  const dataFile = join(await newFolder(), 'data.json');
  const start = () =>
    newProcess(['--port', '0', '--data', dataFile, '--dialect', 'published', '--log', 'silent']);
  let server = start();
  let before: Message[] = [];
  for (let round = 1; round <= rounds; round++) {
    const talkers = await newTalkers(await server.url(), names);
    const killAt = randomInt(1, 400);
    let acknowledged = 0;
    for (const talker of talkers) {
      talker.talk(randomInt(1, 16), () => {
        if (++acknowledged === killAt) server.child.kill('SIGKILL');
      });
    }
    expect(await server.exited).toEqual({ code: null, signal: 'SIGKILL' });
    await Promise.all(talkers.map(({ client }) => client.closed()));

    // The very next start finds it all, at its first attempt (P-DB-3).
    server = start();
    const after = await wholeHistory(await server.url());
    expect(JSON.parse(readFileSync(dataFile, 'utf8'))).toEqual(after);
    judge(talkers, before, after, `round ${round}, killed at acknowledgement ${killAt}`);
    before = after;
  }
  expect(await server.stop('SIGTERM')).toEqual({ code: 0, signal: null });
});

function judge(talkers: Talker[], before: Message[], after: Message[], when: string): void {
  expect(after.slice(0, before.length), when).toEqual(before);
  for (const { first, seen, acknowledged, others } of talkers) {
    expect(first, when).toBe(before.length);
    expect(after.slice(first, first + seen.length), when).toEqual(seen);
    expect(acknowledged.length, when).toBeLessThanOrEqual(seen.length);
    expect(others, when).toEqual([]);
  }
  // Besides, there may be what had not been answered yet: once, and as it was sent.
  const contents = after.slice(before.length).map(({ content }) => content);
  expect(new Set(contents).size, when).toBe(contents.length);
  const sent = new Set(talkers.flatMap((talker) => talker.sent));
  expect(
    contents.filter((content) => !sent.has(content)),
    when,
  ).toEqual([]);
}

test('P-SEND-2: a server killed before anything was sent leaves an empty history that the next one starts on', async () => {
  const dataFile = join(await newFolder(), 'data.json');
  for (let round = 0; round < 2; round++) {
    const server = newProcess(['--port', '0', '--data', dataFile]);
    expect(await wholeHistory(await server.url())).toEqual([]);
    await server.stop('SIGKILL');
  }
  expect(JSON.parse(readFileSync(dataFile, 'utf8'))).toEqual([]);
});
