import { defineConfig } from 'vitest/config';

// The tests of the lessons' exercises, each of which fails until the exercise is done: `npm run exercise handshake`.
export default defineConfig({
  test: {
    include: ['examples/**/*.test.ts'],
    pool: 'threads',
    testTimeout: 20_000,
  },
});
