import { expect, test } from 'vitest';
import { Progress } from '../../src/data/progress.ts';
import type { Page } from '../../src/data/store.ts';

const json = Buffer.from('{}');

/** Watches pages of 100 messages that take so many milliseconds each. Resolves to what is written. */
async function watched(isTerminal: boolean, pageMs: number, pages: number): Promise<string> {
  let written = '';
  let timeMs = 0;
  async function* read(): AsyncGenerator<Page> {
    for (let count = 1; count <= pages; count++) {
      timeMs += pageMs;
      yield { messages: new Array(100).fill(json), share: count / pages };
    }
  }
  const write = (text: string) => {
    written += text;
  };
  const progress = new Progress({ write, isTerminal, now: () => timeMs }, new AbortController().signal);
  for await (const { messages } of progress.watch('copying', read())) expect(messages).toHaveLength(100);
  progress.say('done');
  progress.finish();
  return written;
}

test('a terminal shows one line, redrawn ten times a second, which ends with what stays', async () => {
  const lines = ['copying: 25 %, messages 100', 'copying: 50 %, messages 200', 'copying: 75 %, messages 300'];
  const all = [...lines, 'copying: 100 %, messages 400'];
  expect(await watched(true, 100, 4)).toBe(`${all.map((line) => `\r\x1b[K${line}`).join('')}\r\x1b[Kdone\n`);
  expect(await watched(true, 50, 4)).toBe(
    '\r\x1b[Kcopying: 50 %, messages 200\r\x1b[Kcopying: 100 %, messages 400\r\x1b[Kdone\n',
  );
});

test('elsewhere there is a line every five seconds, and none if it does not take so long', async () => {
  expect(await watched(false, 2500, 4)).toBe(
    'copying: 50 %, messages 200\ncopying: 100 %, messages 400\ndone\n',
  );
  expect(await watched(false, 1000, 4)).toBe('done\n');
});
