import type { ComponentChildren } from 'preact';
import { splitLinks } from './links.ts';

const code = /(`[^`\n]+`)/;
/** `*strong*` and `_light_`, around what begins and ends with no space, and not within a word. */
const emphasis =
  /(?<![\p{L}\p{N}*_])(\*(?=[^\s*])[^\n*]*[^\s*]\*|_(?=[^\s_])[^\n_]*[^\s_]_)(?![\p{L}\p{N}*_])/u;

/**
 * What somebody wrote, as elements whose text is all of it: code, links, what the pattern `mention` finds, and emphasis.
 * The signs around code and emphasis stay, only quieter, so what is copied is what was written.
 */
export function Rich({ text, mention }: { text: string; mention: RegExp }) {
  const plain = (piece: string) => split(piece, mention, Mention, (rest) => split(rest, emphasis, Marked));
  const drawn = split(text, code, Marked, (part) =>
    splitLinks(part).map(({ text: piece, href }) =>
      href === undefined ? (
        plain(piece)
      ) : (
        <a href={href} target="_blank" rel="noopener noreferrer nofollow ugc">
          {piece}
        </a>
      ),
    ),
  );
  return <>{drawn}</>;
}

/** Draws what a pattern's only group finds in one way, and what stands between in another. */
function split(
  text: string,
  pattern: RegExp,
  Found: (props: { text: string }) => ComponentChildren,
  between: (text: string) => ComponentChildren = (rest) => rest,
): ComponentChildren[] {
  return text
    .split(pattern)
    .map((piece, index) => (index % 2 === 1 ? <Found text={piece} /> : between(piece)));
}

function Mention({ text }: { text: string }) {
  return <mark>{text}</mark>;
}

const elements = { '`': 'code', '*': 'strong', _: 'em' } as const;

function Marked({ text }: { text: string }) {
  const sign = text[0] as keyof typeof elements;
  const Element = elements[sign];
  return (
    <Element>
      <span class="quiet">{sign}</span>
      {text.slice(1, -1)}
      <span class="quiet">{sign}</span>
    </Element>
  );
}
