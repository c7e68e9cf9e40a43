import { defineConfig } from 'vitest/config';

export default defineConfig({
  test: {
    projects: [
      { extends: true, test: { name: 'one process', include: ['test/**/*.test.ts'] } },
      {
        extends: true,
        test: {
          name: 'two processes',
          include: ['test/contract/*.test.ts'],
          env: { CONTRACT_PROCESSES: '2' },
        },
      },
    ],
    // A stuck test must end; nothing is judged by how long it takes.
    testTimeout: 120_000,
    hookTimeout: 120_000,
    coverage: { include: ['src/**'], exclude: ['src/server.ts'], reporter: ['text', 'json-summary'] },
  },
});
