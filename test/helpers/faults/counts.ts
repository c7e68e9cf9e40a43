import type { Records } from './records.ts';
import { lostHangs } from './silence.ts';

/** What has happened, and how often. */
export function countsOf(records: Records): Record<string, number> {
  const { lives, faults, history } = records;
  const counts: Record<string, number> = { connections: lives.length, history: history.length };
  const count = (what: string) => {
    counts[what] = (counts[what] ?? 0) + 1;
  };
  for (const { kind } of faults) count(kind);
  for (const { heard, end } of lives) {
    count(`closed ${end?.code}`);
    for (const { frame } of heard) {
      const { type, action, datatype, status, reason } = frame;
      if (type === 'receive') count(`told ${datatype}`);
      else if (type === 'ping') count('pings');
      else count(status === true ? `done ${action ?? type}` : String(reason));
    }
  }
  counts['certainly fenced'] = lostHangs(records).length;
  return counts;
}
