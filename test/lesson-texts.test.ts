import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { expect, test } from 'vitest';
import { words as chatEn } from '../web/chat/en.ts';
import { words as chatVi } from '../web/chat/vi.ts';
import { en as guideEn } from '../web/lab/guide/en.ts';
import { vi as guideVi } from '../web/lab/guide/vi.ts';
import { en as shareEn } from '../web/lab/share/en.ts';
import { vi as shareVi } from '../web/lab/share/vi.ts';
import { en as whyEn } from '../web/lab/why/en.ts';
import { vi as whyVi } from '../web/lab/why/vi.ts';
import { dictionaries as labWords } from '../web/lab/words.ts';

const folder = new URL('../docs/lessons/', import.meta.url);
const files = readdirSync(folder).sort();
const lessons = [
  'README',
  ...files.filter((file) => /^\d-[a-z-]+\.md$/.test(file)).map((file) => file.slice(0, -3)),
];
const exercises = lessons.slice(1).map((lesson) => lesson.slice(2));
const texts = Object.fromEntries(files.map((file) => [file, readFileSync(new URL(file, folder), 'utf8')]));
const both = lessons.flatMap((lesson) => [`${lesson}.md`, `${lesson}.vi.md`]);

const textOf = (file: string) => `${texts[file]}`;
const all = (text: string, pattern: RegExp) => [...text.matchAll(pattern)].map(([, found]) => `${found}`);

const block = /^( *)```.*\n[\s\S]*?^\1```$/gm;
const blocksOf = (text: string) => [...text.matchAll(block)].map(([found]) => found);
const outside = (text: string) => text.replace(block, '');
const headingsOf = (text: string) => all(outside(text), /^(#+ .*)$/gm);
const rulesOf = (text: string) => all(text, /\[(P-[A-Z]+-\d+)\](?!:)/g).sort();
const definitionsOf = (text: string) => [...text.matchAll(/^\[(P-[A-Z]+-\d+)\]: (.+)$/gm)];
const targetsOf = (text: string) => [
  ...all(outside(text), /\]\(([^)]+)\)/g),
  ...definitionsOf(text).map(([, , target]) => `${target}`),
];

/** The anchors of a page: of its headings, as GitHub makes them, and its own. */
function anchorsOf(text: string): string[] {
  const titles = headingsOf(text).map((heading) => heading.replace(/^#+ /, '').toLowerCase());
  const slugs = titles.map((title) => title.replace(/[^\p{L}\p{M}\p{N} _-]/gu, '').replaceAll(' ', '-'));
  return [...slugs, ...all(text, /<a id="([^"]+)">/g)];
}

/** What a page of the protocol says under an anchor of its own or of a heading. */
function sectionOf(text: string, anchor: string): string {
  const sections = text.split(/^(?=<a id="|(?<!<\/a>\n\n)## )/m);
  return `${sections.find((section) => anchorsOf(section).includes(anchor))}`;
}

/** The words that a glossary explains, in its order. */
const wordsOf = (text: string) => all(text, /^\| (?!---)(.+?) \|/gm).slice(1);

/** All that a page can say without counting. */
function wordsIn(value: unknown): string[] {
  if (typeof value === 'string') return [value];
  return typeof value === 'object' && value !== null ? Object.values(value).flatMap(wordsIn) : [];
}

test('there are eight lessons, and each page is there in both languages', () => {
  expect(exercises).toHaveLength(8);
  expect(files).toEqual([...both, 'glossary.md', 'glossary.vi.md'].sort());
});

test('the glossary has the words of the lessons in both languages, and every page links to it', () => {
  const [english = [], vietnamese = []] = ['glossary.md', 'glossary.vi.md'].map((file) =>
    wordsOf(textOf(file)),
  );
  const named = [
    ...[
      'turn of the event loop',
      'NFKC',
      'lone surrogate',
      'fdatasync',
      'tag',
      'exit action',
      'guard',
      'actor',
    ],
    ...['statechart', 'dialect', 'ledger', 'room', 'claim'],
  ];
  expect(english).toEqual(expect.arrayContaining(named));
  expect(english).toEqual(english.toSorted((one, other) => one.localeCompare(other)));
  const originals = vietnamese.map((word) => /\((.+)\)/.exec(word)?.[1] ?? word);
  expect(originals.toSorted()).toEqual(
    english.map((word) => (word === 'arrow' ? 'mũi tên' : word)).toSorted(),
  );
  for (const file of both)
    expect(targetsOf(textOf(file))).toContain(file.endsWith('.vi.md') ? 'glossary.vi.md' : 'glossary.md');
});

test.each(lessons)('%s says the same in both languages: headings, steps, commands, code, rules', (lesson) => {
  const [english, vietnamese] = [textOf(`${lesson}.md`), textOf(`${lesson}.vi.md`)];
  const shapeOf = (text: string) => ({
    headings: headingsOf(text).map((heading) => heading.split(' ', 1)),
    blocks: blocksOf(text),
    rules: rulesOf(text),
    answers: all(text, /(<details>)/g).length,
    steps: all(outside(text), /^(\d\.)/gm),
    code: all(text, /(src\/[a-z/-]+\.ts|examples\/[a-z/-]+)/g).sort(),
  });
  expect(shapeOf(vietnamese)).toEqual(shapeOf(english));
});

test.each(both)('%s: every link leads to something', (file) => {
  const targets = targetsOf(textOf(file)).filter((target) => !/^https?:/.test(target));
  expect(targets).not.toEqual([]);
  const dead = targets.filter((target) => {
    const [path = '', anchor] = target.split('#');
    const url = new URL(path || file, folder);
    if (!existsSync(fileURLToPath(url))) return true;
    return anchor !== undefined && !anchorsOf(readFileSync(url, 'utf8')).includes(anchor);
  });
  expect(dead).toEqual([]);
});

test.each(both)('%s: every rule that it names is linked to the place where it stands', (file) => {
  const text = textOf(file);
  const definitions = definitionsOf(text);
  const known = definitions.map(([, rule]) => `${rule}`).sort();
  expect(known).toEqual([...new Set(rulesOf(text))]);
  const path = file.endsWith('.vi.md') ? '../protocol.vi.md' : '../protocol.md';
  const protocol = known.length > 0 ? readFileSync(new URL(path, folder), 'utf8') : '';
  for (const [, rule, target = ''] of definitions) {
    const [page, anchor = ''] = target.split('#');
    expect(page).toBe(path);
    expect(sectionOf(protocol, anchor)).toContain(`\n| ${rule} |`);
  }
});

test.each(both.slice(2))('%s: its excerpts stand in the code as it shows them, and are short', (file) => {
  const text = textOf(file);
  const sources = targetsOf(text).filter((target) => target.startsWith('../../src/'));
  const code = sources.map((source) => readFileSync(new URL(source, folder), 'utf8'));
  const excerpts = all(text, /^```ts\n([\s\S]*?)^```$/gm);
  expect(excerpts).not.toEqual([]);
  for (const excerpt of excerpts) {
    expect(
      code.some((source) => source.includes(`\n${excerpt}`)),
      excerpt,
    ).toBe(true);
    expect(excerpt.split('\n').length).toBeLessThanOrEqual(10);
  }
});

test.each(exercises)('%s: the lesson names its exercise, its test and its solution', (exercise) => {
  const [lesson] = files.filter((file) => file.endsWith(`-${exercise}.md`));
  for (const file of [`${lesson}`, `${lesson}`.replace('.md', '.vi.md')]) {
    expect(blocksOf(textOf(file)).at(-1)).toBe(`\`\`\`sh\nnpm run exercise ${exercise}\n\`\`\``);
    expect(targetsOf(textOf(file))).toContain(`../../examples/exercises/${exercise}.diff`);
  }
  expect(textOf('README.md')).toMatch(new RegExp(`(\`|npm run exercise )${exercise}\\b`));
});

test.each(both)('%s: its words in bold are on the pages', (file) => {
  const language = file.endsWith('.vi.md') ? 'vi' : 'en';
  // The commands are the same in both.
  const said = [
    ...wordsIn(labWords[language]),
    ...wordsIn({ en: [chatEn, guideEn, shareEn, whyEn], vi: [chatVi, guideVi, shareVi, whyVi] }[language]),
    'name',
    'get',
    'send',
  ];
  const labels = all(outside(textOf(file)), /\*\*([^*]+)\*\*/g).map((label) => label.replace(/\s+/g, ' '));
  expect(labels).not.toEqual([]);
  expect(labels.filter((label) => !said.includes(label))).toEqual([]);
});
