import { expect, test } from 'vitest';
import { runIn } from '../helpers/data.ts';
import { newProcess } from '../helpers/process.ts';

const url = 'redis://127.0.0.1:1/0';

test.each([
  [['copy'], 'data copy takes FROM, TO and their prefixes (--help says more)'],
  [['copy', 'a.json'], 'data copy takes FROM, TO and their prefixes (--help says more)'],
  [['copy', 'a', 'b', 'c'], 'data copy takes FROM, TO and their prefixes (--help says more)'],
  [['copy', 'a', 'b', '--force'], 'data copy takes FROM, TO and their prefixes (--help says more)'],
  [['copy', '', 'b'], 'FROM is empty'],
  [['copy', 'a', 'env:PLACE'], 'TO is empty: the variable PLACE is not set'],
  [['copy', 'a', 'b', '--to-prefix', 'x'], '--to-prefix is for Redis, and TO is a file'],
  [['copy', url, 'b', '--from-prefix', 'a b'], '--from-prefix must be 1 to 64 letters'],
  [['copy', 'redis://:secret@host?x', 'b'], 'FROM must be a URL such as redis://'],
  [['redact', 'a'], 'data redact takes FILE, one or more positions, and --name (--help says more)'],
  [
    ['redact', 'a', '1', '-2'],
    'data redact takes FILE, one or more positions, and --name (--help says more)',
  ],
  [
    ['redact', 'a', '1', '1e3'],
    'data redact takes FILE, one or more positions, and --name (--help says more)',
  ],
  [
    ['redact', 'a', '9'.repeat(17)],
    'data redact takes FILE, one or more positions, and --name (--help says more)',
  ],
  [['move', 'a', 'b'], 'data takes backup, '],
  [['check'], 'data check takes one or more files (--help says more)'],
  [['backup', 'a'], 'data backup takes FILE, DEST, and --keep-last with a number from 1'],
  [['backup', 'a', 'b', '--keep-last', '0'], 'data backup takes FILE, DEST, and --keep-last with a'],
  [['backup', 'a', 'package.json', '--keep-last', '3'], '--keep-last needs a folder for DEST'],
  [['stats'], 'data stats takes one or more files, --svg, and --authors with a number'],
  [['stats', 'a', '--authors', 'x'], 'data stats takes one or more files'],
  [['repair'], 'data repair takes one file, and --copy'],
  [['repair', 'a', 'b'], 'data repair takes one file, and --copy'],
  [['check', 'a', '--fix'], 'data check takes one or more files (--help says more)'],
  [[], 'data takes backup, '],
])('data %j: one line says what is wrong', async (args, line) => {
  const { code, message } = await runIn(args).catch((error) => error);
  expect(code).toBe('CONFIG_INVALID');
  expect(message).toContain(line);
  expect(message).not.toMatch(/\n|secret/);
});

test.each([
  ['copy', '--help'],
  ['copy', '-h'],
])('data %s prints how it is used', async (...args) => {
  const { printed, said } = await runIn(args);
  expect(printed.join('\n')).toMatch(/^Usage: classic-chatbox-server data copy FROM TO /);
  expect(said).toBe('');
});

test('the executable knows the command, and ends with 1 and one line when it fails, with 2 when it is wrong', async () => {
  const help = newProcess(['data', '--help']);
  expect(await help.exited).toEqual({ code: 0, signal: null });
  expect(help.lines.join('\n')).toContain('data copy FROM TO');
  const misused = newProcess(['data', 'copy', 'a', 'b', '--force']);
  expect(await misused.exited).toEqual({ code: 2, signal: null });
  expect(misused.lines).toEqual([]);
  expect(misused.stderr).toBe('data copy takes FROM, TO and their prefixes (--help says more)\n');
  const failed = newProcess(['data', 'copy', '/nowhere/from.json', '/nowhere/to.json']);
  expect(await failed.exited).toEqual({ code: 1, signal: null });
  expect(failed.lines).toEqual([]);
  expect(failed.stderr).toMatch(/^cannot open \/nowhere\/[^\n]+\n$/);
});
