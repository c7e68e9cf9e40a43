import { existsSync } from 'node:fs';
import { chown, open, readFile, rm, stat, symlink, writeFile } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import fc from 'fast-check';
import { expect, onTestFinished, test, vi } from 'vitest';
import { JsonArrayFile } from '../../src/ledger/json-array-file.ts';
import type { Message } from '../../src/protocol/replies.ts';
import { writtenForm } from '../helpers/data.ts';
import { append, messageOf, messagesIn, messagesOf, openFile } from '../helpers/history-file.ts';
import { layouts } from '../helpers/layouts.ts';
import {
  breaking,
  type State,
  shown,
  shownAs,
  stateOf,
  stepping,
  watchSyncs,
  without,
} from '../helpers/removal.ts';
import { newFolder } from '../helpers/server.ts';

const messages: Message[] = [
  { name: 'Ánh', content: 'bí mật 👋 "]', timestamp: '22/11' },
  { name: 'Bình', content: 'chào', timestamp: 't' },
  { name: 'An', content: 'kín \\', timestamp: '' },
];
const positions = [0, 2];
const left = without(messages, positions);

/** Starts on what a crash has left, in the same place. Resolves to the messages that are there then. */
async function restart(path: string, { data, journal }: State): Promise<Message[]> {
  await writeFile(path, data);
  if (journal !== undefined) await writeFile(`${path}.journal`, journal);
  const { file, history } = await openFile(path);
  await file.close();
  const found = messagesOf(history);
  expect(await messagesIn(path)).toEqual(found);
  expect(existsSync(`${path}.journal`)).toBe(false);
  return found;
}

/** All states between the steps of a removal. */
async function statesOf(path: string): Promise<State[]> {
  const { file } = await openFile(path);
  const states: State[] = [];
  file.interpose(stepping(() => states.push(stateOf(path))));
  await file.remove(positions, false);
  await file.close();
  return [...states, stateOf(path)];
}

test('P-MOD-1: a crash at any byte of a removal, or beside a sync, leaves the messages or their removal', async () => {
  const path = join(await newFolder(), 'data.json');
  await writeFile(path, writtenForm(messages));
  const states = await statesOf(path);
  // Each byte of the journal and of two messages, and both sides of two syncs.
  expect(states.length).toBeGreaterThan(400);
  let isRemoved = false;
  for (const state of states) {
    const found = await restart(path, state);
    isRemoved ||= found[0]?.content === '';
    // Once it is removed, it comes back after no later crash.
    expect(found).toEqual(isRemoved ? left : messages);
    if (isRemoved) expect(await readFile(path, 'utf8')).not.toMatch(/bí mật|kín/);
    expect(String(state.journal)).not.toMatch(/bí mật|kín/);
  }
  expect(isRemoved).toBe(true);
});

test('P-MOD-1: each step of a removal is on the disk before the next one begins', async () => {
  const path = join(await newFolder(), 'data.json');
  await writeFile(path, JSON.stringify(messages));
  const { file } = await openFile(path);
  const steps: string[] = [];
  const names = ['the open file', 'the journal', 'the file'];
  file.interpose((handle) => {
    const name = names.shift();
    watchSyncs(
      handle,
      () => {},
      () => steps.push(`${name} is synced`),
    );
    return (...part) => {
      steps.push(`${name} is written`);
      return handle.write(...part);
    };
  });
  const folder = await open(dirname(path));
  const handles: { sync: () => Promise<void> } = Object.getPrototypeOf(folder);
  const sync = vi.spyOn(handles, 'sync').mockImplementation(async () => {
    await folder.datasync();
    steps.push(`the folder is synced ${existsSync(`${path}.journal`) ? 'with' : 'without'} the journal`);
  });
  await file.remove([1], false);
  sync.mockRestore();
  await folder.close();
  expect(steps).toEqual([
    'the journal is written',
    'the journal is synced',
    'the folder is synced with the journal',
    'the file is written',
    'the file is synced',
    'the folder is synced without the journal',
  ]);
});

const text = fc.string({ unit: 'binary', maxLength: 10 });
const message = fc.record({ name: text, content: text.filter((it) => it !== ''), timestamp: text });

test('P-MOD-1, P-DB-4: whichever blocks a power loss has left of a removal, the next start finishes or forgets it', async () => {
  const path = join(await newFolder(), 'data.json');
  const crash = fc.record({
    messages: fc.array(message, { minLength: 1, maxLength: 6 }),
    layout: fc.constantFrom(...layouts),
    removed: fc.uniqueArray(fc.nat(5), { minLength: 1, maxLength: 6 }),
    withName: fc.boolean(),
    appended: fc.array(message, { maxLength: 2 }),
    /** Which bytes have been written, of the journal and of the file. */
    isWritten: fc.infiniteStream(fc.boolean()),
    isJournalWhole: fc.boolean(),
  });
  await fc.assert(
    fc.asyncProperty(crash, async (it) => {
      const removed = it.removed.filter((position) => position < it.messages.length);
      const mix = (before: Buffer, after: Buffer) =>
        Buffer.from(after.map((byte, at) => (it.isWritten.next().value ? byte : (before[at] ?? 0))));
      await writeFile(path, it.layout(it.messages));
      const opened = await openFile(path);
      if (it.appended.length > 0) await append(opened, it.appended);
      const all = messagesOf(opened.history);
      const before = await readFile(path);
      let journal: Buffer | undefined;
      opened.file.interpose((file) => (...part) => {
        journal = stateOf(path).journal;
        return file.write(...part);
      });
      await opened.file.remove(removed, it.withName);
      await opened.file.close();
      const after = await readFile(path);
      const expected = without(all, removed, it.withName);
      expect(await messagesIn(path)).toEqual(expected);
      if (journal === undefined) {
        expect(removed).toEqual([]);
      } else if (it.isJournalWhole) {
        expect(await restart(path, { data: mix(before, after), journal })).toEqual(expected);
      } else {
        const torn = mix(Buffer.alloc(0), journal);
        expect(await restart(path, { data: before, journal: torn })).toEqual(
          torn.equals(journal) ? expected : all,
        );
      }
    }),
    { numRuns: 150 },
  );
});

test('P-MOD-1: a removal that a broken disk has stopped anywhere fails, and the next one or the next start finishes it', async () => {
  const path = join(await newFolder(), 'data.json');
  const fates = new Set<string>();
  for (let step = 0; !fates.has('done'); step++) {
    for (const isRestarted of [false, true]) {
      await writeFile(path, writtenForm(messages));
      const { file, history } = await openFile(path);
      const disk = breaking(step);
      file.interpose(disk.writerOf);
      const failure = await file.remove(positions, false).then(
        () => 'done',
        (error) => error.message,
      );
      fates.add(failure);
      if (failure === 'done') expect(await messagesIn(path)).toEqual(left);
      disk.mend();
      const hasBegun = existsSync(`${path}.journal`);
      // Appending does not suffer, and the next removal tells of both.
      await append({ file, history, repairs: [] }, [messageOf(5)]);
      if (failure !== 'done' && !isRestarted) {
        const all = without([...messages, messageOf(5)], hasBegun ? [0, 1, 2] : [1]);
        const told = hasBegun ? [0, 2, 1] : [1];
        expect(shown(await file.remove([1], false))).toEqual(shownAs(all, told));
        expect(await messagesIn(path)).toEqual(all);
      }
      file.interpose(breaking(0).writerOf);
      await file.close();
      const found = messagesOf((await openFile(path)).history);
      expect(found[0]?.content === '').toBe(hasBegun || failure === 'done');
      expect(existsSync(`${path}.journal`)).toBe(false);
      await rm(path);
    }
  }
  const broken = 'the disk is broken';
  expect([...fates]).toEqual([`the journal of the removal cannot be written: ${broken}`, broken, 'done']);
});

/** The journal of a removal from a file with these messages, as a crash leaves it. */
async function journalOf(all: readonly Message[]): Promise<Buffer> {
  const path = join(await newFolder(), 'data.json');
  await writeFile(path, writtenForm(all));
  const last = (await statesOf(path)).findLast(({ journal }) => journal !== undefined);
  return last?.journal ?? Buffer.alloc(0);
}

test('P-MOD-1: a start with the journal of another history is refused, and changes neither', async () => {
  const journal = await journalOf(messages);
  const other = [messages[0], { name: 'Bình', content: 'khác', timestamp: 't' }, messages[2]] as Message[];
  const cut = messages.slice(0, 2);
  for (const all of [other, cut, []]) {
    const path = join(await newFolder(), 'data.json');
    const data = JSON.stringify(all);
    await writeFile(path, data);
    await writeFile(`${path}.journal`, journal);
    await expect(openFile(path)).rejects.toMatchObject({
      code: 'DATA_UNUSABLE',
      message: `cannot use ${path}: its journal is that of another file: put that file back, or remove ${path}.journal`,
    });
    expect(await readFile(path, 'utf8')).toBe(data);
    expect(await readFile(`${path}.journal`)).toEqual(journal);
    await rm(`${path}.journal`);
    expect(messagesOf((await openFile(path)).history)).toEqual(all);
  }
});

test('P-MOD-1: the journal is for its owner only; one that somebody else has put there, or a link, does nothing', async () => {
  const folder = await newFolder();
  const [path, victim] = [join(folder, 'data.json'), join(folder, 'victim')];
  await writeFile(path, writtenForm(messages), { mode: 0o600 });
  const journal = await journalOf(messages);
  await writeFile(victim, journal);
  // Only root can be somebody else.
  if (process.getuid?.() === 0) {
    await writeFile(`${path}.journal`, journal);
    await chown(`${path}.journal`, 65_534, 65_534);
    const { file, history } = await openFile(path);
    expect(messagesOf(history)).toEqual(messages);
    await file.close();
    await rm(`${path}.journal`);
  }
  await symlink(victim, `${path}.journal`);
  const { file, history } = await openFile(path);
  expect(messagesOf(history)).toEqual(messages);
  const modes: number[] = [];
  file.interpose((handle) => async (...part) => {
    modes.push((await stat(`${path}.journal`)).mode & 0o777);
    return handle.write(...part);
  });
  await file.remove([1], false);
  expect(new Set(modes)).toEqual(new Set([0o600]));
  expect(await readFile(victim)).toEqual(journal);
});

test('P-MOD-1: a start that finishes a removal says so', async () => {
  const path = join(await newFolder(), 'data.json');
  await writeFile(path, writtenForm(messages));
  const states = await statesOf(path);
  const state = states.find(({ data, journal }) => journal !== undefined && data.includes('"content":""'));
  await writeFile(path, state?.data ?? '');
  await writeFile(`${path}.journal`, state?.journal ?? '');
  const warnings: string[] = [];
  const file = await JsonArrayFile.open(path, { onWarning: (text) => warnings.push(text) });
  onTestFinished(() => file.close());
  expect(messagesOf(await file.read())).toEqual(left);
  expect(warnings[0]).toBe(`finished an interrupted removal in ${path}: messages removed 2`);
});
