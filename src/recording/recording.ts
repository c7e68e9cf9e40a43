/** The command `recording`: writes a recording of the lab in a form that another program opens. */
import { readFile, writeFile } from 'node:fs/promises';
import { parseArgs } from 'node:util';
import { StartError } from '../start-error.ts';
import { inWords } from '../system-error.ts';
import { captureOf } from './capture.ts';

const usage = `Usage: classic-chatbox-server recording FILE --format pcapng [--out DEST]

Writes the frames of a recording, which the lab has exported, as packets that Wireshark opens. Addresses are
made up, as are handshakes that it lacks, and what is masked in the recording stays masked.

  --format  pcapng
  --out     the file to write; default: standard output`;

/** Rejects with a StartError. */
export async function runRecording(
  args: readonly string[],
  write: (bytes: Uint8Array) => Promise<void>,
): Promise<void> {
  const { file, out, help } = readArgs(args);
  if (help) return write(Buffer.from(`${usage}\n`));
  const capture = captureOf(await doing('read', file, () => readFile(file, 'utf8')));
  if (out === undefined) await write(capture);
  else await doing('write', out, () => writeFile(out, capture));
}

function readArgs(args: readonly string[]): { file: string; out: string | undefined; help: boolean } {
  const options = {
    format: { type: 'string' },
    out: { type: 'string' },
    help: { type: 'boolean', short: 'h', default: false },
  } as const;
  try {
    const { values, positionals } = parseArgs({ args: [...args], options, allowPositionals: true });
    const [file, ...rest] = positionals;
    const { out, help, format } = values;
    if (help || (file !== undefined && rest.length === 0 && format === 'pcapng'))
      return { file: file ?? '', out, help };
  } catch {
    // The usage below says more than Node's error.
  }
  throw new StartError('CONFIG_INVALID', usage);
}

async function doing<Result>(
  verb: 'read' | 'write',
  path: string,
  work: () => Promise<Result>,
): Promise<Result> {
  try {
    return await work();
  } catch (error) {
    throw new StartError('DATA_UNUSABLE', `cannot ${verb} ${path}: ${inWords(error)}`);
  }
}
