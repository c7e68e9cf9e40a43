import { defineConfig, type Plugin } from 'vite';
import { lean } from './lean/lean.ts';

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
  plugins: [plainImports, ...lean()],
  oxc: { jsx: { runtime: 'automatic', importSource: 'preact' } },
  build: {
    outDir: '../../dist/web/chat',
    emptyOutDir: true,
    target: 'es2022',
    cssTarget: ['chrome123', 'firefox120', 'safari17.5'],
    modulePreload: { polyfill: false },
    assetsInlineLimit: 0,
  },
});
