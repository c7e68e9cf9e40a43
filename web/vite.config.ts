import { readFileSync } from 'node:fs';
import { defineConfig } from 'vite';

/** The private names of the list's library, if they are too long to be names of the browser as well. */
const declarations = `${import.meta.dirname}/../node_modules/@tanstack/virtual-core/dist/esm/index.d.ts`;
const privateNames = Array.from(
  readFileSync(declarations, 'utf8').matchAll(/private ([a-z]+[A-Z]\w+);/g),
  ([, name]) => name,
);

/** The chat page. All scripts and styles are files, so that the policy can forbid everything inline. */
export default defineConfig({
  root: `${import.meta.dirname}/chat`,
  base: './',
  oxc: { jsx: { runtime: 'automatic', importSource: 'preact' } },
  build: {
    outDir: '../../dist/web/chat',
    emptyOutDir: true,
    target: 'es2022',
    cssTarget: ['chrome123', 'firefox120', 'safari17.5'],
    modulePreload: { polyfill: false },
    assetsInlineLimit: 0,
    rolldownOptions: {
      output: {
        minify: {
          compress: true,
          mangle: true,
          codegen: true,
          // Names that are private to a library, by declaration or by their underscore, can be shortened.
          mangleProps: { include: new RegExp(`^(_[a-z].*|${privateNames.join('|')})$`, 'i') },
        },
      },
    },
  },
});
