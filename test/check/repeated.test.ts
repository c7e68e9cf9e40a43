import { existsSync } from 'node:fs';
import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { expect, test } from 'vitest';
import { accepts } from '../../src/check/launch.ts';
import { newCheck } from '../helpers/check.ts';
import { until } from '../helpers/gate.ts';
import { newLastingPort } from '../helpers/port.ts';
import { newProcess } from '../helpers/process.ts';
import { newFolder, newServer } from '../helpers/server.ts';

test('--watch: the server is checked again when its file has changed, until check is stopped', async () => {
  const { url } = await newServer();
  const file = join(await newFolder(), 'server.py');
  await writeFile(file, '1');
  const { printed, complaints, code, stop } = newCheck(url, 'P-LIM-1', '--watch', file);
  await until(() => complaints.length === 1);
  expect(complaints).toEqual(['\nwaiting for a change of server.py …']);
  expect(printed).toHaveLength(1);

  await writeFile(file, '2');
  await until(() => complaints.length === 2);
  expect(printed).toHaveLength(2);
  expect(printed[1]).toContain('✓ P-LIM-1');

  stop();
  expect(await code).toBe(0);
});

test.each([
  [['--watch'], '--watch needs a file, or --start'],
  [['--watch', 'P-REQ-3'], '--watch needs a file, or --start'],
  [['--watch', 'no-such.py'], 'check: there is no file no-such.py'],
])('--watch: %j is refused', async (args, complaint) => {
  const { complaints, code } = newCheck('ws://127.0.0.1:1/', ...args);
  expect(await code).toBe(2);
  expect(complaints.join('\n')).toContain(complaint);
});

test('--data: a file with anything in it is left alone', async () => {
  const file = join(await newFolder(), 'data.json');
  await writeFile(file, '[ ]');
  const { complaints, code } = newCheck('ws://127.0.0.1:1/', '--start', 'echo started', '--data', file);
  expect(await code).toBe(2);
  expect(complaints).toEqual([expect.stringContaining(`${file} is not empty`)]);
});

const careless = fileURLToPath(new URL('../helpers/careless.mjs', import.meta.url));

test('--start: a signal ends check and its server, and the data file is gone', async () => {
  const [port, data] = [await newLastingPort(), join(await newFolder(), 'data.json')];
  const url = `ws://127.0.0.1:${port}/`;
  const start = `${process.execPath} ${careless} ${port} ${data}`;
  const check = newProcess(['check', url, '--start', start, '--data', data]);
  await until(() => existsSync(data));
  check.child.kill('SIGINT');
  await check.exited;
  expect(await accepts(url)).toBe(false);
  expect(existsSync(data)).toBe(false);
});
