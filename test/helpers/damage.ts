import { open } from 'node:fs/promises';
import fc from 'fast-check';
import { journalOf, writeJournal } from '../../src/ledger/journal.ts';
import { jsonOf } from '../../src/ledger/message.ts';
import { plainWriterOf } from '../../src/ledger/writing.ts';
import type { Message } from '../../src/protocol/replies.ts';
import { escaped, pythonJson } from './published-history.ts';

const text = fc.string({
  unit: fc.constantFrom('a', 'ạ', '👋', '"', '\\', '{', '}', ',', '\n'),
  maxLength: 8,
});
const message: fc.Arbitrary<Message> = fc.record({ name: text, content: text, timestamp: text });

/** The forms that a message may have in a file. */
const forms = [jsonOf, pythonJson, (one: Message) => escaped(pythonJson(one)), indented];

/** What may stand in a file that has been damaged. Nothing of it is a whole message. */
const rubbish = [
  ...[
    '',
    ',',
    ',,',
    ' ',
    '\n',
    'x',
    '[',
    ']',
    '{',
    '}',
    '"',
    '\\',
    ':',
    '{}',
    '{"name":"An"}',
    '[]',
    '\0\0\0',
  ],
  ...[
    '{"name":"An","content":"',
    '{"name":"An","content":"x,"timestamp":"t"}',
    'n","content":"x","timestamp":"t"}',
  ],
  ...[
    '{"name":"An","content":5,"timestamp":"t"}',
    '{"name":"An","content":"x","timestamp":"t","id":1}',
    '\ufeff',
  ],
];

/** The text of a file in which all these messages are whole, whatever stands between them. */
export const damaged = fc
  .array(fc.tuple(message, fc.constantFrom(...forms), fc.constantFrom(...rubbish)), { maxLength: 8 })
  .map((parts) => ({
    messages: parts.map(([one]) => one),
    text: `[${parts.map(([one, form, between]) => `${form(one)}${between}`).join(',')}]`,
  }));

function indented(one: Message): string {
  return JSON.stringify(one, undefined, 2);
}

/** Leaves a data file as a crash does after a removal has been prepared. The message has a line, counted from 0, to itself. */
export async function interruptRemoval(path: string, line: number): Promise<void> {
  const file = await open(path, 'r');
  try {
    const lines = (await file.readFile('utf8')).split('\n');
    const start = Buffer.byteLength(lines.slice(0, line).join('\n')) + '\n,'.length;
    const message = `${lines[line]?.slice(1)}`;
    const json = jsonOf({ ...(JSON.parse(message) as Message), content: '' });
    const overwrite = { start, end: start + Buffer.byteLength(message), json };
    const { size } = await file.stat();
    await writeJournal(`${path}.journal`, await journalOf(file, [overwrite], size - 2), plainWriterOf);
  } finally {
    await file.close();
  }
}
