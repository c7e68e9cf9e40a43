import { type ESTree, parseSync, Visitor, type VisitorObject } from 'vite';

/** What a name stands for: a variable, a member of something, or the member that is being defined. */
type Role = 'variable' | 'member' | 'key';

/** Visits a program, and calls `onName` with each name in it that is neither private nor computed. */
export function visit(
  code: string,
  onName: (name: string, role: Role, node: ESTree.Node) => void,
  visitor: Omit<
    VisitorObject,
    'ClassBody' | 'Identifier' | 'MemberExpression' | 'ObjectExpression' | 'ObjectPattern'
  >,
): void {
  const roles = new Map<ESTree.Node, Role>();
  const mark = (parts: readonly ESTree.Node[], role: Role) => {
    for (const part of parts)
      if ('key' in part && 'computed' in part && !part.computed) roles.set(part.key, role);
  };
  new Visitor({
    ...visitor,
    ClassBody: ({ body }) => mark(body, 'key'),
    ObjectExpression: ({ properties }) => mark(properties, 'key'),
    ObjectPattern: ({ properties }) => mark(properties, 'member'),
    MemberExpression: ({ property, computed }) => {
      if (!computed) roles.set(property, 'member');
    },
    Identifier: (node) => onName(node.name, roles.get(node) ?? 'variable', node),
  }).visit(parseSync('module.js', code).program);
}

/** Replaces pieces of a code, which must not overlap. */
export function replace(code: string, pieces: readonly { start: number; end: number; by: string }[]): string {
  let rest = code;
  for (const { start, end, by } of [...pieces].sort((one, other) => other.start - one.start))
    rest = rest.slice(0, start) + by + rest.slice(end);
  return rest;
}
