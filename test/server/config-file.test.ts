import { readFileSync } from 'node:fs';
import { mkdir, writeFile } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { expect, test } from 'vitest';
import { readCommand, readConfig } from '../../src/config.ts';
import { configAsJson, configAsText } from '../../src/hosting/config-print.ts';
import { rowsOf } from '../../src/hosting/rows.ts';
import { chatSettings, complete, text } from '../../src/hosting/settings.ts';
import { newMember } from '../helpers/client.ts';
import { newProcess } from '../helpers/process.ts';
import { newFolder } from '../helpers/server.ts';

/** Writes a config file. Resolves to its path. */
async function newFile(content: unknown): Promise<string> {
  const path = join(await newFolder(), 'chat.json');
  await writeFile(path, typeof content === 'string' ? content : JSON.stringify(content));
  return path;
}

/** What a command prints. */
function printed(argv: string[], env: NodeJS.ProcessEnv = {}): string {
  const command = readCommand(argv, env, '');
  if (command.type !== 'print') throw new Error(`it is ${command.type}`);
  return command.text;
}

type Shown = Record<string, { value: unknown; source: string; name?: string }>;
const shown = (argv: string[], env?: NodeJS.ProcessEnv): Shown =>
  JSON.parse(printed(['config', 'print', '--json', ...argv], env));

test('a flag wins over the environment, that over the config file, and that over the default', async () => {
  const path = await newFile({ $schema: 'any', maxName: 3, maxContent: 3, pingInterval: 3, page: false });
  const env = { CHAT_CONFIG: path, MAX_NAME: '2', MAX_CONTENT: '2' };
  const argv = ['--max-name', '1'];
  const expected = { maxName: 1, maxContent: 2, pingInterval: 3, page: false, maxPayload: 65_536 };
  expect(readConfig(argv, env)).toMatchObject(expected);
  expect(readCommand(argv, env, '')).toMatchObject({ type: 'run', config: expected });
  expect(shown(argv, env)).toMatchObject({
    config: { value: path, source: 'variable', name: 'CHAT_CONFIG' },
    maxName: { value: 1, source: 'flag', name: '--max-name' },
    maxContent: { value: 2, source: 'variable', name: 'MAX_CONTENT' },
    pingInterval: { value: 3, source: 'file', name: path },
    page: { value: false, source: 'file', name: path },
    maxPayload: { value: 65_536, source: 'default' },
    color: { value: null, source: 'default' },
  });
  const other = await newFile({ pingInterval: 4 });
  expect(readConfig(['--config', other], env)).toMatchObject({ pingInterval: 4, page: true });
});

test('the config file can be read again, and then holds what it holds now', async () => {
  const path = await newFile({ maxName: 3 });
  const argv = ['--config', path];
  expect(readConfig(argv, {})).toMatchObject({ maxName: 3 });
  await writeFile(path, '{"maxName": 4}');
  expect(readConfig(argv, {})).toMatchObject({ maxName: 4 });
});

test('a config file may begin with a byte order mark, and give sizes with a unit', async () => {
  const path = await newFile('\uFEFF{"maxHistory": "2MiB", "maxGetBytes": 5}\r\n');
  expect(readConfig(['--config', path], {})).toMatchObject({ maxHistory: 2 ** 21, maxGetBytes: 5 });
});

test('a relative path in the config file is relative to the folder of that file, elsewhere to where one is', async () => {
  const path = await newFile({ data: 'db/chat.json' });
  const config = ['--config', path];
  expect(readConfig(config, {})).toMatchObject({ data: join(dirname(path), 'db/chat.json') });
  expect(readConfig([...config, '--data', 'db/chat.json'], {})).toMatchObject({ data: 'db/chat.json' });
  expect(readConfig(['--config', await newFile({})], {})).toMatchObject({ data: undefined });
  const absolute = await newFile({ data: '/srv/chat.json' });
  expect(readConfig(['--config', absolute], {})).toMatchObject({ data: '/srv/chat.json' });
});

test('a server is run by its config file, and keeps its data beside it', async () => {
  const path = await newFile({ port: 0, data: 'data.json', log: 'silent', dialect: 'published' });
  const server = newProcess(['--config', path]);
  const an = await newMember(await server.url(), 'An');
  expect(await an.ask({ data: 'send', content: 'x'.repeat(4000) })).toMatchObject({ status: true });
  expect(JSON.parse(readFileSync(join(dirname(path), 'data.json'), 'utf8'))).toHaveLength(1);
});

test.each([
  ['{"prot": 1}', ': unknown key "prot"; did you mean port?'],
  ['{"max-content": 1}', ': unknown key "max-content"; did you mean maxContent?'],
  ['{"DATA_FILE": "x"}', ': unknown key "DATA_FILE"; did you mean data?'],
  ['{"maxContents": 1}', ': unknown key "maxContents"; did you mean maxContent?'],
  ['{"redis": 1}', ': unknown key "redis"'],
  ['{"config": "x"}', ': unknown key "config"'],
  ['{"__proto__": 1}', ': unknown key "__proto__"'],
  ['{"a\\nb": 1}', ': unknown key "a\\nb"'],
  ['{"port": "8000"}', ': port must be a whole number from 0 to 65535, not "8000"'],
  ['{"page": "true"}', ': page must be true or false, not "true"'],
  ['{"dialect": null}', ': dialect must be one of documented, published, not null'],
  ['{"data": ["x"]}', ': data must be a non-empty string, not ["x"]'],
  ['{"data": ""}', ': data must be a non-empty string, not ""'],
  ['{"title": {"en": "x"}}', ': title must be 1 to 80 characters, not {"en":"x"}'],
  ['[]', ' must contain an object, such as {"port": 5000}'],
  ['"port"', ' must contain an object, such as {"port": 5000}'],
  ['null', ' must contain an object, such as {"port": 5000}'],
])('the config file %j is refused: file%s', async (content, message) => {
  const path = await newFile(content);
  expect(() => readConfig(['--config', path], {})).toThrow(
    expect.objectContaining({ code: 'CONFIG_INVALID', message: `${path}${message}` }),
  );
});

test.each([
  ['', 1, 1, 'a value is missing here'],
  ['{\n  "port": 8000,\n}', 3, 1, 'a key in double quotes is missing here'],
  ['{\r\n\t"port" 8000}', 2, 9, 'a colon is missing here'],
  ['{"port": 8000 "page": true}', 1, 15, 'a comma is missing here, or the end'],
  ["{'port': 8000}", 1, 2, 'this is not JSON'],
  ['{"port": 8000} {', 1, 16, 'the text should have ended before this'],
  ['{"port": 8000', 1, 14, 'a } is missing here'],
  ['{\n  // my chat\n}', 2, 3, 'comments are not allowed'],
  ['{"port": 08000}', 1, 11, 'a comma is missing here, or the end'],
  ['{"page": yes}', 1, 10, 'this is not JSON'],
  ['{"page": [true,]}', 1, 16, 'a value is missing here'],
  ['{"title": "two\nlines"}', 1, 11, 'a text in quotes must end in the same line'],
  ['{"title": "\\x"}', 1, 11, 'a backslash is followed by what it cannot escape'],
  ['{"title": "\\u12"}', 1, 11, 'after \\u there must be four hexadecimal digits'],
  ['{"title": "open}', 1, 11, 'a text in quotes must end in the same line'],
  ['{"port": 1,\n "port": 2}', 2, 2, 'the key "port" stands here again'],
  ['{"page": {"a": [{"b": 1, "b": 2}]}}', 1, 26, 'the key "b" stands here again'],
])('invalid JSON is told with line and column: %j', async (content, line, column, message) => {
  const path = await newFile(content);
  expect(() => readConfig(['--config', path], {})).toThrow(
    expect.objectContaining({
      code: 'CONFIG_INVALID',
      message: `${path}, line ${line}, column ${column}: ${message}`,
    }),
  );
});

test('whatever JSON.parse takes is read alike, and what it refuses is refused', async () => {
  const taken = ['-0.5e+3', '1E2', '"\\u00e9\\"\\\\\\/"', '[]', '[1, [2]]', '{"a": {"b": null}}', 'false'];
  const refused = ['-', '.5', '1.', '1e', '+1', 'NaN', 'undefined', '"\t"', '[,]', '{"a"}', '{1: 2}', 'nul'];
  const said = async (value: string) => {
    const path = await newFile(`{"title": ${value}}`);
    try {
      readConfig(['--config', path], {});
      return 'taken';
    } catch (error) {
      return (error as Error).message.slice(path.length);
    }
  };
  for (const value of taken.filter((one) => !one.startsWith('"')))
    expect(await said(value)).toBe(
      `: title must be 1 to 80 characters, not ${JSON.stringify(JSON.parse(value))}`,
    );
  expect(await said('"\\u00e9\\"\\\\\\/"')).toBe('taken');
  for (const value of refused) {
    expect(() => JSON.parse(`{"title": ${value}}`)).toThrow();
    expect(await said(value), value).toMatch(/^, line 1, column \d+: /);
  }
});

test('a config file that cannot be read is one line', async () => {
  const folder = await newFolder();
  for (const [path, why] of [
    [join(folder, 'none.json'), 'no such file or directory (ENOENT)'],
    [folder, 'it is not a regular file'],
    ['/dev/zero', 'it is not a regular file'],
  ] as const) {
    const server = newProcess([], { env: { CHAT_CONFIG: path } });
    expect(await server.exited).toEqual({ code: 1, signal: null });
    expect(server.stderr).toBe(`cannot read ${path}: ${why}\n`);
  }
  expect(() => readConfig(['--config='], {})).toThrow('--config must be a path, not ""');
});

test('config print shows each setting in a line of its own, with its value and where that comes from', async () => {
  const path = await newFile({ title: 'My chat', maxHistory: '1KiB' });
  const lines = printed(['config', 'print', '--config', path, '--no-page'], { LOG_LEVEL: 'warn' }).split(
    '\n',
  );
  const cells = Object.fromEntries(
    lines.map((line) => line.split(/ {2,}/)).map(([name, ...rest]) => [name, rest]),
  );
  expect(Object.keys(cells)).toEqual(Object.keys(shown([])));
  expect(cells).toMatchObject({
    title: ['"My chat"', `file ${path}`],
    maxHistory: ['1024', `file ${path}`],
    page: ['false', 'flag --no-page'],
    logLevel: ['warn', 'variable LOG_LEVEL'],
    host: ['127.0.0.1', 'default'],
    color: ['none', 'default'],
    maxContent: ['100, in the published dialect 4000', 'default'],
  });
  const starts = lines.map((line) => line.search(/ (?:default|(?:flag|variable|file) \S+)$/));
  expect(new Set(starts).size).toBe(1);
});

test('config print refuses what a start would refuse, and reads nothing else', async () => {
  const server = newProcess(['config', 'print', '--port=x', '--data', '/nowhere/data.json']);
  expect(await server.exited).toEqual({ code: 1, signal: null });
  expect(server.stderr).toBe('--port must be a whole number from 0 to 65535, not "x"\n');
  expect(printed(['config', 'print', '--help'])).toBe(printed(['--help']));
  for (const argv of [['config'], ['config', 'show'], ['config', 'schema', '--json']])
    expect(() => readCommand(argv, {}, '')).toThrow(
      'config takes print or schema (--help lists the options)',
    );
  expect(() => readCommand(['--json'], {}, '')).toThrow("Unknown option '--json'");
});

test('a password in a URL is never shown: not by config print, not where a value is refused', () => {
  const url = 'redis://chat:s3:c@ret@db.example:6379/0';
  const [row] = rowsOf({ store: text.optional() });
  if (row === undefined) throw new Error('no row');
  const effective = [{ row, value: url, source: { kind: 'variable', name: 'STORE' } as const }];
  expect(configAsText(effective)).toBe('store  redis://chat:***@db.example:6379/0  variable STORE');
  expect(JSON.parse(configAsJson(effective))).toMatchObject({
    store: { value: 'redis://chat:***@db.example:6379/0' },
  });
  expect(() => complete(chatSettings, { embedOrigins: 'https://me:s3cret@a.example' })).toThrow(
    expect.objectContaining({ message: expect.stringContaining('not "https://me:***@a.example"') }),
  );
  const harmless = 'https://a.example:80 https://b.example:81/@x';
  expect(configAsText([{ row, value: harmless, source: { kind: 'default' } }])).toContain(harmless);
});

const schemaFile = new URL('../../docs/config.schema.json', import.meta.url);

test('docs/config.schema.json is what config schema prints', async () => {
  const server = newProcess(['config', 'schema']);
  expect(await server.exited).toEqual({ code: 0, signal: null });
  expect(readFileSync(schemaFile, 'utf8')).toBe(`${server.lines.join('\n')}\n`);
});

type Form = {
  type?: string;
  enum?: unknown[];
  minimum?: number;
  maximum?: number;
  pattern?: string;
  anyOf?: Form[];
  default?: unknown;
  description?: string;
};

/** Whether a value has the form, for the few keywords that the schema uses. */
function fits(value: unknown, form: Form): boolean {
  if (form.anyOf !== undefined) return form.anyOf.some((one) => fits(value, one));
  const isNumber = typeof value === 'number';
  if (form.type === 'integer' ? !Number.isInteger(value) : typeof value !== form.type) return false;
  if (isNumber && (value < (form.minimum ?? value) || value > (form.maximum ?? value))) return false;
  if (form.pattern !== undefined && !new RegExp(form.pattern, 'u').test(`${value}`)) return false;
  return form.enum?.includes(value) ?? true;
}

test('the JSON Schema takes what the server takes, and refuses what it refuses', async () => {
  const schema = JSON.parse(readFileSync(schemaFile, 'utf8'));
  const { $schema, ...properties }: Record<string, Form> = schema.properties;
  expect($schema).toMatchObject({ type: 'string' });
  expect(schema).toMatchObject({
    $schema: 'https://json-schema.org/draft/2020-12/schema',
    additionalProperties: false,
  });
  expect(Object.keys(properties)).toEqual(Object.keys(shown([])).filter((name) => name !== 'config'));
  const samples = [
    true,
    0,
    1,
    1.5,
    -1,
    64,
    5000,
    1e9,
    '',
    'x',
    'en',
    'json',
    '#0D6F7A',
    '1KiB',
    '2 KiB',
    'error',
  ];
  const origins = ['*', 'https://a.example', 'a.example'];
  await mkdir(join(await newFolder(), 'x'));
  for (const [name, form] of Object.entries(properties)) {
    expect(form.description, name).toMatch(/\S/);
    for (const value of [...samples, ...origins]) {
      const path = await newFile({ [name]: value });
      const take = () => readConfig(['--config', path], {});
      if (fits(value, form)) expect(take, `${name} ${value}`).not.toThrow();
      else expect(take, `${name} ${value}`).toThrow(`${path}: ${name} must be`);
    }
    if (form.default !== undefined) expect(fits(form.default, form), name).toBe(true);
  }
});
