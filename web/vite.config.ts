import { readFileSync } from 'node:fs';
import { defineConfig } from 'vite';

/** What the list's library declares private, as far as the names are too long to be something of the browser's as well. */
const declarations = `${import.meta.dirname}/../node_modules/@tanstack/virtual-core/dist/esm/index.d.ts`;
const privateNames = Array.from(
  readFileSync(declarations, 'utf8').matchAll(/private ([a-z]+[A-Z]\w+);/g),
  ([, name]) => name,
);

/** The chat page. Whatever runs or draws is a file of its own, so that the page can forbid everything inline. */
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
          // A name that is private to its library, by its declaration or by its underscore, may as well be a short one.
          mangleProps: { include: new RegExp(`^(_[a-z].*|${privateNames.join('|')})$`, 'i') },
        },
      },
    },
  },
});
