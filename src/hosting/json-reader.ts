/** Reads JSON that people write: every mistake is told with its line and column, and a key may stand only once. */

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

/** The value of a JSON text. Throws a JsonError. */
export function readJson(text: string): unknown {
  return new Reader(text).read();
}

/** A text may contain anything here; JSON.parse judges it. */
const tokens = /[{}[\]:,]|"(?:[^"\\]|\\.)*"|-?[\d.][\d.eE+-]*|[a-z]+/sy;
const white = /[ \t\r\n]*/y;

class Reader {
  readonly #text: string;
  #offset = 0;

  constructor(text: string) {
    this.#text = text;
  }

  read(): unknown {
    const value = this.#value();
    if (this.#peek() !== undefined || this.#offset < this.#text.length) this.#fail('nothing after the value');
    return value;
  }

  #value(): unknown {
    const token = this.#peek();
    if (token === '{') return this.#object();
    if (token === '[') return this.#list();
    return this.#scalar('a value');
  }

  #object(): object {
    const members = new Map<string, unknown>();
    this.#items('{', '}', () => {
      if (!this.#peek()?.startsWith('"')) this.#fail('a key in double quotes');
      const start = this.#offset;
      const key = `${this.#scalar('a key')}`;
      if (members.has(key)) throw new JsonError(`the key "${key}" stands here again`, this.#text, start);
      this.#take(':');
      members.set(key, this.#value());
    });
    return Object.fromEntries(members);
  }

  #list(): unknown[] {
    const items: unknown[] = [];
    this.#items('[', ']', () => void items.push(this.#value()));
    return items;
  }

  /** Reads what stands between two brackets, separated by commas. */
  #items(opening: string, closing: string, readItem: () => void): void {
    this.#take(opening);
    if (this.#peek() !== closing)
      for (;;) {
        readItem();
        if (this.#peek() === closing) break;
        this.#take(',', `',' or '${closing}'`);
      }
    this.#take(closing);
  }

  #scalar(expected: string): unknown {
    const token = this.#peek() ?? this.#fail(expected);
    try {
      const value: unknown = JSON.parse(token);
      this.#offset += token.length;
      return value;
    } catch {
      if (!token.startsWith('"')) return this.#fail(expected);
      throw new JsonError('a text with a line break or a wrong escape', this.#text, this.#offset);
    }
  }

  #take(mark: string, expected = `'${mark}'`): void {
    if (this.#peek() !== mark) this.#fail(expected);
    this.#offset += mark.length;
  }

  /** The next token, which is not taken yet. */
  #peek(): string | undefined {
    white.lastIndex = this.#offset;
    white.exec(this.#text);
    this.#offset = white.lastIndex;
    tokens.lastIndex = this.#offset;
    return tokens.exec(this.#text)?.[0];
  }

  #fail(expected: string): never {
    const [character] = this.#text.slice(this.#offset);
    const found = character === undefined ? 'the end' : `'${character}'`;
    throw new JsonError(`expected ${expected}, found ${found}`, this.#text, this.#offset);
  }
}
