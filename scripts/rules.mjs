/** The rules of a protocol's document by their ids: `{ 'P-REQ-1': 'One WebSocket message carries …' }`, in Markdown. */
export function rulesOf(markdown) {
  const rows = [...markdown.matchAll(/^\| (P-[A-Z]+-\d+) \| (.+) \|$/gm)];
  if (rows.length === 0) throw new Error('no rules in the protocol');
  return Object.fromEntries(rows.map(([, id, text]) => [id, text]));
}
