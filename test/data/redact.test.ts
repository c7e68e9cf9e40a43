import { existsSync } from 'node:fs';
import { readFile, stat, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { runIn, writtenForm } from '../helpers/data.ts';
import { messageOf, messagesIn, openFile } from '../helpers/history-file.ts';
import { without } from '../helpers/removal.ts';
import { newFolder } from '../helpers/server.ts';

const messages = Array.from({ length: 5 }, (_, at) => messageOf(at));

async function newFile(content = writtenForm(messages)): Promise<string> {
  const path = join(await newFolder(), 'data.json');
  await writeFile(path, content, { mode: 0o600 });
  return path;
}

test('P-MOD-1: data redact removes messages in their places, and says what became of each', async () => {
  const path = await newFile();
  const { size } = await stat(path);
  expect(await runIn(['redact', path, '3', '0'])).toEqual({
    code: 0,
    printed: [`${path}: 3: removed`, `${path}: 0: removed`],
    said: '',
  });
  expect(await messagesIn(path)).toEqual(without(messages, [0, 3]));
  expect(await runIn(['redact', path, '3', '1', '5', '1'])).toMatchObject({
    code: 1,
    printed: [
      `${path}: 3: had been removed before`,
      `${path}: 1: removed`,
      `${path}: 5: there is no such message`,
    ],
  });
  const { code, printed } = await runIn(['redact', path, '--json', '--name', '0', '4', '9']);
  expect([code, ...printed.map((line) => JSON.parse(line))]).toEqual([
    1,
    { file: path, type: 'removed', position: 0 },
    { file: path, type: 'removed', position: 4 },
    { file: path, type: 'missing', position: 9 },
  ]);
  expect(await messagesIn(path)).toEqual(without(without(messages, [1, 3]), [0, 4], true));
  expect((await stat(path)).size).toBe(size);
  expect(existsSync(`${path}.journal`)).toBe(false);
});

test('P-MOD-1, P-DB-3: data redact leaves a file alone that is missing, in use or no history', async () => {
  const path = await newFile();
  const absent = `${path}.absent`;
  await expect(runIn(['redact', absent, '0'])).rejects.toMatchObject({
    code: 'DATA_UNUSABLE',
    message: `cannot open ${absent}: no such file or directory (ENOENT)`,
  });
  expect(existsSync(absent)).toBe(false);
  const { file } = await openFile(path);
  await expect(runIn(['redact', path, '0'])).rejects.toMatchObject({
    code: 'DATA_HELD',
    message: `${path} is held by process ${process.pid}`,
  });
  await file.close();
  expect(await messagesIn(path)).toEqual(messages);
  const other = await newFile('{}');
  await expect(runIn(['redact', other, '0'])).rejects.toMatchObject({ code: 'DATA_INVALID' });
  expect(await readFile(other, 'utf8')).toBe('{}');
});

test('data redact says what it repairs, and can be interrupted', async () => {
  const path = await newFile(`${writtenForm(messages.slice(0, 2))}\n`.slice(0, -12));
  const { code, said } = await runIn(['redact', path, '0']);
  expect(code).toBe(0);
  expect(said).toMatch(new RegExp(`^repaired ${path}: messages kept 1, bytes cut off \\d+\\n$`));
  expect(await messagesIn(path)).toEqual(without(messages.slice(0, 1), [0]));
  const whole = await newFile();
  const signal = AbortSignal.abort();
  await expect(runIn(['redact', whole, '0'], { signal })).rejects.toMatchObject({
    message: 'interrupted; nothing was changed',
  });
  expect(await messagesIn(whole)).toEqual(messages);
});
