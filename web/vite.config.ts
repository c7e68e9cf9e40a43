import { defineConfig } from 'vite';

/** Long names that only the list's library uses, for its own members, and that nothing in a browser has. */
const listNames = [
  'elementsCache',
  'getMaxScrollOffset',
  'getMeasurements',
  'getScrollOffset',
  'itemSizeCache',
  'laneAssignments',
  'lastTargetOffset',
  'measurementsCache',
  'pendingScrollAnchor',
  'pendingWrite',
  'scheduleScrollReconcile',
  'scrollDirection',
  'scrollElement',
  'scrollOffset',
  'scrollState',
  'shouldAdjustScrollPositionOnItemSizeChange',
  'targetWindow',
];

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
          // By its underscore a name is private to its library, so a short one serves as well.
          mangleProps: { include: new RegExp(`^(_[a-z].*|${listNames.join('|')})$`, 'i') },
        },
      },
    },
  },
});
