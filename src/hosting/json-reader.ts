/** Reads JSON that people write: a mistake is told with its line and column, and a key may stand only once. */
import { type Node, type ParseError, parseTree, printParseErrorCode } from 'jsonc-parser';

/** What is wrong with a text, and where. Lines and columns begin at 1. */
export class JsonError extends Error {
  readonly line: number;
  readonly column: number;

  constructor(message: string, text: string, offset: number) {
    super(message);
    this.name = 'JsonError';
    const lines = text.slice(0, offset).split('\n');
    this.line = lines.length;
    this.column = (lines.at(-1) ?? '').length + 1;
  }
}

/** The parser's findings in words. The others are findings in a word that is no JSON. */
const words: Readonly<Record<string, string>> = {
  PropertyNameExpected: 'a key in double quotes is missing here',
  ValueExpected: 'a value is missing here',
  ColonExpected: 'a colon is missing here',
  CommaExpected: 'a comma is missing here, or the end',
  CloseBraceExpected: 'a } is missing here',
  CloseBracketExpected: 'a ] is missing here',
  EndOfFileExpected: 'the text should have ended before this',
  InvalidCommentToken: 'comments are not allowed',
  UnexpectedEndOfString: 'a text in quotes must end in the same line',
  InvalidEscapeCharacter: 'a backslash is followed by what it cannot escape',
  InvalidUnicode: 'after \\u there must be four hexadecimal digits',
  InvalidCharacter: 'control characters must be escaped',
};

/** The value of a JSON text. Throws a JsonError. */
export function readJson(text: string): unknown {
  const errors: ParseError[] = [];
  const tree = parseTree(text, errors, { disallowComments: true });
  const [error] = errors;
  if (error !== undefined)
    throw new JsonError(words[printParseErrorCode(error.error)] ?? 'this is not JSON', text, error.offset);
  const repeated = tree && findRepeated(tree);
  if (repeated !== undefined)
    throw new JsonError(`the key ${JSON.stringify(repeated.value)} stands here again`, text, repeated.offset);
  return JSON.parse(text);
}

/** The first key that stands in its object a second time. */
function findRepeated({ type, children = [] }: Node): Node | undefined {
  const keys = new Set<unknown>();
  for (const child of children) {
    const key = type === 'object' ? child.children?.[0] : undefined;
    if (key !== undefined && keys.has(key.value)) return key;
    keys.add(key?.value);
    const found = findRepeated(child);
    if (found !== undefined) return found;
  }
  return undefined;
}
