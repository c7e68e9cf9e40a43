import type { ESTree } from 'vite';
import { replace, visit } from './syntax.ts';

/** A piece of code that runs only if something names it: a function, a class, or a method. */
type Unit = {
  readonly name: string;
  readonly isMethod: boolean;
  readonly node: ESTree.Node | undefined;
  readonly owner: Unit | undefined;
  /** The names in it, except those in units of its own. */
  readonly variables: Set<string>;
  readonly members: Set<string>;
};

/** Called by the language itself. */
const implicit = ['then', 'toString', 'valueOf'];

/**
 * Leaves out the methods that nothing names: neither the code that is left, nor `words`, the words of other code. A
 * bundler leaves out unused functions but no methods, because it cannot know which object is asked for what. Here a
 * method is unused only if no object at all is asked for a member of its name.
 */
export function withoutUnusedMethods(code: string, words: ReadonlySet<string>): string {
  const { root, units } = unitsOf(code);
  const variables = new Set<string>();
  const members = new Set([...words, ...implicit]);
  const live = new Set<Unit | undefined>();
  const isLive = ({ name, isMethod, owner }: Unit) =>
    live.has(owner) && (isMethod ? members : variables).has(name);
  for (let found = [root]; found.length > 0; found = units.filter((unit) => !live.has(unit) && isLive(unit)))
    for (const unit of found) {
      live.add(unit);
      for (const name of unit.variables) variables.add(name);
      for (const name of unit.members) members.add(name);
    }
  const unused = units.filter((unit) => unit.isMethod && !live.has(unit) && live.has(unit.owner));
  return replace(
    code,
    unused.flatMap(({ node }) => (node === undefined ? [] : [{ ...node, by: '' }])),
  );
}

/** The units of a program, and the rest of it. */
function unitsOf(code: string): { root: Unit; units: Unit[] } {
  const root: Unit = newUnit('', undefined, undefined);
  const units: Unit[] = [];
  /** Members that are named only to be defined. */
  const defined = new Set<ESTree.Node>();
  let unit = root;

  function begin(node: ESTree.Node, name: string, isMethod: boolean): void {
    unit = newUnit(name, node, unit, isMethod);
    units.push(unit);
  }
  function end(node: ESTree.Node): void {
    if (unit.node === node && unit.owner !== undefined) unit = unit.owner;
  }
  function beginMember(node: ESTree.MethodDefinition | ESTree.PropertyDefinition): void {
    const { key, computed } = node;
    const isMethod = node.type === 'MethodDefinition' ? node.kind !== 'constructor' : isFunction(node.value);
    if (isMethod && !computed && key.type === 'Identifier') begin(node, key.name, true);
  }

  visit(
    code,
    (name, role, node) => {
      if (role === 'variable') unit.variables.add(name);
      else if (role === 'member' && !defined.has(node)) unit.members.add(name);
    },
    {
      Literal: ({ value }) => {
        if (typeof value === 'string') unit.members.add(value);
      },
      MethodDefinition: beginMember,
      'MethodDefinition:exit': end,
      PropertyDefinition: beginMember,
      'PropertyDefinition:exit': end,
      FunctionDeclaration: (node) => begin(node, node.id?.name ?? '', false),
      'FunctionDeclaration:exit': end,
      VariableDeclarator(node) {
        const { id, init } = node;
        if (id.type === 'Identifier' && (isFunction(init) || init?.type === 'ClassExpression'))
          begin(node, id.name, false);
      },
      'VariableDeclarator:exit': end,
      ExpressionStatement(node) {
        const { expression } = node;
        if (expression.type !== 'AssignmentExpression') return;
        const member = ownMember(expression.left);
        const bound = boundMember(expression.right);
        if (member === undefined || !(isFunction(expression.right) || bound?.name === member.name)) return;
        defined.add(member);
        if (bound !== undefined) defined.add(bound);
        begin(node, member.name, true);
      },
      'ExpressionStatement:exit': end,
    },
  );
  return { root, units };
}

function newUnit(
  name: string,
  node: ESTree.Node | undefined,
  owner: Unit | undefined,
  isMethod = false,
): Unit {
  return { name, isMethod, node, owner, variables: new Set(), members: new Set() };
}

function isFunction(node: ESTree.Node | null): boolean {
  return node?.type === 'ArrowFunctionExpression' || node?.type === 'FunctionExpression';
}

/** `x` of `this.x`. */
function ownMember(node: ESTree.Node): ESTree.IdentifierName | undefined {
  if (node.type !== 'MemberExpression' || node.object.type !== 'ThisExpression') return undefined;
  return node.computed || node.property.type !== 'Identifier' ? undefined : node.property;
}

/** `x` of `this.x.bind(this)`. */
function boundMember(node: ESTree.Node): ESTree.IdentifierName | undefined {
  if (node.type !== 'CallExpression' || node.callee.type !== 'MemberExpression') return undefined;
  const { object, property } = node.callee;
  return property.type === 'Identifier' && property.name === 'bind' ? ownMember(object) : undefined;
}
