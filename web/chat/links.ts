/** A piece of a text, with its target if it is a link. */
export type Piece = { readonly text: string; readonly href?: string };

/**
 * An address with `https://` or `www.` before it, or one of e-mail. No spaces, quotes or control characters: nothing
 * unseen, and nothing that turns round what is read.
 */
const candidates =
  /(?<![\p{L}\p{N}])(?:(?:https?:\/\/|www(?=(?:\.[\p{L}\p{N}-]+){2}))[^\s<>"'`\p{C}\p{Default_Ignorable_Code_Point}\u2800]+|(?<![._%+@-])[\p{L}\p{N}._%+-]{1,64}@(?:[\p{L}\p{N}-]{1,63}\.){1,9}\p{L}{2,63}(?![\p{L}\p{N}@-]))/giu;
const closing: Record<string, string> = { ')': '(', ']': '[', '}': '{', '»': '«', '”': '“', '’': '‘' };
const punctuation = '.,;:!?…*_~|。，、！？；：';

/** Splits a text into its links, to the web and to e-mail addresses only, and what stands between them. */
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
  const address = /^www\./i.test(link) ? `https://${link}` : /^https?:/i.test(link) ? link : `mailto:${link}`;
  if (!URL.canParse(address)) return undefined;
  const { username, password, href } = new URL(address);
  return username === '' && password === '' ? href : undefined;
}
