import { readFile, rm, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import type { Message } from '../../src/protocol/replies.ts';
import { inWords } from '../../src/system-error.ts';
import { newSmallDisk, runLimited } from '../helpers/disk.ts';
import {
  append,
  messageOf,
  messagesIn,
  messagesOf,
  type OpenFile,
  openFile,
} from '../helpers/history-file.ts';
import { newFolder } from '../helpers/server.ts';

const noSpace = 'no space left on device (ENOSPC)';
const tooLarge = 'file too large (EFBIG)';

/** Appends batches until the disk refuses one; says in which words it did. */
async function fill(opened: OpenFile, batch: readonly Message[]): Promise<string> {
  for (;;) {
    const refusal = await append(opened, batch).then(
      () => undefined,
      (error) => inWords(error),
    );
    if (refusal !== undefined) return refusal;
  }
}

/**
 * Rounds of a file that grows until its disk is full, each with messages and batches of another size, so that the disk
 * refuses at every alignment. Where no disk can be mounted, a limit on the size of files stands in for it.
 */
async function fullRounds(folder: string, rounds: number): Promise<void> {
  const [path, ballast] = [join(folder, 'data.json'), join(folder, 'ballast')];
  for (let round = 0; round < rounds; round++) {
    await writeFile(ballast, Buffer.alloc(8192));
    const opened = await openFile(path);
    const batch = Array.from({ length: 1 + (round % 4) }, (_, at) => messageOf(at, 1 + round * 37));
    expect(await fill(opened, batch)).toBe(noSpace);
    const stored = messagesOf(opened.history);
    expect(await messagesIn(path), `round ${round}`).toEqual(stored);
    expect(await fill(opened, batch)).toBe(noSpace);
    expect(await messagesIn(path), `round ${round}, again`).toEqual(stored);
    await rm(ballast);
    await append(opened, [messageOf(round)]);
    expect(await messagesIn(path), `round ${round}, with room`).toEqual([...stored, messageOf(round)]);
    await opened.file.close();
    const again = await openFile(path);
    expect(messagesOf(again.history)).toEqual([...stored, messageOf(round)]);
    expect(again.repairs).toEqual([]);
    await again.file.close();
    await rm(path);
  }
}

/** The same in a process whose files may not grow: prints, round by round, the refusal and how many are stored. */
const limited = `
  import { readFileSync, rmSync } from 'node:fs';
  import { JsonArrayFile } from '$0json-array-file.js';
  import { inWords } from '$0../system-error.js';
  const [path, rounds] = process.argv.slice(1);
  for (let round = 0; round < Number(rounds); round++) {
    const file = await JsonArrayFile.open(path);
    const history = await file.read();
    const message = { name: 'An', content: 'ạ'.repeat(1 + round * 13), timestamp: 't' };
    let refusals = [];
    while (refusals.length < 3) {
      const jsons = Array.from({ length: 1 + (round % 4) }, () => Buffer.from(JSON.stringify(message)));
      history.unwritten = jsons;
      await file.write(history).then(
        () => jsons.forEach((json) => history.append(json)),
        (error) => refusals.push(inWords(error)),
      );
    }
    const stored = JSON.parse(readFileSync(path, 'utf8'));
    const isIntact = stored.every((one) => one.content === message.content) && stored.length === history.length;
    console.log(JSON.stringify({ refusals, isIntact, isStored: stored.length > 0 }));
    await file.close();
    if (round + 1 < rounds) rmSync(path);
  }`;

async function limitedRounds(rounds: number): Promise<void> {
  const path = join(await newFolder(), 'data.json');
  const lines = (await runLimited(24, limited, path, String(rounds))).trim().split('\n');
  expect(lines.map((line) => JSON.parse(line))).toEqual(
    Array(rounds).fill({ refusals: [tooLarge, tooLarge, tooLarge], isIntact: true, isStored: true }),
  );
  const opened = await openFile(path);
  expect(opened.repairs).toEqual([]);
  const stored = messagesOf(opened.history);
  await append(opened, [messageOf(1)]);
  expect(await messagesIn(path)).toEqual([...stored, messageOf(1)]);
}

test('P-SEND-3: on a full disk a write fails, and the file stays as it was, for all sizes', async () => {
  const folder = await newSmallDisk(32);
  await (folder === undefined ? limitedRounds(120) : fullRounds(folder, 120));
});

test('P-SEND-3: a file that cannot grow any more stays as it was, for all sizes', async () => {
  await limitedRounds(60);
});

test('P-DB-4: a torn file on a full disk is refused or mended, and mended when there is room', async () => {
  const folder = await newSmallDisk(32);
  const json = JSON.stringify(messageOf(0));
  const rounds = folder === undefined ? 0 : 40;
  for (let round = 0; round < rounds; round++) {
    const [path, ballast] = [join(folder ?? '', 'data.json'), join(folder ?? '', 'ballast')];
    // The last message ends shortly before, at, or behind the end of a page.
    const torn = `[${' '.repeat(4096 - 20 + round - Buffer.byteLength(json))}${json}`;
    await writeFile(path, torn);
    await fillWithBallast(ballast);
    const first = await openFile(path).catch((error) => {
      expect(error).toMatchObject({ code: 'DATA_UNUSABLE', message: `cannot use ${path}: ${noSpace}` });
      return undefined;
    });
    await first?.file.close();
    await rm(ballast);
    expect(messagesOf((await openFileAndClose(path)).history)).toEqual([messageOf(0)]);
    expect(await messagesIn(path)).toEqual([messageOf(0)]);
    await rm(path);
  }
  if (folder === undefined) await limitedRounds(1);
});

test('P-DB-1: a new file on a full disk is refused, and is an empty history when there is room', async () => {
  const folder = await newSmallDisk(16);
  if (folder === undefined) return limitedRounds(1);
  const [path, ballast] = [join(folder, 'data.json'), join(folder, 'ballast')];
  await fillWithBallast(ballast);
  await expect(openFileAndClose(path)).rejects.toMatchObject({
    code: 'DATA_UNUSABLE',
    message: `cannot use ${path}: ${noSpace}`,
  });
  await rm(ballast);
  await append(await openFile(path), [messageOf(0)]);
  expect(await messagesIn(path)).toEqual([messageOf(0)]);
});

/** Takes all the room that is left on a small disk. */
async function fillWithBallast(path: string): Promise<void> {
  await expect(writeFile(path, Buffer.alloc(1024 * 1024))).rejects.toMatchObject({ code: 'ENOSPC' });
  expect((await readFile(path)).length).toBeGreaterThan(0);
}

async function openFileAndClose(path: string): Promise<OpenFile> {
  const opened = await openFile(path);
  await opened.file.close();
  return opened;
}
