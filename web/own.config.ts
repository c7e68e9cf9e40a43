import { defineConfig, type Plugin } from 'vite';
import page from './vite.config.ts';

/** The client is watched, and a panel shows it. */
const watching: Plugin = {
  name: 'watching',
  enforce: 'pre',
  resolveId: (id, from) =>
    id === './watched.ts' && from?.endsWith('main.tsx')
      ? `${import.meta.dirname}/chat/own/watched.ts`
      : undefined,
};

/** The chat page of a server with --show-own. XState is whole in it, since the client's machine is inspected. */
export default defineConfig({
  ...page,
  plugins: [watching],
  build: { ...page.build, outDir: '../../dist/web/own' },
});
