import { defineConfig } from 'vite';

/** Names that are private to a library, as an underscore says or its types do: shorter ones serve as well. */
const privateNames = new RegExp(
  `^(_[a-z].*|${[
    'applyScrollAdjustment',
    'getCommandWrittenOffset',
    'getMaxScrollOffset',
    'getMeasurementOptions',
    'getMeasurements',
    'getScrollOffset',
    'getScrollStateTarget',
    'getVirtualDistanceFromEnd',
    'isIndexInRange',
    'itemSizeCacheVersion',
    'laneAssignments',
    'maybeNotify',
    'pendingMin',
    'pendingScrollAnchor',
    'pendingWrite',
    'reconcileScroll',
    'scheduleScrollReconcile',
    'scrollState',
    'shouldMeasureDuringScroll',
  ].join('|')})$`,
  'i',
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
      treeshake: { propertyReadSideEffects: false, unknownGlobalSideEffects: false },
      output: {
        minify: { compress: true, mangle: true, codegen: true, mangleProps: { include: privateNames } },
      },
    },
  },
});
