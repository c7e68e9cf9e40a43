import { chmodSync, readFileSync, statSync, truncateSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { expect, test, vi } from 'vitest';
import { FileLedger } from '../../src/ledger/file-ledger.ts';
import { newMember } from '../helpers/client.ts';
import { Listened, timestamp } from '../helpers/ledger.ts';
import { newProcess } from '../helpers/process.ts';
import { newFolder, newServer } from '../helpers/server.ts';
import { wholeHistory } from '../helpers/talker.ts';

const full = 'the history is full: it may have 2 KiB';

test('P-SEND-3: a history that has reached its limit takes no message and never grows beyond it; all else goes on', async () => {
  const dataFile = join(await newFolder(), 'data.json');
  const server = newProcess(['--port', '0', '--data', dataFile, '--max-history', '2KiB']);
  const url = await server.url();
  const an = await newMember(url, 'An');
  const content = 'x'.repeat(60);
  let stored = 0;
  for (;;) {
    const reply = await an.ask({ data: 'send', content });
    if (reply['status'] !== true) {
      expect(reply).toMatchObject({ type: 'send', content, reason: 'ErrorWhenSend', error: full });
      break;
    }
    stored++;
  }
  expect(stored).toBeGreaterThan(10);
  for (let count = 0; count < 100; count++) an.say({ data: 'send', content });
  for (let count = 0; count < 100; count++) expect(await an.next()).toMatchObject({ error: full });
  expect(statSync(dataFile).size).toBeLessThanOrEqual(2048);
  expect(JSON.parse(readFileSync(dataFile, 'utf8'))).toHaveLength(stored);

  expect(await an.ask({ data: 'name', name: 'Ân' })).toMatchObject({ status: true });
  await newMember(url, 'Bình');
  expect(await wholeHistory(url)).toHaveLength(stored);
  await server.stop('SIGTERM');

  // A higher limit makes room, and a lower one keeps what is there.
  const higher = newProcess(['--port', '0', '--data', dataFile, '--max-history', '4096']);
  const chi = await newMember(await higher.url(), 'Chi');
  expect(await chi.ask({ data: 'send', content })).toMatchObject({ status: true });
  await higher.stop('SIGTERM');
  const lower = newProcess(['--port', '0', '--data', dataFile, '--max-history', '1KiB']);
  expect(await wholeHistory(await lower.url())).toHaveLength(stored + 1);
});

test('the health of a ledger: a full history, a write that has just failed, and nothing once a message was stored', async () => {
  const path = join(await newFolder(), 'data.json');
  const open = (maxBytes: number) => FileLedger.open(path, { stamp: () => timestamp, maxBytes });
  const ledger = await open(2048);
  const listened = new Listened(ledger);
  const post = (content: string) => listened.commit({ type: 'post', by: '1', content });
  await listened.commit({ type: 'claim', by: '1', nickname: 'An', key: 'An' });
  expect(ledger.health()).toBeUndefined();
  expect(await post('x'.repeat(2000))).toMatchObject([{ type: 'failed', error: full }]);
  expect(ledger.health()).toBe(full);
  // What needs no room changes nothing about that, and a message for which there is room does.
  await listened.commit({ type: 'claim', by: '1', nickname: 'Ân', key: 'Ân' });
  expect(ledger.health()).toBe(full);
  expect(await post('x')).toMatchObject([{ type: 'posted' }]);
  expect(ledger.health()).toBeUndefined();
  const { size } = statSync(path);
  truncateSync(path, size - 1);
  const now = vi.spyOn(performance, 'now').mockReturnValue(1000);
  await post('y');
  now.mockReturnValue(30_999);
  expect(ledger.health()).toBe('the data file was changed by another program while the server runs');
  now.mockReturnValue(31_000);
  expect(ledger.health()).toBeUndefined();
  now.mockRestore();
  await ledger.close();

  writeFileSync(path, `${' '.repeat(2046)}[]`);
  const reached = await open(2048);
  expect(reached.health()).toBe(full);
  await reached.close();
});

test('P-DB-2: a file that is larger than memory is refused with one line before it is read, and left as it is', async () => {
  const dataFile = join(await newFolder(), 'data.json');
  writeFileSync(dataFile, '[');
  // It has holes in place of nearly all of its bytes.
  truncateSync(dataFile, 2 ** 42);
  const server = newProcess(['--port', '0', '--data', dataFile]);
  expect(await server.exited).toEqual({ code: 1, signal: null });
  expect(server.stderr.replace(/[\d.]+ .iB of/, '… of')).toBe(
    `cannot use ${dataFile}: its 4 TiB do not fit into the … of memory that are free\n`,
  );
  expect(server.lines).toEqual([]);
  expect(statSync(dataFile).size).toBe(2 ** 42);
});

test('a new data file and its new folders are for their owner only', async () => {
  const folder = await newFolder();
  chmodSync(folder, 0o755);
  const { dataFile, entries } = await newServer({ data: join(folder, 'a', 'b', 'data.json') });
  const modes = [dirname(dirname(dataFile)), dirname(dataFile), dataFile].map(
    (path) => statSync(path).mode & 0o777,
  );
  expect(modes).toEqual([0o700, 0o700, 0o600]);
  expect(entries).toEqual([]);
  expect(statSync(folder).mode & 0o777).toBe(0o755);
});

test.each([
  [0o644, 1],
  [0o604, 1],
  [0o640, 0],
  [0o600, 0],
])(
  'a data file with mode %o keeps it, and the start warns of other readers %i times',
  async (mode, times) => {
    const data = join(await newFolder(), 'data.json');
    writeFileSync(data, '[]');
    chmodSync(data, mode);
    const { url, entries } = await newServer({ data });
    const an = await newMember(url, 'An');
    expect(await an.ask({ data: 'send', content: 'x' })).toMatchObject({ status: true });
    expect(statSync(data).mode & 0o777).toBe(mode);
    const warnings = entries.filter(({ kind }) => kind === 'warning');
    const text = `${data} has mode 0${mode.toString(8)}: other users may read it`;
    expect(warnings).toEqual(Array.from({ length: times }, () => ({ kind: 'warning', text })));
  },
);
