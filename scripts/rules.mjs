/** The rules in the document of the protocol, as Markdown by id: `{ 'P-REQ-1': 'One WebSocket message carries …' }`. */
export function rulesOf(markdown) {
  const rows = [...markdown.matchAll(/^\| (P-[A-Z]+-\d+) \| (.+) \|$/gm)];
  if (rows.length === 0) throw new Error('no rules in the protocol');
  return Object.fromEntries(rows.map(([, id, text]) => [id, text]));
}

/** The words of the glossary with their meanings, in order: `[['action', 'What a machine does …'], …]`. */
export function wordsOf(markdown) {
  const [, ...rows] = [...markdown.matchAll(/^\| (?!---)(.+?) \| (.+) \|$/gm)];
  if (rows.length === 0) throw new Error('no words in the glossary');
  return rows.map(([, word, meaning]) => [word, meaning]);
}
