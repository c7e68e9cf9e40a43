/** The rules in the document of the protocol, as Markdown by id: `{ 'P-REQ-1': 'One WebSocket message carries …' }`. */
export function rulesOf(markdown) {
  const rows = [...markdown.matchAll(/^\| (P-[A-Z]+-\d+) \| (.+) \|$/gm)];
  if (rows.length === 0) throw new Error('no rules in the protocol');
  return Object.fromEntries(rows.map(([, id, text]) => [id, text]));
}
