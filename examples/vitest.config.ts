import { defineConfig } from 'vitest/config';

// Tests for the lessons' exercises. Each fails until its exercise is done: `npm run exercise handshake`.
export default defineConfig({
  test: {
    include: ['examples/**/*.test.ts'],
    pool: 'threads',
    testTimeout: 20_000,
  },
});
