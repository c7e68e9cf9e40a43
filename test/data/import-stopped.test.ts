import { statSync } from 'node:fs';
import { readdir, readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { setImmediate } from 'node:timers/promises';
import { expect, test } from 'vitest';
import { writtenForm } from '../helpers/data.ts';
import { messageOf } from '../helpers/history-file.ts';
import { newLimitedProcess } from '../helpers/limited.ts';
import { newProcess } from '../helpers/process.ts';
import { publishedHistory } from '../helpers/published-history.ts';
import { newFolder } from '../helpers/server.ts';

const before = [messageOf(0), messageOf(1)];
const { messages } = publishedHistory(20_000);
const whole = writtenForm([...before, ...messages]);
const lines = messages.map((message) => JSON.stringify(message)).join('\n');
/** Where the command is killed, as shares of the new history. */
const moments = [0, 0.5, 1];

/** What is imported, and a history that has messages; the arguments that put the one behind the other. */
async function newPlaces() {
  const folder = await newFolder();
  const [file, data] = [join(folder, 'from'), join(folder, 'data.json')] as const;
  await writeFile(file, lines);
  await writeFile(data, writtenForm(before));
  return {
    folder,
    file,
    data,
    args: ['data', 'import', file, '--from', 'ndjson', '--into', data, '--append'],
  };
}

test('an import that is killed leaves the history as it was, or with everything', async () => {
  const { folder, data, args } = await newPlaces();
  const made = () => statSync(`${data}.import`, { throwIfNoEntry: false })?.size ?? 0;
  for (const moment of moments) {
    const importing = newProcess(args);
    let isOver = false;
    void importing.exited.then(() => {
      isOver = true;
    });
    while (!isOver && made() < Math.max(1, moment * Buffer.byteLength(whole))) await setImmediate();
    await importing.stop('SIGKILL');
    const content = await readFile(data, 'utf8');
    expect([writtenForm(before), whole]).toContain(content);
    await writeFile(data, writtenForm(before));
  }
  const last = newProcess(args);
  expect(await last.exited).toEqual({ code: 0, signal: null });
  expect(await readFile(data, 'utf8')).toBe(whole);
  expect((await readdir(folder)).filter((name) => !name.startsWith('.chat-'))).toEqual(['data.json', 'from']);
});

test('a full disk ends an import and an export, and leaves what was', async () => {
  const { folder, file, data, args } = await newPlaces();
  const importing = newLimitedProcess('-S -f 64', args);
  expect(await importing.exited).toEqual({ code: 1, signal: null });
  expect(importing.stderr).toContain(`cannot import into ${data}: file too large (EFBIG)\n`);
  expect(await readFile(data, 'utf8')).toBe(writtenForm(before));
  await writeFile(file, JSON.stringify(messages));
  const out = join(folder, 'out');
  const exporting = newLimitedProcess('-S -f 64', ['data', 'export', file, '--format', 'csv', '--out', out]);
  expect(await exporting.exited).toEqual({ code: 1, signal: null });
  expect(exporting.stderr).toContain(`cannot write ${out}: file too large (EFBIG)\n`);
  expect(await readdir(folder)).toEqual(['data.json', 'from']);
});
