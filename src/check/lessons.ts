import type { Lang } from '../doctor/finding.ts';

/** The lesson that explains a rule, by the rule's id or the beginning of it. */
const lessons = {
  'P-REQ-1': '1-handshake',
  'P-REQ': '2-states',
  'P-NAME': '3-names',
  'P-GET-2': '7-reconnect',
  'P-GET-3': '7-reconnect',
  'P-GET': '4-durability',
  'P-SEND': '4-durability',
  'P-DB': '4-durability',
  'P-EVT-1': '2-states',
  'P-EVT': '5-heartbeat',
  'P-LIM': '6-backpressure',
  'P-RES': '7-reconnect',
  'P-MOD': '8-who-may-speak',
  'P-TIME': '2-states',
} as const;

/** The path of the lesson that explains a rule. */
export function lessonOf(rule: string, lang: Lang): string | undefined {
  const found = Object.entries(lessons).find(([start]) => rule.startsWith(start));
  return found && `docs/lessons/${found[1]}${lang === 'vi' ? '.vi' : ''}.md`;
}
