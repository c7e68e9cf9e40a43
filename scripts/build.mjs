// Builds dist/ from scratch, so that no file of an older build stays in the package: compiles src/ with TypeScript,
// lays out the machines' charts with ELK, builds the pages with Vite, and compresses their files.
import { execFileSync } from 'node:child_process';
import { chmodSync, copyFileSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { dirname, join } from 'node:path';
import { promisify } from 'node:util';
import { brotliCompressSync, constants, gzipSync } from 'node:zlib';
import zopfli from '@gfx/zopfli';
import { build } from 'vite';
import { layoutOf } from './layout.mjs';
import { lessonOf } from './lessons.mjs';
import { labInOneFile } from './one-file.mjs';
import { wordsOf } from './words.mjs';

/** Five percent smaller than zlib's output. Without TLS, browsers accept nothing better than gzip. */
const gzip = promisify(zopfli.gzip);

const quick = { params: { [constants.BROTLI_PARAM_QUALITY]: 5 } };

const manifest = createRequire(import.meta.url).resolve('typescript/package.json');
const tsc = join(dirname(manifest), 'bin/tsc');
rmSync('dist', { recursive: true, force: true });
execFileSync(process.execPath, [tsc, '-p', 'tsconfig.json'], { stdio: 'inherit' });
chmodSync('dist/server.js', 0o755);

const { machines } = await import('../dist/charts/machines.js');
const { rulesOf } = await import('../dist/check/rules.js');
const { chartOf } = await import('../dist/charts/chart.js');
const drawing = await import('../dist/charts/drawing.js');
const layouts = {};
const charts = {};
for (const [name, machine] of Object.entries(machines)) {
  const chart = chartOf(machine);
  layouts[name] = await layoutOf(chart, drawing);
  charts[name] = { ...chart, layout: layouts[name] };
}
writeFileSync('dist/charts/layouts.json', JSON.stringify(layouts));

// Set explicitly: in a test, Vite would build the pages for development, with the paths of this machine in them.
process.env.NODE_ENV = 'production';
for (const configFile of [
  'web/vite.config.ts',
  'web/own.config.ts',
  'web/widget.config.ts',
  'web/lab.config.ts',
])
  await build({ configFile, logLevel: 'warn' });
// What the page with the panel has besides: the charts of its two machines, and the widget, which is the same.
copyFileSync('dist/web/chat/widget.js', 'dist/web/own/widget.js');
const { client, connection } = charts;
writeFileSync('dist/web/own/own.json', JSON.stringify({ client, connection }));
// Data for the lab: the charts with their layouts, and the contract's rules and the glossary in both languages.
const inBoth = (name, take) => ({
  en: take(readFileSync(`docs/${name}.md`, 'utf8')),
  vi: take(readFileSync(`docs/${name}.vi.md`, 'utf8')),
});
const rules = inBoth('protocol', rulesOf);
const glossary = inBoth('lessons/glossary', wordsOf);
const baked = { charts, rules, glossary };
writeFileSync('dist/web/lab/assets/lab.json', JSON.stringify(baked));
const lessons = readdirSync('docs/lessons').flatMap((file) => /^(\d-[a-z-]+)\.md$/.exec(file)?.[1] ?? []);
const guide = lessons.sort().map((id) => ({ id, ...inBoth(`lessons/${id}`, lessonOf) }));
writeFileSync('dist/web/lab/assets/lessons.json', JSON.stringify(guide));
writeFileSync('dist/web/lab/lab.html', await labInOneFile(baked));
for (const entry of readdirSync('dist/web', { recursive: true, withFileTypes: true })) {
  if (!/\.(html|js|css|svg|json)$/.test(entry.name)) continue;
  const file = join(entry.parentPath, entry.name);
  const bytes = readFileSync(file);
  // Only the chat page is for whoever comes, over whatever line. The other pages need not wait for the last percent.
  const isForAll = entry.parentPath.startsWith('dist/web/chat');
  writeFileSync(`${file}.br`, isForAll ? brotliCompressSync(bytes) : brotliCompressSync(bytes, quick));
  writeFileSync(`${file}.gz`, isForAll ? await gzip(bytes, {}) : gzipSync(bytes));
}
