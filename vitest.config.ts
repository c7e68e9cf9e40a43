import { defineConfig } from 'vitest/config';

export default defineConfig({
  test: {
    include: ['test/**/*.test.ts'],
    // A stuck test must end; nothing is judged by how long it takes.
    testTimeout: 120_000,
    hookTimeout: 120_000,
    coverage: { include: ['src/**'], exclude: ['src/server.ts'], reporter: ['text', 'json-summary'] },
  },
});
