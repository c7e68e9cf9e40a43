/**
 * Several processes on one Redis, to all of which anything may happen, and clients that come, chat and go. FAULT_SEED
 * repeats a plan of faults, FAULT_SECONDS makes it longer.
 */
import { randomInt } from 'node:crypto';
import { writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { findingsIn } from '../helpers/faults/checker.ts';
import { countsOf } from '../helpers/faults/counts.ts';
import { kinds } from '../helpers/faults/plan.ts';
import { storm } from '../helpers/faults/storm.ts';

const seed = Number(process.env['FAULT_SEED'] ?? randomInt(2 ** 31));
const seconds = Number(process.env['FAULT_SECONDS'] ?? 60);

test(
  `P-SEND-4, P-EVT-2, P-NAME-5: whatever fails, nobody is told anything wrong (FAULT_SEED=${seed})`,
  async () => {
    const { records, surprises, logs } = await storm(seed, seconds);
    const counts = countsOf(records);
    console.log(`counts: ${JSON.stringify(counts)}`);
    const findings = findingsIn(records);
    const file = join(tmpdir(), `chatbox-faults-${seed}.json`);
    if (findings.length > 0) writeFileSync(file, JSON.stringify({ findings, records, logs }));
    expect(findings.slice(0, 20), `${findings.length} findings; ${file} has all that is known`).toEqual([]);
    expect(surprises).toEqual([]);
    for (const what of [...kinds, 'closed 1012', 'done send', 'told leave', 'told remove'])
      expect(counts[what] ?? 0, what).toBeGreaterThan(0);
  },
  (seconds + 300) * 1000,
);
