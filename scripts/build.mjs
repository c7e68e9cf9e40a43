// Builds dist/ from nothing, so that no file of an older build stays in the package: src/ with the TypeScript compiler, the
// pages with Vite, and each of their files once more for clients that take it compressed.
import { execFileSync } from 'node:child_process';
import { chmodSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { dirname, join } from 'node:path';
import { promisify } from 'node:util';
import { brotliCompressSync } from 'node:zlib';
import zopfli from '@gfx/zopfli';
import { build } from 'vite';

/** A twentieth smaller than zlib's: without TLS, browsers take nothing better than gzip. */
const gzip = promisify(zopfli.gzip);

const manifest = createRequire(import.meta.url).resolve('typescript/package.json');
const tsc = join(dirname(manifest), 'bin/tsc');
rmSync('dist', { recursive: true, force: true });
execFileSync(process.execPath, [tsc, '-p', 'tsconfig.json'], { stdio: 'inherit' });
chmodSync('dist/server.js', 0o755);

// Whatever runs this: in a test Vite would build the pages for development, with this machine's paths in them.
process.env.NODE_ENV = 'production';
for (const configFile of ['web/vite.config.ts', 'web/widget.config.ts'])
  await build({ configFile, logLevel: 'warn' });
for (const entry of readdirSync('dist/web', { recursive: true, withFileTypes: true })) {
  if (!/\.(html|js|css|svg)$/.test(entry.name)) continue;
  const file = join(entry.parentPath, entry.name);
  const bytes = readFileSync(file);
  writeFileSync(`${file}.br`, brotliCompressSync(bytes));
  writeFileSync(`${file}.gz`, await gzip(bytes, {}));
}
