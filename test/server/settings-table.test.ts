import { readFileSync } from 'node:fs';
import { expect, test } from 'vitest';
import { readCommand } from '../../src/config.ts';
import { chatConfig, optionSettings } from '../../src/hosting/options.ts';
import { chatSettings, complete } from '../../src/hosting/settings.ts';

/** What `--help` says of each setting. */
function helped() {
  const command = readCommand(['--help'], {}, '');
  const text = command.type === 'print' ? command.text : '';
  const blocks = text.matchAll(/^ {2}--(\S+) {2}\((\w+)\)\n {6}(.*)\n {6}(.*); default: (.*)$/gm);
  return [...blocks].map(([, flag = '', variable, about = '', form = '', standard = '']) => {
    return { flag, variable, about, form, standard };
  });
}

test('options that a program does not set have their defaults, and the content limit that of the dialect', () => {
  expect(chatConfig({ port: 8000, maxName: 7 })).toEqual({
    host: '127.0.0.1',
    port: 8000,
    maxHistory: 1_073_741_824,
    dialect: 'documented',
    pingInterval: 5,
    resumeSeconds: 10,
    nicknameComparison: 'nickname',
    maxContent: 100,
    maxName: 7,
    maxPayload: 65_536,
    maxBuffered: 1_048_576,
    handshakeTimeout: 10,
    drain: 0,
    page: true,
    embedOrigins: '',
    showOwn: false,
    ledgerPrefix: 'chat',
    lease: 5,
    ledgerDurability: 'strict',
    maxGetBytes: 67_108_864,
    requireOrigin: false,
    trustProxy: 'loopback',
    maxConnections: 10_000,
    registerTimeout: 0,
    opsHost: '127.0.0.1',
  });
  expect(chatConfig({ dialect: 'published' }).maxContent).toBe(4000);
  expect(chatConfig({ dialect: 'published', maxContent: 5 }).maxContent).toBe(5);
});

test('a setting that is undefined counts as not set', () => {
  const given = { port: undefined, maxContent: undefined, page: undefined };
  expect(complete(chatSettings, given)).toEqual(complete(chatSettings, {}));
});

test.each([
  [{ prot: 5000 }, 'unknown option prot'],
  [{ toString: 1 }, 'unknown option toString'],
  [{ logLevel: 'info' }, 'unknown option logLevel'],
  [{ port: '5000' }, 'port must be a whole number from 0 to 65535, not "5000"'],
  [{ port: Number.NaN }, 'port must be a whole number from 0 to 65535, not null'],
  [{ resumeSeconds: 86_400.5 }, 'resumeSeconds must be a number from 0 to 86400, not 86400.5'],
  [{ dialect: null }, 'dialect must be one of documented, published, not null'],
  [{ page: 1 }, 'page must be true or false, not 1'],
  [{ data: '' }, 'data must be a non-empty string, not ""'],
  [{ data: 'a\0b' }, 'data must be a non-empty string, not "a\\u0000b"'],
])('with %j no chat starts: %s', (given, message) => {
  expect(() => complete(chatSettings, given)).toThrow(
    expect.objectContaining({ code: 'CONFIG_INVALID', message }),
  );
});

test('--help tells of itself and --version, and that a switch takes no value and how it is turned off', () => {
  const command = readCommand(['-h'], {}, '');
  expect(command).toMatchObject({ type: 'print', text: expect.stringMatching(/^ {2}-h, --help\n {6}\S/m) });
  expect(command).toMatchObject({ text: expect.stringMatching(/^ {2}-v, --version\n {6}\S/m) });
  const switches = helped().filter(({ form }) => form.startsWith('takes no value'));
  expect(switches.map(({ flag, standard }) => [flag, standard])).toEqual([
    ['page', 'true'],
    ['show-own', 'false'],
    ['require-origin', 'false'],
    ['log-content', 'false'],
    ['inspect', 'false'],
    ['inspect-content', 'false'],
  ]);
  for (const { flag, variable, form, standard } of switches) {
    expect(form).toBe(`takes no value, --no-${flag} turns it off; ${variable} is true or false`);
    for (const [args, value] of [[[`--${flag}`], true] as const, [[`--no-${flag}`], false] as const]) {
      const env = { [`${variable}`]: `${!value}` };
      expect(readCommand(args, env, '')).toMatchObject({ config: { [nameOf(flag)]: value } });
    }
    expect(readCommand([], {}, '')).toMatchObject({ config: { [nameOf(flag)]: standard === 'true' } });
  }
});

test('the variable of a switch is true, 1, false or 0, and nothing else', () => {
  for (const [value, page] of Object.entries({ true: true, 1: true, false: false, 0: false }))
    expect(readCommand([], { PAGE: value }, '')).toMatchObject({ config: { page } });
  for (const bad of ['TRUE', 'yes', 'on', '2', ' true', 'toString'])
    expect(() => readCommand([], { PAGE: bad }, '')).toThrow(`PAGE must be true or false, not "${bad}"`);
});

test('npm’s own variable COLOR, which it sets for `npm start`, is no setting', () => {
  for (const COLOR of ['0', '1']) expect(readCommand([], { COLOR }, '')).toMatchObject({ type: 'run' });
  const { type, ...rest } = readCommand([], { CHAT_COLOR: '#0d6f7a' }, '');
  expect([type, rest]).toMatchObject(['run', { config: { color: '#0d6f7a' } }]);
});

/** The numbers and the code in a text that is translated. */
const constantsOf = (text = '') => text.match(/`[^`]+`|[\d.]+(?![^`]*`)/g) ?? [];

test('the README in Vietnamese lists the same settings with the same defaults and ranges', () => {
  const [english, vietnamese] = ['README.md', 'README.vi.md'].map((name) => {
    const readme = readFileSync(new URL(`../../${name}`, import.meta.url), 'utf8');
    const cells = /^\| (`--[^|]*) \| (`[A-Z_]+`) \| (.*?) \| (.*?) \| .* \|$/gm;
    return [...readme.matchAll(cells)].map(([, flag, variable, standard, range]) => {
      return { flag, variable, standard: constantsOf(standard), range: constantsOf(range) };
    });
  });
  expect(english).toHaveLength(helped().length);
  expect(vietnamese).toEqual(english);
});

test('the README lists the settings of --help: flags, variables, defaults and ranges, in this order', () => {
  const readme = readFileSync(new URL('../../README.md', import.meta.url), 'utf8');
  const cells = /^\| `--([\w-]+)`.*? \| `([A-Z_]+)` \| (.*?) \| (.*?) \| .* \|$/gm;
  const rows = [...readme.matchAll(cells)].map((row) => row.map((cell) => cell.replaceAll('`', '')));
  const settings = helped();
  expect(rows.map(([, flag, variable, standard]) => [flag, variable, standard])).toEqual(
    settings.map(({ flag, variable, standard }) => [flag, variable, standard]),
  );
  for (const [index, { flag, form }] of settings.entries()) {
    const [, range = ''] =
      /(?:number from|size from|one of) (.*?)(?: bytes, such as 16KiB)?$/.exec(form) ?? [];
    expect(rows[index]?.[4], flag).toContain(range);
  }
});

test('an editor shows what --help says: the types that are built keep a doc comment on each option', () => {
  const types = [
    'hosting/settings',
    'hosting/keep-settings',
    'hosting/ledger-settings',
    'hosting/limits',
    'hosting/admission-settings',
    'hosting/keys',
    'hosting/tls',
    'hosting/operations',
    'moderation/settings',
  ]
    .map((name) => readFileSync(new URL(`../../dist/${name}.d.ts`, import.meta.url), 'utf8'))
    .join('');
  const comments = new Map<string, string>();
  for (const [, comment = '', name = ''] of types.matchAll(
    /\/\*\*((?:(?!\*\/)[\s\S])*)\*\/\s+(\w+): (?:z|import\("zod"\))\./g,
  ))
    comments.set(name, comment.replace(/\n\s+\*|`|(?<=\d),(?=\d{3})/g, '').trim());
  expect([...comments.keys()]).toEqual(Object.keys(optionSettings));
  for (const { flag, about, standard } of helped().filter(({ flag }) => comments.has(nameOf(flag)))) {
    const comment = comments.get(nameOf(flag));
    expect(comment?.toLowerCase().startsWith(about.toLowerCase()), comment).toBe(true);
    expect(comment?.endsWith(` Default ${standard}.`), comment).toBe(true);
  }
});

const nameOf = (flag: string) => flag.replace(/-(\w)/g, (_, letter: string) => letter.toUpperCase());
