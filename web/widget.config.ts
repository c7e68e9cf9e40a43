import { defineConfig } from 'vite';

/** `widget.js`, which other pages load: one classic script without global names, in the folder of the chat page. */
export default defineConfig({
  root: `${import.meta.dirname}/chat`,
  publicDir: false,
  build: {
    outDir: '../../dist/web/chat',
    emptyOutDir: false,
    target: 'es2022',
    lib: { entry: 'widget.ts', formats: ['iife'], name: 'widget', fileName: () => 'widget.js' },
  },
});
