import { existsSync, readFileSync } from 'node:fs';
import { expect, test } from 'vitest';
import { readCommand } from '../src/config.ts';
import { reasons } from '../src/hosting/refusals.ts';
import { runIn } from './helpers/data.ts';

const root = new URL('../', import.meta.url);
const read = (path: string) => readFileSync(new URL(path, root), 'utf8');
const all = (text: string, pattern: RegExp) => [...text.matchAll(pattern)].map(([, found]) => `${found}`);

const guides = ['docs/operations', 'docs/scaling', 'SECURITY'].flatMap((name) => [
  `${name}.md`,
  `${name}.vi.md`,
]);
const documents = ['README.md', 'README.vi.md', ...guides];

const block = /^ *```.*\n[\s\S]*?^ *```$/gm;
const prose = (text: string) => text.replace(block, '');

/** The default of each setting, by its flag, as `--help` has it. */
const help = readCommand(['--help'], {}, '');
const defaults = new Map(
  [...(help.type === 'print' ? help.text : '').matchAll(/^ {2}--(\S+) {2}\(.*\n.*\n.*default: (.*)$/gm)].map(
    ([, flag, standard]) => [`${flag}`, `${standard}`],
  ),
);

/** The anchors that GitHub makes of headings, and those that are written out. */
function anchorsOf(path: string): string[] {
  const text = prose(read(path));
  const headings = all(text, /^#+ (.*)$/gm).map((heading) =>
    heading
      .toLowerCase()
      .replace(/[^\p{L}\p{M}\p{N} _-]/gu, '')
      .replaceAll(' ', '-'),
  );
  return [...headings, ...all(text, /<a id="([^"]+)">/g)];
}

test.each(documents)('the links of %s lead to files and headings that there are', (file) => {
  const links = all(prose(read(file)), /\]\(([^)\s]+)\)/g).filter((link) => !/^https?:/.test(link));
  expect(links).not.toEqual([]);
  const broken = links.filter((link) => {
    const { pathname, hash } = new URL(link, new URL(file, root));
    if (!existsSync(new URL(pathname, root))) return true;
    return hash !== '' && !anchorsOf(pathname.slice(root.pathname.length)).includes(decodeURI(hash.slice(1)));
  });
  expect(broken).toEqual([]);
});

test.each(documents)('the files of the clone that %s names exist', (file) => {
  const paths = all(read(file), /(?<![\w/.$-])((?:bench|deploy|docs|examples|test)\/[\w.*/@-]*[\w*])/g);
  expect(paths).not.toEqual([]);
  expect(paths.filter((path) => !path.includes('*') && !existsSync(new URL(path, root)))).toEqual([]);
});

/** Flags of other commands: `config print`, the doctor, `data`, `admin`, a benchmark, redis-check-aof. */
const { printed: dataHelp } = await runIn(['--help']);
const adminFlags = ['for', 'reason', 'address', 'pattern', 'last', 'ops', 'token-file'];
const others = new Set([
  'json',
  'quick',
  'bare',
  'fix',
  ...adminFlags,
  ...all(dataHelp.join(), /--([a-z-]+)/g),
]);

test.each(guides)('the settings that %s names are settings', (file) => {
  const flags = all(prose(read(file)), /--([a-z][a-z-]+)/g).filter((flag) => !others.has(flag));
  expect(flags).not.toEqual([]);
  expect(flags.filter((flag) => !defaults.has(flag))).toEqual([]);
});

test.each(guides.slice(0, 2))('the limits in %s have the defaults that --help says', (file) => {
  const rows = [...read(file).matchAll(/^\| (`--[^|]*) \| ((?:`[^`]*`|[^|`])*) \|.*\|$/gm)];
  const limits = rows.filter(([, , said]) => /^\d/.test(`${said}`));
  expect(limits.length).toBeGreaterThan(10);
  for (const [, flags, said] of limits)
    for (const flag of all(`${flags}`, /--([a-z-]+)/g))
      expect(said, flag).toContain(defaults.get(flag)?.replace(/,.*/, ''));
});

test.each(guides.slice(0, 2))('%s explains each reason for which a handshake is refused', (file) => {
  const explained = all(read(file), /^\| [^|]* \| `([a-z]+)` \|/gm);
  expect(explained.toSorted()).toEqual(reasons.toSorted());
});

test.each(['SECURITY.md', 'SECURITY.vi.md'])('each threat in %s has a test', (file) => {
  const rows = all(read(file), /^(\|.*\|)$/gm).filter((row) => !/ (?:test|---) \|$/.test(row));
  expect(rows.length).toBeGreaterThan(30);
  expect(rows.filter((row) => !/`test\/[\w./-]+\.test\.ts` \|$/.test(row))).toEqual([]);
});
