/** The command `data backup`: copies a history file, also while a server writes to it, with the files that belong to it. */
import { readdir, readFile, realpath, rm, stat } from 'node:fs/promises';
import { dirname, join, parse } from 'node:path';
import { baseOf, basePathOf, exists } from '../ledger/base.ts';
import { replaceFile } from '../ledger/whole-file.ts';
import { StartError } from '../start-error.ts';
import { inWords } from '../system-error.ts';
import { type Command, misuse, readArgs, type Surroundings } from './command.ts';
import { rulesOf } from './companions.ts';
import { Digest, digestOf } from './digest.ts';
import { FileStore } from './file-store.ts';
import { FreshFile } from './fresh-file.ts';
import { Progress } from './progress.ts';
import { isStamp, stampLength, stampOf } from './stamp.ts';
import { Interrupted } from './store.ts';

const usage = `Usage: classic-chatbox-server data backup FILE DEST [--keep-last N] [--json]

Copies a history file, with the files beside it: where its positions begin (.base), and bans, mutes and switches
(.moderation). A server may be running. DEST is a folder, in which the copy is named like FILE and the time in UTC, or a
file that does not exist. The copy gets its name when it is complete, on the disk, and the same as what was read.

  --keep-last  keep only this many copies of FILE in the folder DEST, and delete the oldest
  --json       print one object

Exit code: 0 if there is a backup now, 1 if not, 2 if the command is wrong.`;

export const backupCommand: Command = { usage, run };

const takes = 'data backup takes FILE, DEST, and --keep-last with a number from 1';

async function run(args: readonly string[], { print, screen, signal, now }: Surroundings): Promise<0 | 1> {
  const { positionals, values } = readArgs(args, takes, { valued: ['keep-last'] });
  const [path, target, ...rest] = positionals;
  const keepLast = values['keep-last'];
  const isNumber = keepLast === undefined || /^[1-9]\d{0,8}$/.test(keepLast);
  if (path === undefined || target === undefined || rest.length > 0 || !isNumber) throw misuse(takes);
  const progress = new Progress(screen, signal);
  try {
    const isFolder = (await stat(target).catch(() => undefined))?.isDirectory() === true;
    const { name, ext } = parse(path);
    const copy = isFolder ? join(target, `${name}-${stampOf(now)}${ext}`) : target;
    const isToBeFolder = isFolder || keepLast !== undefined || /[/\\]$/.test(target);
    const folder = isToBeFolder ? target : dirname(target);
    // The folder is not created: if another disk should be mounted there, the copy would end up on this one.
    if (!(await exists(folder))) throw new Error(`there is no folder ${folder}`);
    if (!isFolder && keepLast !== undefined) throw misuse('--keep-last needs a folder for DEST');
    if (await exists(copy)) throw new Error(`${copy} exists`);
    const { digest, base } = await backUp(path, copy, progress);
    const deleted = keepLast === undefined ? [] : await thinOut(target, { name, ext }, Number(keepLast));
    progress.finish();
    const { messages, bytes, sha256 } = digest;
    const result = { file: path, copy, messages, bytes, sha256, base: base ?? 0, deleted };
    if (values.json) print(JSON.stringify(result));
    else print(`${copy}: messages ${messages}, bytes ${bytes}, SHA-256 ${sha256}`);
    for (const old of values.json ? [] : deleted) print(`${old}: deleted`);
    return 0;
  } catch (error) {
    progress.finish();
    if (error instanceof StartError || error instanceof Interrupted) throw error;
    throw new StartError('DATA_UNUSABLE', `cannot back up ${path}: ${inWords(error)}`);
  }
}

type Copied = { digest: Digest; base: number | undefined };

/** How many times a history is read if it changes each time. */
const attempts = 10;

/** Under a name of its own until it is whole, so that nobody takes an unfinished copy for a whole one. */
async function backUp(path: string, copy: string, progress: Progress): Promise<Copied> {
  const partial = `${copy}.partial`;
  for (let attempt = 1; attempt <= attempts; attempt++) {
    const fresh = await FreshFile.open(partial);
    try {
      const copied = await fill(fresh, path, progress);
      if (copied === undefined) continue;
      await fresh.finish();
      const { digest } = await digestOf(progress.watch('checking the copy', new FileStore(partial).read()));
      if (!digest.equals(copied.digest)) throw new Error(`${partial} does not hold what was written to it`);
      await writeCompanions(path, copy, copied.base);
      await fresh.publish(copy);
      return copied;
    } finally {
      await fresh.close();
    }
  }
  throw new Error('it was changed each time it was read');
}

/**
 * Copies the messages, and reads them once more. A server appends without changing what is there, but it can remove the content of
 * a message in its place, and drop messages from the front. Then this resolves to `undefined`: what was read may be a mixture.
 */
async function fill(fresh: FreshFile, path: string, progress: Progress): Promise<Copied | undefined> {
  const file = await realpath(path).catch(() => path);
  const base = await baseOf(file);
  const digest = new Digest();
  const source = new FileStore(path);
  for await (const { messages } of progress.watch('copying', source.read())) {
    await fresh.append(messages);
    digest.add(messages);
  }
  const again = await digestOf(progress.watch('checking the source', source.read()), digest.messages);
  return again.digest.equals(digest) && (await baseOf(file)) === base ? { digest, base } : undefined;
}

/** They are made before the copy gets its name, so a copy with its name has them. */
async function writeCompanions(path: string, copy: string, base: number | undefined): Promise<void> {
  if (base !== undefined) await replaceFile(basePathOf(copy), `${JSON.stringify({ base })}\n`);
  const beside = rulesOf(await realpath(path).catch(() => path));
  const rules = await readFile(beside, 'utf8').catch((error) => {
    if (error.code !== 'ENOENT') throw error;
  });
  if (rules !== undefined) await replaceFile(rulesOf(copy), rules);
}

/** Deletes all but the last copies in a folder, and what belongs to them. Resolves to the paths of the deleted copies. */
async function thinOut(folder: string, { name, ext }: Named, keepLast: number): Promise<string[]> {
  const found = (await readdir(folder)).flatMap((entry) => {
    const stamp = entry.slice(name.length + 1, name.length + 1 + stampLength);
    const suffix = suffixes.find((one) => entry === `${name}-${stamp}${ext}${one}`);
    return suffix !== undefined && isStamp(stamp) ? { path: join(folder, entry), stamp, suffix } : [];
  });
  const stamps = found.flatMap(({ stamp, suffix }) => (suffix === '' ? stamp : [])).sort();
  const oldest = stamps.at(-keepLast) ?? '';
  const old = found.filter(({ stamp }) => stamp < oldest);
  // What belongs to a copy goes after it.
  old.sort((one, other) => suffixes.indexOf(one.suffix) - suffixes.indexOf(other.suffix));
  for (const { path } of old) await rm(path, { force: true });
  return old.flatMap(({ path, suffix }) => (suffix === '' ? path : [])).sort();
}

type Named = { name: string; ext: string };

/** What may follow the name of a copy. */
const suffixes = ['', '.base', '.moderation', '.partial'];
