/** `@nickname` in a message: whom it means, and how it is found. */
import type { ChatState } from '../../src/client/client.ts';

/** Nicknames that differ in nothing but capitals and such have one key. */
export function keyOf(nickname: string): string {
  return nickname.normalize('NFKC').toLowerCase();
}

let found: { nickname: string; online: readonly string[]; pattern: RegExp } | undefined;

/**
 * Finds where a message means this member, however the nickname's letters are put together; the mention is the first
 * group. `@An Lê` does not mean An while An Lê is online. The same object until it would find something else.
 */
export function mentionOf({ nickname = '', online }: Pick<ChatState, 'nickname' | 'online'>): RegExp {
  if (found?.nickname === nickname && found.online === online) return found.pattern;
  const source = sourceOf(nickname, online);
  const pattern = source === found?.pattern.source ? found.pattern : new RegExp(source, 'iu');
  found = { nickname, online, pattern };
  return pattern;
}

function sourceOf(nickname: string, online: readonly string[]): string {
  const key = keyOf(nickname);
  const longer = online.filter((name) => name.length > nickname.length && keyOf(name).startsWith(key));
  const others = longer.length === 0 ? '' : `(?!${longer.map(formsOf).join('|')})`;
  const end = String.raw`(?![\p{L}\p{M}\p{N}])`;
  return String.raw`(?<![\p{L}\p{N}])(@${others}(?:${formsOf(nickname)})${end})`;
}

function formsOf(name: string): string {
  const escaped = escapePattern(name);
  return `${escaped.normalize('NFC')}|${escaped.normalize('NFD')}`;
}

/** The source of a pattern that finds just this text. */
export function escapePattern(text: string): string {
  return text.replace(/[$()*+./?[\\\]^{|}]/g, String.raw`\$&`);
}
