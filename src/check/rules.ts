import { readFileSync } from 'node:fs';
import type { Lang } from '../doctor/finding.ts';

/** The rules in the document of the protocol, as Markdown by id: `{ 'P-REQ-1': 'One WebSocket message carries …' }`. */
export function rulesOf(markdown: string): Record<string, string> {
  const rows = [...markdown.matchAll(/^\| (P-[A-Z]+-\d+) \| (.+) \|$/gm)];
  if (rows.length === 0) throw new Error('no rules in the protocol');
  return Object.fromEntries(rows.map(([, id, text]) => [id, text]));
}

/** The rules as the package's own document has them. */
export function readRules(lang: Lang): Record<string, string> {
  const name = lang === 'vi' ? 'protocol.vi.md' : 'protocol.md';
  return rulesOf(readFileSync(new URL(`../../docs/${name}`, import.meta.url), 'utf8'));
}
