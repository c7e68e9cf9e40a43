import { visit } from './syntax.ts';

/**
 * The names of members that may be shortened: those of several words, in this code, that are neither in a text nor among
 * `words`, the words that mean something outside of it.
 */
export function ownNames(code: string, words: ReadonlySet<string>): string[] {
  const names = new Set<string>();
  const texts = new Set<string>();
  const read = (text: string) => {
    for (const word of wordsOf(text)) texts.add(word);
  };
  visit(
    code,
    (name, role) => {
      if (role !== 'variable' && /^(?:_[a-z]|[a-z]+[A-Z])/.test(name)) names.add(name);
    },
    {
      Literal: ({ value }) => {
        if (typeof value === 'string') read(value);
      },
      TemplateElement: ({ value }) => read(value.raw),
    },
  );
  return [...names].filter((name) => !texts.has(name) && !words.has(name));
}

export const wordsOf = (text: string): readonly string[] => text.match(/[\w$]+/g) ?? [];
