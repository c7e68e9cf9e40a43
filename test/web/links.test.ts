import { expect, test } from 'vitest';
import { splitLinks } from '../../web/chat/links.ts';

const linksOf = (text: string) => splitLinks(text).filter(({ href }) => href !== undefined);

test('an address with a user in it is no link: what stands before the @ reads as if it were the host', () => {
  expect(linksOf('https://bank.example@evil.example/')).toEqual([]);
  expect(linksOf('https://:secret@evil.example/')).toEqual([]);
  expect(linksOf('https://evil.example/@bank.example')).toHaveLength(1);
});

test.each([
  ['a Hangul filler', '\u3164'],
  ['a combining grapheme joiner', '\u034f'],
  ['a variation selector', '\ufe0f'],
  ['a zero-width space', '\u200b'],
  ['an empty Braille pattern', '\u2800'],
])('a link ends before an invisible character: %s', (_, unseen) => {
  expect(linksOf(`https://a.example/b${unseen}c`).map(({ text }) => text)).toEqual(['https://a.example/b']);
});

test('nothing of a text is lost, and punctuation stays with the sentence', () => {
  const text = 'xem (https://a.example/b_(c)), và https://b.example.';
  expect(
    splitLinks(text)
      .map((piece) => piece.text)
      .join(''),
  ).toBe(text);
  expect(linksOf(text).map((link) => link.text)).toEqual(['https://a.example/b_(c)', 'https://b.example']);
});

test.each([
  ['www.example.com', 'https://www.example.com/'],
  ['WWW.Example.com/a?b#c', 'https://www.example.com/a?b#c'],
  ['an.le+chat@mail.example.vn', 'mailto:an.le+chat@mail.example.vn'],
  ['bình@ví-dụ.vn', 'mailto:bình@ví-dụ.vn'],
])('%s is a link to %s, without the sentence around it', (text, href) => {
  expect(linksOf(`(${text}), nhé`)).toEqual([{ text, href: new URL(href).href }]);
});

test.each([
  'www.',
  'www..com',
  'www.example',
  'xwww.example.com',
  'a@b',
  '@an.example',
  'a@b.c',
  'a@b@c.example',
  'javascript:alert(1)',
])('%s is no link', (text) => {
  expect(linksOf(text)).toEqual([]);
});

test('a text of one long word is read at once', () => {
  for (const long of [
    'a'.repeat(200_000),
    'a.'.repeat(100_000),
    `${'a'.repeat(64)}@`.repeat(3000),
    '_a'.repeat(100_000),
  ])
    expect(linksOf(long)).toEqual([]);
});
