import { diagnose } from '../../src/doctor/diagnose.ts';
import type { Check, Finding } from '../../src/doctor/finding.ts';
import { readTarget } from '../../src/doctor/target.ts';

export type Told = { result: Finding['result']; text: string; advice: string | undefined };

/** What the doctor finds, in English and by check, without what it says of Node. */
export async function findingsOf(
  url: string,
  { idleMs = 0, ca, now = new Date() }: { idleMs?: number; ca?: string; now?: Date } = {},
): Promise<Partial<Record<Check, Told>>> {
  const target = readTarget(url, ca);
  if (target === undefined) throw new Error(`${url} is no address`);
  const told: Partial<Record<Check, Told>> = {};
  for await (const { check, result, text, advice } of diagnose(target, { idleMs, now }))
    if (check !== 'node') told[check] = { result, text: text.en, advice: advice?.en };
  return told;
}

/** The checks that have this result. */
export const checksWith = (told: Partial<Record<Check, Told>>, wanted: Finding['result']) =>
  Object.entries(told)
    .filter(([, { result }]) => result === wanted)
    .map(([check]) => check);
