/** What `data export --format csv` writes (RFC 4180). */
import { jsonOf } from '../../ledger/message.ts';
import { columns, unguarded } from '../export/csv.ts';
import { mostLength, type Reader, textsIn, unfit } from './reader.ts';

export const readCsv: Reader = async function* ({ path }) {
  const records = new Records();
  let count = 0;
  const fault = (why: string) => unfit(path, `record ${count}: ${why}`);
  /** The message of the next record; none of the header. */
  const read = (fields: readonly string[]): Uint8Array[] => {
    count++;
    const isHeader = count === 1;
    if (isHeader && fields.join() !== columns.join())
      throw fault(`expected the columns ${columns.join(', ')}`);
    if (fields.length !== columns.length)
      throw fault(`expected ${columns.length} fields, found ${fields.length}`);
    const [, name = '', content = '', timestamp = ''] = fields.map(unguarded);
    return isHeader ? [] : [Buffer.from(jsonOf({ name, content, timestamp }))];
  };
  for await (const { text, share } of textsIn(path)) {
    const messages = records.push(text).flatMap(read);
    if (records.length > mostLength) throw fault('the next one does not end: a quote may be missing');
    yield { messages, share };
  }
  const last = records.finish();
  if (last === undefined) throw fault('the next one is torn: a quote is missing');
  yield { messages: last.flatMap(read), share: 1 };
};

/** Where it is: at the beginning of a field, in one without quotes, in one with quotes, or behind a quote in such a one. */
type Place = 'start' | 'bare' | 'quoted' | 'quote';

/** Reads records from a text that comes in pieces. */
class Records {
  #place: Place = 'start';
  #field = '';
  #fields: string[] = [];

  /** How many characters the unfinished field has. */
  get length(): number {
    return this.#field.length;
  }

  /** Takes more of the text. Returns the records that end in it. */
  push(text: string): string[][] {
    const ended: string[][] = [];
    for (let at = 0; at < text.length; ) {
      if (this.#place === 'quoted') {
        const quote = text.indexOf('"', at);
        this.#field += text.slice(at, quote < 0 ? text.length : quote);
        at = quote < 0 ? text.length : quote + 1;
        if (quote >= 0) this.#place = 'quote';
        continue;
      }
      const character = text[at++] as string;
      if (character === '"' && this.#place === 'start') this.#place = 'quoted';
      else if (character === '"' && this.#place === 'quote') {
        this.#field += character;
        this.#place = 'quoted';
      } else if (character === ',') this.#endField();
      else if (character === '\n') {
        this.#endField();
        ended.push(this.#fields);
        this.#fields = [];
      } else if (character !== '\r') {
        this.#field += character;
        this.#place = 'bare';
      }
    }
    return ended;
  }

  /** Takes the end of the text. Returns the record that ends with it, if there is one; `undefined` if it is torn. */
  finish(): string[][] | undefined {
    if (this.#place === 'quoted') return undefined;
    return this.#fields.length > 0 || this.#place !== 'start' ? this.push('\n') : [];
  }

  #endField(): void {
    this.#fields.push(this.#field);
    this.#field = '';
    this.#place = 'start';
  }
}
