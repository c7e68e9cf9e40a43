import type { Shape } from './drawing.ts';

/** Elements with each part on a line of its own. */
const spread = ['svg', 'testsuites', 'testsuite'];

/** A shape as XML. Characters that XML cannot hold become U+FFFD. */
export function xmlOf({ tag, attributes, children }: Shape): string {
  const pairs = Object.entries(attributes).filter(([, value]) => value !== undefined);
  const start = [tag, ...pairs.map(([name, value]) => `${name}="${escaped(`${value}`)}"`)].join(' ');
  if (children.length === 0) return `<${start}/>`;
  const inner = children.map((child) => (typeof child === 'string' ? escaped(child) : xmlOf(child)));
  return spread.includes(tag)
    ? `<${start}>\n${inner.join('\n')}\n</${tag}>`
    : `<${start}>${inner.join('')}</${tag}>`;
}

const entities: Record<string, string> = { '&': '&amp;', '<': '&lt;', '>': '&gt;', '"': '&quot;' };
/** https://www.w3.org/TR/xml/#charsets */
const forbidden = /[^\t\n\r\u{20}-\u{d7ff}\u{e000}-\u{fffd}\u{10000}-\u{10ffff}]/gu;

const escaped = (text: string) =>
  text.replace(/[&<>"]/g, (character) => entities[character] ?? '').replace(forbidden, '\ufffd');
