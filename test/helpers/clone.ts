import { execFile } from 'node:child_process';
import { cp, mkdtemp, symlink } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';

export const root = fileURLToPath(new URL('../..', import.meta.url));

const run = promisify(execFile);
/** A test that hangs ends with the process that runs it, in threads. */
const limit = { timeout: 90_000, killSignal: 'SIGKILL' } as const;

/** What somebody who changes the code has before them. What is installed and built is only linked. */
const copied = [
  ...['package.json', 'tsconfig.json', 'vitest.config.ts', 'biome.json', '.gitignore'],
  ...['src', 'test', 'web', 'examples', 'docs/protocol.md'],
];
const linked = ['node_modules', 'dist'];

/** A copy of the sources, for a reader to change; whoever makes it removes it. */
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

  /** Runs a JavaScript file of the clone, with arguments; resolves to what it printed. Rejects when that fails. */
  async node(...args: string[]): Promise<string> {
    try {
      return (await run(process.execPath, args, { cwd: this.folder, ...limit })).stdout;
    } catch (error) {
      const { message, stdout } = error as Error & { stdout: string };
      throw new Error(`${message}\n${stdout}`);
    }
  }
}
