import { readFileSync } from 'node:fs';
import { expect, test } from 'vitest';
import type { AnyStateNode } from 'xstate';
import { clientMachine } from '../../src/client/machine.ts';
import { watched } from '../../web/chat/watched.ts';
import { allCuts, cut, unsetOptions } from '../../web/lean/cuts.ts';
import { withoutUnusedMethods } from '../../web/lean/methods.ts';
import { ownNames, wordsOf } from '../../web/lean/names.ts';

const none = new Set<string>();

/** The methods of this class that are left, when this is all the other code. */
function methodsLeft(body: string, other: string): string {
  const left = withoutUnusedMethods(`var Thing = class { ${body} };\n${other}`, none);
  return [...left.matchAll(/(\w+)\(\) \{/g)].map(([, name]) => name).join(' ');
}

test.each([
  ['a method that is called is left', 'used() {} other() {}', 'new Thing().used();', 'used'],
  ['one that is only read, too', 'used() {} other() {}', 'const { used } = new Thing();', 'used'],
  ['one whose name is a text, too', 'used() {} other() {}', 'new Thing()["used"]();', 'used'],
  [
    'what a method calls is left if the method is',
    'used() { this.more(); } more() {}',
    'new Thing().used();',
    'used more',
  ],
  [
    'methods that only call one another are not',
    'ping() { this.pong(); } pong() { this.ping(); }',
    'new Thing();',
    '',
  ],
  [
    'a function that nothing calls uses nothing',
    'idle() {}',
    'function run(thing) { thing.idle(); } new Thing();',
    '',
  ],
  ['a property of its name does not use a method', 'idle() {}', 'let idle = 1; run({ idle }, Thing);', ''],
  ['a class that nothing names stays whole, for the bundler to leave out', 'idle() {}', '', 'idle'],
])('unused methods: %s', (_, body, other, left) => {
  expect(methodsLeft(body, other)).toBe(left);
});

test('unused methods: those that a constructor assigns or binds are left out as well', () => {
  const code = [
    'class Thing { constructor() {',
    'this.used = () => 1;',
    'this.idle = () => 2;',
    'this.bound = this.bound.bind(this);',
    'this.size = 3;',
    '} bound() {} }',
    'new Thing().used();',
  ].join('\n');
  const left = withoutUnusedMethods(code, none);
  expect(left).toContain('used');
  expect(left).toContain('size');
  expect(left).not.toMatch(/idle|bound/);
  expect(withoutUnusedMethods(code, new Set(['idle', 'bound']))).toBe(code);
});

test('names are shortened that are in no text and mean nothing elsewhere', () => {
  const code = [
    'thing.ownName = { otherName: 1, clientWidth: 2 };',
    'class Thing { _private; plain }',
    'const { inText, inTemplate } = thing;',
    'run("a inText b", `$' + '{thing.ownName} inTemplate`);',
    'const localVariable = 1;',
  ].join('\n');
  expect(ownNames(code, new Set(['clientWidth']))).toEqual(['ownName', 'otherName', '_private']);
});

test('a cut is made in the library that it is for, and in no other file', () => {
  const code = 'if (this.options.horizontal) {}';
  const made = new Set<unknown>();
  expect(cut(code, '/x/node_modules/@tanstack/virtual-core/dist/esm/index.js', (one) => made.add(one))).toBe(
    'if (false) {}',
  );
  expect(made.size).toBe(1);
  expect(allCuts).toContain([...made][0]);
  expect(cut(code, '/x/web/chat/list.tsx', (one) => made.add(one))).toBe(code);
});

test('the machine of the client has no states of the kinds that the page leaves out of XState', () => {
  const all = nodesIn(clientMachine.root);
  expect(all.length).toBeGreaterThan(10);
  expect(all.filter(({ type }) => !['atomic', 'compound', 'final'].includes(type))).toEqual([]);
  expect(all.filter(({ config }) => config.route !== undefined)).toEqual([]);
});

test('no module sets an option or asks for an actor that the page leaves out', () => {
  const read = (file: string) => wordsOf(readFileSync(new URL(`../../${file}`, import.meta.url), 'utf8'));
  expect(read('web/chat/scroller.ts')).toContain('paddingStart');
  expect(read('web/chat/scroller.ts').filter((word) => Object.hasOwn(unsetOptions, word))).toEqual([]);
  const machine = ['spawn', 'emit', 'systemId', 'syncSnapshot', 'inspect'];
  expect(read('src/client/machine.ts').filter((word) => machine.includes(word))).toEqual([]);
  expect(read('src/client/client.ts').filter((word) => ['select', 'snapshot'].includes(word))).toEqual([]);
  // The client can be inspected, and the ordinary page does not.
  expect(watched).toEqual({});
  for (const file of ['web/chat/scroller.ts', 'web/chat/list.tsx'])
    expect(read(file).filter((word) => ['measureElement', 'behavior', 'smooth'].includes(word))).toEqual([]);
});

const nodesIn = (node: AnyStateNode): AnyStateNode[] => [
  node,
  ...Object.values(node.states).flatMap(nodesIn),
];
