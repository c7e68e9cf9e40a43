// Applies a diff: an exercise's solution, or all the steps of an example in order.
//   node examples/apply.mjs examples/exercises/handshake.diff
//   node examples/apply.mjs examples/add-a-command/README.md
// `git restore src test web` undoes it.
import { readFileSync, writeFileSync } from 'node:fs';
import { applyPatch, parsePatch } from 'diff';

const [path] = process.argv.slice(2);
if (path === undefined) end('Usage: node examples/apply.mjs <a .diff or a README.md>');
const text = readFileSync(path, 'utf8');
const blocks = path.endsWith('.md')
  ? Array.from(text.matchAll(/^```diff\n(.*?)^```$/gms), ([, block]) => block)
  : [text];
const patches = blocks.flatMap((block) => parsePatch(block)).filter(({ hunks }) => hunks.length > 0);
if (patches.length === 0) end(`there is no diff in ${path}`);

/** The new text of each file. Nothing is written unless every patch fits. */
const files = new Map();
for (const patch of patches) {
  const file = patch.newFileName.replace(/^b\//, '');
  const patched = applyPatch(files.get(file) ?? readFileSync(file, 'utf8'), patch);
  if (patched === false) end(`${file} is not as ${path} expects it: git restore src test web undoes changes`);
  files.set(file, patched);
}
for (const [file, patched] of files) writeFileSync(file, patched);
process.stdout.write(`changed: ${[...files.keys()].join(', ')}\n`);

function end(message) {
  process.stderr.write(`${message}\n`);
  process.exit(1);
}
