import { readFileSync } from 'node:fs';
import { expect, test } from 'vitest';
import { Elements } from '../../src/data/import/elements.ts';

const file = readFileSync(new URL('forms/discord.json', import.meta.url));

/** The elements under `messages` in the file, when it comes in chunks of so many bytes. */
function elementsIn(size: number): string[] {
  const found: string[] = [];
  const elements = new Elements('messages', 10_000, (json, offset) => {
    expect(file.subarray(offset, offset + json.length).equals(json)).toBe(true);
    found.push(json.toString());
  });
  for (let at = 0; at < file.length; at += size) {
    const chunk = Buffer.from(file.subarray(at, at + size));
    elements.push(chunk);
    // It may be used for something else afterwards.
    chunk.fill(0);
  }
  elements.finish();
  expect(elements.arrays).toBe(1);
  return found;
}

test.each([1, 2, 7, 1000, file.length])('elements are found in chunks of %d bytes', (size) => {
  const { messages } = JSON.parse(file.toString());
  expect(elementsIn(size).map((json) => JSON.parse(json))).toEqual(messages);
});
