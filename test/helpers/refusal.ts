import { expect } from 'vitest';
import { ChatError } from '../../src/client/client.ts';

/** Resolves to the refusal with which a promise rejects. */
export async function refusalOf(promise: Promise<unknown>): Promise<unknown> {
  const error = await promise.then(
    () => undefined,
    (thrown: unknown) => thrown,
  );
  expect(error).toBeInstanceOf(ChatError);
  return (error as ChatError).refusal;
}
