import { defineConfig } from 'vitest/config';
import { BaseSequencer, type TestSpecification } from 'vitest/node';

/**
 * Tests that start nothing which all tests of a file share, except for a browser. So the files that a worker runs can
 * also share their modules, which saves a quarter of the time.
 */
const light = [
  'admin',
  'charts',
  'check',
  'client',
  'doctor',
  'hosting',
  'machines',
  'moderation',
  'protocol',
  'server',
  'web',
];
const lightFiles = light.map((folder) => `test/${folder}/**/*.test.ts`);

/** Files that take about a minute: what begins last would be waited for. */
const long =
  /\/(?:lessons|redis\/storm|package|lesson-commands|workers\/workers|web\/guide-lessons)\.test\.ts$/;

class LongestFirst extends BaseSequencer {
  override async sort(files: TestSpecification[]): Promise<TestSpecification[]> {
    const sorted = await super.sort(files);
    return [
      ...sorted.filter(({ moduleId }) => long.test(moduleId)),
      ...sorted.filter(({ moduleId }) => !long.test(moduleId)),
    ];
  }
}

export default defineConfig({
  test: {
    projects: [
      {
        extends: true,
        test: { name: 'light', isolate: false, include: lightFiles },
      },
      {
        extends: true,
        test: { name: 'one process', include: ['test/**/*.test.ts'], exclude: lightFiles },
      },
      {
        extends: true,
        test: {
          name: 'two processes',
          include: ['test/contract/*.test.ts'],
          env: { CONTRACT_PROCESSES: '2' },
        },
      },
    ],
    sequence: { sequencer: LongestFirst },
    // Many tests wait for a process or a browser, so each core has a worker of its own.
    maxWorkers: '100%',
    // Only to end a test that hangs. No test depends on how long something takes.
    testTimeout: 120_000,
    hookTimeout: 120_000,
    expect: { poll: { timeout: 30_000 } },
    coverage: { include: ['src/**'], exclude: ['src/server.ts'], reporter: ['text', 'json-summary'] },
  },
});
