import { execFile } from 'node:child_process';
import { readFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';
import { expect, test } from 'vitest';

const at = (path: string) => fileURLToPath(new URL(`../${path}`, import.meta.url));

test.each(['scaling.md', 'scaling.vi.md'])(
  'docs/%s shows what was measured, and what the simulation makes of it',
  async (name) => {
    const { stdout } = await promisify(execFile)(process.execPath, [at('bench/redis/run.mjs'), '--tables']);
    const tables = stdout.trim().split('\n\n');
    expect(tables.map((table) => table.split('\n', 1)[0])).toEqual([
      'throughput',
      'moments',
      'needs',
      'capacity',
    ]);
    const text = readFileSync(at(`docs/${name}`), 'utf8');
    for (const table of tables) {
      const [title, ...rows] = table.split('\n');
      const [, shown = ''] = new RegExp(`<!-- ${title} -->\n\n.*\n.*---.*\n((?:\\|.*\n)*)`).exec(text) ?? [];
      expect(shown.trim().split('\n')).toEqual(rows);
    }
  },
);
