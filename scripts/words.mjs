/** The words of the glossary with their meanings, in order: `[['action', 'What a machine does …'], …]`. */
export function wordsOf(markdown) {
  const [, ...rows] = [...markdown.matchAll(/^\| (?!---)(.+?) \| (.+) \|$/gm)];
  if (rows.length === 0) throw new Error('no words in the glossary');
  return rows.map(([, word, meaning]) => [word, meaning]);
}
