import { defineConfig } from 'vite';

/** The lab without a server: one script and one style sheet, which the build puts into one file. */
export default defineConfig({
  root: `${import.meta.dirname}/lab`,
  publicDir: false,
  oxc: { jsx: { runtime: 'automatic', importSource: 'preact' } },
  build: {
    write: false,
    target: 'es2022',
    cssTarget: ['chrome123', 'firefox120', 'safari17.5'],
    cssCodeSplit: false,
    modulePreload: { polyfill: false },
    rolldownOptions: { input: `${import.meta.dirname}/lab/alone.tsx` },
  },
});
