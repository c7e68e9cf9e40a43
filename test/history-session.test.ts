import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { newMember } from './helpers/client.ts';
import { newProcess } from './helpers/process.ts';
import { publishedHistory } from './helpers/published-history.ts';
import { newFolder } from './helpers/server.ts';
import { type Message, wholeHistory } from './helpers/talker.ts';

test.each([false, true])(
  'P-DB-1, P-GET-1: 6,000 messages of the published server, then a session, then another (all ASCII: %s)',
  async (isAscii) => {
    const { messages, text } = publishedHistory(6000, { isAscii, seed: 7 });
    const dataFile = join(await newFolder(), 'data.json');
    writeFileSync(dataFile, text);
    const start = () => newProcess(['--port', '0', '--data', dataFile, '--dialect', 'published']);

    const first = start();
    const an = await newMember(await first.url(), 'An');
    expect(await an.ask({ type: 'get' })).toMatchObject({ data: { message: messages, online: ['An'] } });
    expect(readFileSync(dataFile, 'utf8')).toBe(text);

    const said: Message[] = [];
    for (const content of ['Chào cả nhà!', 'đã lâu không gặp', '"\\\u2028👨‍👩‍👧‍👦', 'x'.repeat(4000)]) {
      const { name, timestamp, ...rest } = await an.ask({ type: 'send', content });
      expect(rest).toEqual({ type: 'send', content, status: true });
      said.push({ name: String(name), content, timestamp: String(timestamp) });
    }
    const all = [...messages, ...said];
    expect(await an.ask({ type: 'get' })).toMatchObject({ data: { message: all } });
    expect(await first.stop('SIGTERM')).toEqual({ code: 0, signal: null });
    // What was there is there byte for byte; the new messages follow it.
    const after = readFileSync(dataFile, 'utf8');
    expect(after.startsWith(text.slice(0, -1))).toBe(true);
    expect(JSON.parse(after)).toEqual(all);

    const second = start();
    expect(await wholeHistory(await second.url())).toEqual(all);
    await second.stop('SIGKILL');
    expect(readFileSync(dataFile, 'utf8')).toBe(after);
  },
);

test('P-GET-2: any window of a long history is the right part of it', async () => {
  const { messages, text } = publishedHistory(6000, { seed: 8 });
  const dataFile = join(await newFolder(), 'data.json');
  writeFileSync(dataFile, text);
  const an = await newMember(await newProcess(['--port', '0', '--data', dataFile]).url(), 'An');
  const pieces: Message[] = [];
  for (let before = 6000; before > 0; before -= 777) {
    const { data } = (await an.ask({ data: 'get', limit: 777, before })) as {
      data: { message: Message[]; first: number; total: number };
    };
    expect(data).toMatchObject({ first: Math.max(0, before - 777), total: 6000 });
    pieces.unshift(...data.message);
  }
  expect(pieces).toEqual(messages);
});
