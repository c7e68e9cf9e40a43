import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { Audit } from '../../src/moderation/audit.ts';
import { newFolder } from '../helpers/server.ts';

const entry = (act: string) => ({ time: '2026-11-27T10:06:00.000Z', who: 'admin', act });

test('P-MOD-3: an act is a line of its own, also behind a line that a full disk has cut off', async () => {
  const path = join(await newFolder(), 'new', 'audit');
  const audit = new Audit(path);
  await Promise.all([audit.write(entry('kick')), audit.write(entry('ban'))]);
  writeFileSync(path, '{"time":"2026-11-', { flag: 'a' });
  await audit.write(entry('mute'));
  const [kick, ban, torn, mute, ...rest] = readFileSync(path, 'utf8').split('\n');
  expect([kick, ban, mute].map((line = '') => JSON.parse(line).act)).toEqual(['kick', 'ban', 'mute']);
  expect([torn, rest]).toEqual(['{"time":"2026-11-', ['']]);
});
