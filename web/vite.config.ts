import { defineConfig } from 'vite';

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
        // By its underscore a name is private to its library, so a short one serves as well.
        minify: { compress: true, mangle: true, codegen: true, mangleProps: { include: /^_[a-z]/i } },
      },
    },
  },
});
