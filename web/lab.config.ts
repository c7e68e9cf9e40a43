import { defineConfig } from 'vite';

/** The inspector and protocol lab, which the inspector's own listener serves. */
export default defineConfig({
  root: `${import.meta.dirname}/lab`,
  base: './',
  publicDir: false,
  oxc: { jsx: { runtime: 'automatic', importSource: 'preact' } },
  build: {
    outDir: '../../dist/web/lab',
    emptyOutDir: true,
    target: 'es2022',
    cssTarget: ['chrome123', 'firefox120', 'safari17.5'],
    modulePreload: { polyfill: false },
    assetsInlineLimit: 0,
  },
});
