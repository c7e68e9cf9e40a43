/** A piece of a text, with its target if it is a link. */
export type Piece = { readonly text: string; readonly href?: string };

/** Without spaces, quotes and control characters, so with nothing invisible and nothing that reverses text. */
const candidates = /(?<![\p{L}\p{N}])https?:\/\/[^\s<>"'`\p{C}\p{Default_Ignorable_Code_Point}\u2800]+/giu;
const closing: Record<string, string> = { ')': '(', ']': '[', '}': '{', '»': '«', '”': '“', '’': '‘' };
const punctuation = '.,;:!?…*_~|。，、！？；：';

/** Splits a text into links, http and https only, and the text between them. */
export function splitLinks(text: string): Piece[] {
  const pieces: Piece[] = [];
  let end = 0;
  for (const { 0: found, index } of text.matchAll(candidates)) {
    const link = trimmed(found);
    const href = hrefOf(link);
    if (href === undefined) continue;
    if (index > end) pieces.push({ text: text.slice(end, index) });
    pieces.push({ text: link, href });
    end = index + link.length;
  }
  if (end < text.length) pieces.push({ text: text.slice(end) });
  return pieces;
}

/** Removes what belongs to the surrounding sentence: trailing punctuation, and brackets that the link does not open. */
function trimmed(found: string): string {
  let link = found;
  while (link !== '') {
    const last = link.slice(-1);
    const opening = closing[last];
    const isOver =
      opening === undefined ? punctuation.includes(last) : count(link, last) > count(link, opening);
    if (!isOver) return link;
    link = link.slice(0, -1);
  }
  return link;
}

function count(text: string, character: string): number {
  return text.split(character).length - 1;
}

/** The target of a link. `undefined` if there is a user name before the host, which could be mistaken for the host. */
function hrefOf(link: string): string | undefined {
  if (!URL.canParse(link)) return undefined;
  const { protocol, username, password, href } = new URL(link);
  const isWeb = protocol === 'http:' || protocol === 'https:';
  return isWeb && username === '' && password === '' ? href : undefined;
}
