import { readFileSync } from 'node:fs';
import { defineConfig, minifySync, type Plugin } from 'vite';

/** The private names of the list's library, if they are too long to be names of the browser as well. */
const declarations = `${import.meta.dirname}/../node_modules/@tanstack/virtual-core/dist/esm/index.d.ts`;
const privateNames = Array.from(
  readFileSync(declarations, 'utf8').matchAll(/private ([a-z]+[A-Z]\w+);/g),
  ([, name]) => name,
);

/**
 * Shortens the names that are private to a library, by its declaration or by their underscore. Only the first chunk has
 * libraries in it, so no name has to be the same in two chunks.
 */
const shortNames: Plugin = {
  name: 'short-names',
  renderChunk: (code, { isEntry, fileName }) =>
    isEntry
      ? minifySync(fileName, code, {
          compress: false,
          mangle: false,
          codegen: false,
          mangleProps: { include: new RegExp(`^(_[a-z].*|${privateNames.join('|')})$`, 'i') },
        }).code
      : null,
};

/** No chunk has styles or chunks of its own to load, so Vite's code that loads them beforehand is left out. */
const plainImports: Plugin = {
  name: 'plain-imports',
  enforce: 'pre',
  load: (id) =>
    id === '\0vite/preload-helper.js' ? 'export const __vitePreload = (load) => load();' : undefined,
};

/** The chat page. Whatever runs or draws is a file of its own, so that the page can forbid everything inline. */
export default defineConfig({
  root: `${import.meta.dirname}/chat`,
  base: './',
  plugins: [plainImports, shortNames],
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
        // One chunk until the first message is shown, one for what comes with the conversation, one for what few look up.
        codeSplitting: {
          groups: [
            { name: 'page', tags: ['$initial'] },
            { name: 'page', test: /^\0rolldown/ },
            { name: 'en', test: /\/web\/chat\/en\.ts$/ },
            { name: 'vi', test: /\/web\/chat\/vi\.ts$/ },
            { name: 'room', test: /\/web\/chat\// },
          ],
        },
      },
    },
  },
});
