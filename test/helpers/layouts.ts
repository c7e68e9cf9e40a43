import type { Message } from '../../src/protocol/replies.ts';
import { pythonJson } from './published-history.ts';

/** What the file may be before our server sees it for the first time. */
export const layouts: ((messages: readonly Message[]) => string)[] = [
  (all) => (all.length > 0 ? JSON.stringify(all) : ''),
  (all) => JSON.stringify(all),
  (all) => `${JSON.stringify(all)}\n \r\n`,
  (all) => `\ufeff${JSON.stringify(all, undefined, 4)}`,
  (all) => JSON.stringify(all, undefined, '\t').replaceAll('\n', '\r\n'),
  (all) => `[${all.map(pythonJson).join(', ')}]`,
  (all) => `[${all.map((one) => JSON.stringify(one)).join('\n,')}\n]`,
];
