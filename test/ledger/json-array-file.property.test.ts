import { readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import fc from 'fast-check';
import { expect, test } from 'vitest';
import type { Message } from '../../src/protocol/replies.ts';
import { append, messagesIn, messagesOf, type OpenFile, openFile } from '../helpers/history-file.ts';
import { layouts } from '../helpers/layouts.ts';
import { newFolder } from '../helpers/server.ts';

const text = fc.string({ unit: 'binary', maxLength: 10 });
const message = fc.record({ name: text, content: text, timestamp: text });
const batch = fc.array(message, { minLength: 1, maxLength: 4 });

const start = fc.record({
  messages: fc.array(message, { maxLength: 3 }),
  layout: fc.constantFrom(...layouts),
});

/**
 * What happens to the file: a batch is appended; the process dies while one is, when so much of it (a part of 2^32) has
 * been written; or it ends in peace. After the last two, the file is opened again.
 */
const step = fc.oneof(
  { weight: 3, arbitrary: fc.record({ type: fc.constant('append' as const), batch }) },
  {
    weight: 3,
    arbitrary: fc.record({ type: fc.constant('crash' as const), batch, part: fc.nat(2 ** 32 - 1) }),
  },
  { weight: 1, arbitrary: fc.record({ type: fc.constant('reopen' as const) }) },
);

/** Every state in which a crash can leave the file while it turns from `before` into `after`. */
function crashStates(before: Buffer, after: Buffer): Buffer[] {
  const bracket = before.lastIndexOf(']');
  const written = after.length - bracket;
  // Bytes after the bracket are removed first; then the batch overwrites the bracket and extends the file.
  return [
    before,
    ...Array.from({ length: written }, (_, count) =>
      Buffer.concat([after.subarray(0, bracket + count), before.subarray(bracket + count, bracket + 1)]),
    ),
    after,
  ];
}

/**
 * Opens the file again and checks its content: all acknowledged messages, and a beginning of the unacknowledged batch.
 */
async function reopen(
  path: string,
  acknowledged: readonly Message[],
  open: readonly Message[],
): Promise<OpenFile> {
  const opened = await openFile(path);
  const found = messagesOf(opened.history);
  expect(found).toEqual([...acknowledged, ...open].slice(0, Math.max(acknowledged.length, found.length)));
  expect(await messagesIn(path)).toEqual(found);
  return opened;
}

test('P-DB-4, P-SEND-2: no acknowledged message is lost, whatever is appended and whenever it crashes', async () => {
  const folder = await newFolder();
  let files = 0;
  await fc.assert(
    fc.asyncProperty(start, fc.array(step, { maxLength: 10 }), async ({ messages, layout }, steps) => {
      const path = join(folder, `${files++}.json`);
      await writeFile(path, layout(messages));
      const acknowledged = [...messages];
      let opened = await reopen(path, acknowledged, []);
      for (const it of steps) {
        if (it.type === 'append') {
          await append(opened, it.batch);
          acknowledged.push(...it.batch);
          expect(await messagesIn(path)).toEqual(acknowledged);
          continue;
        }
        const before = await readFile(path);
        if (it.type === 'crash') await append(opened, it.batch);
        await opened.file.close();
        if (it.type === 'crash') {
          const states = crashStates(before, await readFile(path));
          await writeFile(path, states[Math.floor((it.part / 2 ** 32) * states.length)] ?? before);
        }
        opened = await reopen(path, acknowledged, it.type === 'crash' ? it.batch : []);
        acknowledged.splice(0, Infinity, ...messagesOf(opened.history));
      }
      await opened.file.close();
    }),
    { numRuns: 120 },
  );
});

test.each(layouts.map((layout, at) => [at, layout] as const))(
  'P-DB-4: every state that a crash during a write can leave is repaired (layout %i)',
  async (_, layout) => {
    const path = join(await newFolder(), 'data.json');
    const stored = [{ name: 'Ánh', content: '}]\u0000 "👋"', timestamp: 't' }];
    const open = [
      { name: 'Bình', content: 'ạ\\', timestamp: '22/11' },
      { name: '', content: '[{', timestamp: '' },
    ];
    await writeFile(path, layout(stored));
    const before = await readFile(path);
    const first = await openFile(path);
    await append(first, open);
    await first.file.close();
    for (const state of crashStates(before, await readFile(path))) {
      await writeFile(path, state);
      const opened = await reopen(path, stored, open);
      await append(opened, [{ name: 'An', content: 'sau', timestamp: 't' }]);
      await opened.file.close();
      expect(await messagesIn(path)).toEqual(messagesOf(opened.history));
    }
  },
);

test('P-DB-4: a start that crashes during a repair can be repeated', async () => {
  const folder = await newFolder();
  let files = 0;
  const torn = fc.tuple(
    fc.array(message, { maxLength: 3 }),
    fc.constantFrom(...layouts),
    fc.nat(),
    fc.nat(3),
  );
  await fc.assert(
    fc.asyncProperty(torn, async ([messages, layout, at, zeros]) => {
      const whole = Buffer.from(layout(messages).trimEnd());
      const torn = Buffer.concat([whole.subarray(0, at % (whole.length + 1)), Buffer.alloc(zeros)]);
      if (!torn.includes('[')) return;
      const path = join(folder, `${files++}.json`);
      await writeFile(path, torn);
      const first = await openFile(path);
      const kept = messagesOf(first.history);
      await first.file.close();
      const mended = await readFile(path);
      // It truncates first, then writes its one or two bytes at the end.
      for (const state of [torn.subarray(0, mended.length), mended.subarray(0, -1)]) {
        await writeFile(path, state);
        await (await reopen(path, kept, [])).file.close();
      }
    }),
    { numRuns: 120 },
  );
});
