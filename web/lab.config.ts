import { defineConfig } from 'vite';

const root = `${import.meta.dirname}/lab`;

/** The pages that the inspector serves: the protocol lab, and the page with the hosted Stately inspector. */
export default defineConfig({
  root,
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
    rolldownOptions: { input: [`${root}/index.html`, `${root}/stately.html`] },
  },
});
