import { execFile } from 'node:child_process';
import { cp, mkdtemp, symlink } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';

export const root = fileURLToPath(new URL('../..', import.meta.url));

const run = promisify(execFile);
/** Ends a test that hangs. SIGKILL, since it may hang in threads. */
const limit = { timeout: 90_000, killSignal: 'SIGKILL' } as const;

/** The files that a reader changes are copied; what is installed or built is only linked. */
const copied = [
  ...['package.json', 'tsconfig.json', 'vitest.config.ts', 'biome.json', '.gitignore'],
  ...['src', 'test', 'web', 'examples', 'docs/protocol.md'],
];
const linked = ['node_modules', 'dist'];

/** A copy of the sources that can be changed. The caller must remove it. */
export class Clone {
  readonly folder: string;

  private constructor(folder: string) {
    this.folder = folder;
  }

  static async make(): Promise<Clone> {
    const folder = await mkdtemp(join(tmpdir(), 'chatbox-clone-'));
    for (const name of copied) await cp(join(root, name), join(folder, name), { recursive: true });
    for (const name of linked) await symlink(join(root, name), join(folder, name));
    return new Clone(folder);
  }

  /** Runs Node in the clone. Resolves to the standard output. Rejects if the process fails. */
  async node(...args: string[]): Promise<string> {
    try {
      return (await run(process.execPath, args, { cwd: this.folder, ...limit })).stdout;
    } catch (error) {
      const { message, stdout } = error as Error & { stdout: string };
      throw new Error(`${message}\n${stdout}`);
    }
  }
}
