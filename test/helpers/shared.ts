import { afterAll } from 'vitest';

/**
 * What is slow to start and all tests of a file share: started for the first that asks, disposed of after the last. To
 * be called outside of tests.
 */
export function shared<T extends { dispose: () => Promise<void> }>(
  start: () => Promise<T>,
): () => Promise<T> {
  let started: Promise<T> | undefined;
  afterAll(async () => (await started)?.dispose());
  return () => {
    started ??= start();
    return started;
  };
}
