import type { Entry } from '../ledger.ts';
import { jsonOf } from '../message.ts';

/** What an act came to, from a pair of type and value, as a node is told it. `undefined`: it is no act. */
export function actedOf(kind: string, value: string, timestamp: string, here: string): Entry | undefined {
  switch (kind) {
    case 'removed': {
      const [position, message] = JSON.parse(value);
      return { type: kind, timestamp, position, json: Buffer.from(jsonOf(message)) };
    }
    case 'announced':
      return { type: kind, timestamp, content: JSON.parse(value) };
    case 'kicked': {
      const [nickname, node, by, code, reason] = JSON.parse(value);
      const from = node === here ? { from: by } : {};
      return { type: kind, timestamp, nickname, code, reason, ...from };
    }
    case 'governed':
      return { type: kind, timestamp };
    case 'dropped':
      return { type: kind, timestamp, base: Number(value) };
    default:
      return undefined;
  }
}
