import { defineConfig, type Plugin } from 'vite';
import { lean } from './lean/lean.ts';

/** What Vite puts around an import: a function that imports everything, or that takes one export out of it. */
const wrapped =
  /__vitePreload\((?:\(\) => |async \(\) => \{\s*const \{ (\w+) \} = await )(import\([^)]*\))(?:;\s*return \{ \1 \};\s*\})?, __VITE_PRELOAD__, import\.meta\.url\)/g;

/** No chunk has styles or chunks of its own to load, so what Vite puts around imports to load them beforehand is left out. */
const plainImports: Plugin = {
  name: 'plain-imports',
  enforce: 'pre',
  load: (id) =>
    id === '\0vite/preload-helper.js' ? 'export const __vitePreload = (load) => load();' : undefined,
  renderChunk: {
    order: 'pre',
    handler(code) {
      const plain = code.replace(wrapped, '$2');
      if (plain.includes('__VITE_PRELOAD__')) this.error('an import is wrapped in another way');
      return plain;
    },
  },
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
