import { type FileHandle, open } from 'node:fs/promises';
import { remedyOf } from '../ledger/make-file.ts';
import { StartError } from '../start-error.ts';
import { inWords } from '../system-error.ts';

/** A file that is only read, and the size that it had when it was opened. */
export type Source = {
  file: FileHandle;
  size: number;
  /** Whether it has been written to since it was opened. */
  hasChanged: () => Promise<boolean>;
};

/** Opens a file for reading, without locking it. Rejects with a StartError. */
export async function openSource(path: string): Promise<Source> {
  const file = await open(path, 'r').catch(async (error) => {
    const why = `${inWords(error)}${await remedyOf(path, error)}`;
    throw new StartError('DATA_UNUSABLE', `cannot open ${path}: ${why}`);
  });
  const status = await file.stat();
  if (status.isFile()) {
    const hasChanged = async () => {
      const { size, mtimeMs } = await file.stat();
      return size !== status.size || mtimeMs !== status.mtimeMs;
    };
    return { file, size: status.size, hasChanged };
  }
  await file.close();
  throw new StartError('DATA_UNUSABLE', `cannot use ${path}: it is not a regular file`);
}

/** Opens a file for reading, and closes it afterwards. */
export async function withSource<Result>(
  path: string,
  use: (source: Source) => Promise<Result>,
): Promise<Result> {
  const source = await openSource(path);
  try {
    return await use(source);
  } finally {
    await source.file.close();
  }
}
