/** The forms of requests: what clients may send, and what they must not, each with the rule that it is about. */
import type { Bench } from './bench.ts';
import { type Hint, hints } from './hints.ts';
import type { Sendable } from './peer.ts';

/** What a form can be made of. */
export type Material = {
  /** A nickname that nobody has had, one that another member holds, and the member's own. */
  fresh: string;
  taken: string;
  own: string;
  content: string;
  limits: { name: number; content: number };
};

export type Form = {
  readonly rule: string;
  /** The rule that it is about where the sender has not registered, if that is another one. */
  readonly strangersRule?: string;
  /** Rules without which it says nothing. */
  readonly needs?: readonly string[];
  readonly frame: (material: Material) => Sendable;
  /** It is about a nickname that another member holds. */
  readonly needsOther?: true;
  /** It fails only with `--strict`. */
  readonly isLoose?: true;
  /** What is likely wrong with a server that fails it. */
  readonly hint?: Hint;
};

const bytes = (text: string) => new TextEncoder().encode(text);
const raw = (rule: string, ...frames: Sendable[]): Form[] =>
  frames.map((frame) => ({ rule, frame: () => frame }));
const made = (rule: string, ...frames: Form['frame'][]): Form[] => frames.map((frame) => ({ rule, frame }));
/** Frames that a stranger must not send, whatever else is wrong with them. */
const gated = (forms: readonly Form[]) => forms.map((form): Form => ({ ...form, strangersRule: 'P-REQ-6' }));
const needing = (rule: string, forms: readonly Form[]) =>
  forms.map((form): Form => ({ ...form, needs: [rule] }));
const hinting = (hint: Hint, forms: readonly Form[]) => forms.map((form): Form => ({ ...form, hint }));
/** As deep as a message of 65,536 bytes can nest. */
const deep = 32_000;

export const forms: readonly Form[] = [
  // In this order they are tried: what is simple first.
  ...gated(raw('P-GET-1', { data: 'get' })),
  ...gated(made('P-SEND-1', ({ content }) => ({ data: 'send', content }))),
  ...hinting(hints.noBinary, raw('P-REQ-1', bytes('{"data":"get"}'))),
  ...raw('P-REQ-4', { data: 'dance' }, '{}', '1', 'null', 'true', '"get"', '[]', [{ data: 'get' }], {
    data: 7,
  }),
  ...hinting(
    hints.looseCommand,
    raw('P-REQ-4', { data: ['get'] }, { data: { get: 1 } }, { data: 'GET' }, { data: 'get ' }),
  ),
  ...hinting(hints.inherited, raw('P-REQ-4', { data: 'constructor' })),
  ...hinting(hints.noType, raw('P-REQ-2', { type: 'get' })),
  ...hinting(hints.typeFirst, raw('P-REQ-2', { data: 'get', type: 'send' })),
  ...hinting(hints.otherKeys, raw('P-REQ-2', { data: 'get', content: 1, x: [] })),
  ...hinting(hints.firstKey, raw('P-REQ-2', '{"data":"send","data":"get"}')),
  ...needing('P-REQ-4', [
    ...raw('P-REQ-2', { type: null }),
    ...hinting(hints.fallback, raw('P-REQ-2', { data: 'shout', type: 'get' }, { data: null, type: 'get' })),
    ...hinting(hints.inherited, raw('P-REQ-2', '{"__proto__":{"data":"get"}}')),
  ]),
  ...raw('P-REQ-3', 'hello', '', '{'),
  ...hinting(
    hints.looseJson,
    raw(
      'P-REQ-3',
      "{'data':'get'}",
      '{data:"get"}',
      '{"data":"get",}',
      'NaN',
      '[Infinity]',
      '/* */{"data":"get"}',
      '\ufeff{"data":"get"}',
      '{"data":"send","content":"\n"}',
      '01',
    ),
  ),
  ...hinting(hints.trailing, raw('P-REQ-3', '{"data":"get"} x', '{"data":"get"}{"data":"get"}')),
  ...raw('P-REQ-3', new Uint8Array([0xff])),
  ...hinting(
    hints.looseBytes,
    raw('P-REQ-3', new Uint8Array([...bytes('{"data":"get","x":"'), 0xc3, 0x28, ...bytes('"}')])),
  ),
  ...raw('P-REQ-3', ' \n{"data":"get"}\t'),
  ...raw('P-REQ-5', { data: 'name' }, { data: 'name', Name: 'x' }),
  ...hinting(hints.falsy, raw('P-REQ-5', { data: 'name', name: '' })),
  ...gated(raw('P-REQ-5', { data: 'send' }, { data: 'send', message: 'x' })),
  ...made('P-NAME-2', ({ fresh }) => ({ data: 'name', name: fresh })),
  { rule: 'P-NAME-2', needsOther: true, frame: ({ taken }) => ({ data: 'name', name: taken }) },
  ...needing('P-REQ-5', [
    ...hinting(
      hints.anyType,
      raw('P-NAME-1', ...['', 7, null, true, [], {}, ['x']].map((name) => ({ data: 'name', name }))),
    ),
    ...hinting(
      hints.surrogate,
      raw('P-NAME-1', '{"data":"name","name":"\\ud800"}', '{"data":"name","name":"x\\udc00\\ud800"}'),
    ),
  ]),
  ...hinting(
    hints.anyType,
    made(
      'P-NAME-1',
      ({ limits }) => ({ data: 'name', name: 'n'.repeat(limits.name + 1) }),
      ({ limits }) => ({ data: 'name', name: '😀'.repeat(limits.name + 1) }),
    ),
  ),
  ...hinting(
    hints.units,
    made('P-NAME-1', ({ fresh, limits }) => ({
      ...{ data: 'name', name: `${fresh}${'😀'.repeat(limits.name - fresh.length)}` },
    })),
  ),
  ...hinting(
    hints.changedText,
    made('P-NAME-3', ({ fresh }) => ({ data: 'name', name: ` <b>${fresh}</b>  o\u0300 ` })),
  ),
  ...needing(
    'P-NAME-2',
    made('P-NAME-4', ({ own }) => ({ data: 'name', name: own })),
  ),
  ...gated(
    needing('P-REQ-5', [
      ...hinting(
        hints.anyType,
        raw(
          'P-SEND-1',
          ...['', 7, null, false, [], { text: 'x' }].map((content) => ({ data: 'send', content })),
        ),
      ),
      ...hinting(hints.surrogate, raw('P-SEND-1', '{"data":"send","content":"\\udfff"}')),
    ]),
  ),
  ...gated([
    ...hinting(
      hints.anyType,
      made(
        'P-SEND-1',
        ({ limits }) => ({ data: 'send', content: 'c'.repeat(limits.content + 1) }),
        ({ limits }) => ({ data: 'send', content: '😀'.repeat(limits.content + 1) }),
      ),
    ),
    ...hinting(
      hints.units,
      made('P-SEND-1', ({ content, limits }) => ({
        ...{ data: 'send', content: `${content}${'😀'.repeat(limits.content - content.length)}` },
      })),
    ),
    ...hinting(
      hints.changedText,
      made('P-SEND-1', ({ content }) => ({
        ...{ data: 'send', content: ` ${content} \u0000 "\\ \u2028 <b>  o\u0300 ` },
      })),
    ),
  ]),
  { rule: 'P-REQ-4', isLoose: true, frame: () => `${'['.repeat(deep)}${']'.repeat(deep)}` },
];

export const materialOf = (bench: Bench, own: string, taken: string): Material => ({
  ...{ own, taken, fresh: bench.nickname(), content: bench.content(), limits: bench.run.limits },
});
