import { expect, test } from 'vitest';
import { extensionCases } from '../../src/check/cases/extensions.ts';
import { limitCases } from '../../src/check/cases/limits.ts';
import { livenessCases } from '../../src/check/cases/liveness.ts';
import { resumingCases } from '../../src/check/cases/resuming.ts';
import { tryCases } from '../helpers/check.ts';
import { newServer } from '../helpers/server.ts';

test('the own server keeps what liveness, limits and extensions ask for', async () => {
  const { url } = await newServer({ pingInterval: 0.2 });
  const outcomes = await tryCases([...livenessCases, ...limitCases, ...extensionCases, ...resumingCases], {
    url,
  });
  for (const [title, outcome] of Object.entries(outcomes)) expect([title, outcome]).toEqual([title, 'pass']);
});
