import { expect, test } from 'vitest';
import { NotHistory, Scanner } from '../../src/ledger/scan.ts';

const M = '{"name":"Ánh","content":"chào ] } \\" ,","timestamp":"t"}';

/** Where the fault is that a file is refused for; `▲` stands before it in the text. */
function expectFault(bytes: Buffer, offset: number) {
  const scanner = new Scanner(() => {});
  const fault = () => {
    try {
      scanner.push(bytes);
      return scanner.finish();
    } catch (error) {
      return error;
    }
  };
  const error = fault();
  expect(error).toBeInstanceOf(NotHistory);
  expect(error).toMatchObject({ offset });
}

test.each([
  ['an object', `▲${M}`],
  ['an object of lists', '▲{"messages":[]}'],
  ['a number', ' ▲5'],
  ['a string', '▲"[]"'],
  ['null', '▲null'],
  ['text', 'Không phải JSON'.replace('K', '▲K')],
  ['a list of numbers', '[ ▲1,2]'],
  ['a list of strings', '[▲"An"]'],
  ['a list of lists', '[▲[]]'],
  ['a list of null', '[▲null]'],
  ['a list in a list', `[▲[${M}]]`],
  ['an empty object in the list', `[${M},▲{}]`],
  ['a message without a timestamp', `[${M}, ▲{"name":"An","content":"x"}]`],
  ['a message whose content is a number', '[▲{"name":"An","content":5,"timestamp":"t"}]'],
  ['a message whose name is null', '[▲{"name":null,"content":"x","timestamp":"t"}]'],
  ['a message whose name is an object', '[▲{"name":{"name":"}"},"content":"x","timestamp":"t"}]'],
  ['a message with a key more', `[${M},\n▲{"name":"An","content":"x","timestamp":"t","id":1}]`],
  ['a message with the key __proto__', '[▲{"name":"An","content":"x","timestamp":"t","__proto__":{}}]'],
  ['a message with its strings in __proto__', `[▲{"__proto__":${M}}]`],
  ['a comma after the last message', `[${M},▲]`],
  ['a comma before the first message', `[▲,${M}]`],
  ['two commas', `[${M}, ▲,${M}]`],
  ['no comma', `[${M} ▲${M}]`],
  ['a colon for a comma', `[${M}▲:${M}]`],
  ['text after the list', `[${M}]\n▲x`],
  ['a comma after the list', `[${M}]▲,`],
  ['another bracket after the list', `[${M}]▲]`],
  ['two lists', `[${M}]\n▲[${M}]`],
  ['a log of lines after the list', `[]▲${M}`],
  ['a comment', `[▲/* */${M}]`],
  ['a space that JSON does not know', `[▲\u00a0${M}]`],
  ['a byte order mark within', `[▲\ufeff${M}]`],
  ['two byte order marks', `\ufeff▲\ufeff[${M}]`],
  ['a byte order mark after a space', ` ▲\ufeff[${M}]`],
  ['single quotes', `[▲{'name':'An','content':'x','timestamp':'t'}]`],
  ['bare keys', '[▲{name:"An",content:"x",timestamp:"t"}]'],
  ['a comma within a message', '[▲{"name":"An","content":"x","timestamp":"t",}]'],
  ['a raw line break in a string', '[▲{"name":"A\nn","content":"x","timestamp":"t"}]'],
  ['an escape that there is not', '[▲{"name":"\\x41","content":"x","timestamp":"t"}]'],
  ['a brace too many', `[${M}▲}]`],
  ['zero bytes before the list', `\0\0▲[${M}]`],
  ['zero bytes in a message', `[▲{"name":"A\0\0n","content":"x","timestamp":"t"}]`],
  ['zero bytes behind a message, then a message', `[${M}\0\0▲,${M}]`],
  ['zero bytes behind a comma, then a message', `[${M},\0▲${M}]`],
  ['zero bytes, then the end of the list', `[\0▲]`],
  ['zero bytes behind the list, then text', `[${M}]\0\0▲x`],
  ['zero bytes behind the list, then a line break', `[${M}]\0▲\n`],
  ['zero bytes in an unfinished message, then text', `[${M},▲{"name":"A\0\0\0n`],
])('P-DB-2: %s is no history, and the place is told', (_, marked) => {
  const [before = '', after = ''] = marked.split('▲');
  expectFault(Buffer.from(before + after), Buffer.byteLength(before));
});

test.each([
  ['an invalid byte in a message', ['[{"name":"', 'ff', '","content":"x","timestamp":"t"}]'], 1],
  ['an overlong encoding', ['[{"name":"', 'c0af', '","content":"x","timestamp":"t"}]'], 1],
  ['half a surrogate pair', ['[{"name":"', 'eda080', '","content":"x","timestamp":"t"}]'], 1],
  ['half a character before a quote', ['[{"name":"', 'e1ba', '","content":"x","timestamp":"t"}]'], 1],
  ['an invalid byte between messages', ['[', 'ff', ']'], 1],
  ['an invalid byte in an unfinished message', ['[{"name":"', 'ff', 'An'], 1],
  ['an invalid byte at the very end', ['[{"name":"An', 'ff', ''], 1],
  ['a byte order mark with a space in it', ['', 'ef20bbbf', '[]'], 1],
  ['a byte order mark that is none', ['', 'efbb41', '[]'], 2],
  ['a file in UTF-16', ['', 'fffe5b005d00', ''], 0],
  ['a compressed file', ['', '1f8b0800', ''], 0],
] as const)('P-DB-2: %s is no history', (_, [before, hex, after], offset) => {
  expectFault(Buffer.concat([Buffer.from(before), Buffer.from(hex, 'hex'), Buffer.from(after)]), offset);
});

test.each([
  ['of objects with other keys', '[▲{"id": 1, "x": ['],
  ['of objects with other keys, cut in the first', '[▲{"i'],
  ['of objects that begin as messages do', '[▲{"name":"An","age'],
  ['of objects that have a key more', '[▲{"name":"An","content":"x","timestamp":"t","id":1'],
  ['of a whole message and another object', `[${M},\n▲{"id":`],
  ['of one object', '▲{"a":'],
  ['of one message', '▲{"name":"An","content":"x'],
  ['of numbers', '[▲1,2'],
  ['of strings', '[▲"x'],
  ['of literals', '[▲tru'],
  ['whose names are numbers', '[▲{"name":1'],
  ['whose names are objects', '[▲{"name":{"name":"An'],
  ['whose names are literals', '[▲{"name":nul'],
  ['whose messages have no commas', '[▲{"name":"An" "content":"x'],
  ['whose messages have no colons', '[▲{"name","'],
  ['whose messages begin with a comma', '[▲{,'],
  ['whose keys are bare', '[▲{na'],
  ['whose keys are in single quotes', "[▲{'na"],
  ['whose strings hold raw line breaks', '[▲{"name":"A\nn'],
  ['whose strings hold escapes that there are not', '[▲{"name":"A\\x4'],
  ['whose strings hold half an escape', '[▲{"name":"A\\u12","con'],
  ['whose message ends in a bracket', '[▲{"name":"An"]'],
  ['that begins with a space that JSON does not know', '[▲{\u00a0"name":"An'],
  ['that holds a space that JSON does not know', '[▲{"name":\u3000"An'],
  ['that holds a vertical tab', '[▲{"name":"An",\v"con'],
  ['with a byte order mark within', '[▲{\ufeff"na'],
])('P-DB-2: a list %s is no torn history, and the place is told', (_, marked) => {
  const [before = '', after = ''] = marked.split('▲');
  expectFault(Buffer.from(before + after), Buffer.byteLength(before));
});

test('P-DB-2: a very deeply nested file is refused like any other', () => {
  const deep = `[{"name":${'{"a":'.repeat(200_000)}1${'}'.repeat(200_001)}]`;
  expectFault(Buffer.from(deep), 1);
  expectFault(Buffer.from(deep.slice(0, 500_000)), 1);
});

test('P-DB-2: the fault says what was found, and after how many messages', () => {
  const scanner = new Scanner(() => {});
  expect(() => scanner.push(Buffer.from(`[${M},${M}!`))).toThrow(/'!'.*after 2 whole messages/);
});

test('P-DB-2: an object without a closing quote is refused soon, and not carried to the end of the file', () => {
  const scanner = new Scanner(() => {});
  const open = `{"name":"An","content":"x,"timestamp":"t"}\n,`;
  scanner.push(Buffer.from(`[${M},${open}`));
  const more = Buffer.from('"x" '.repeat(10_000));
  const push = () => {
    for (let chunks = 0; chunks < 3; chunks++) scanner.push(more);
  };
  expect(push).toThrow(/neither a message nor the beginning of one \(after 1 whole messages\)/);
});
