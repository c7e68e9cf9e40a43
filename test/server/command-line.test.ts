import { once } from 'node:events';
import { readFileSync, writeFileSync } from 'node:fs';
import { createServer } from 'node:net';
import { join } from 'node:path';
import { expect, onTestFinished, test } from 'vitest';
import { readCommand } from '../../src/config.ts';
import { newProcess, type ServerProcess } from '../helpers/process.ts';
import { newFolder } from '../helpers/server.ts';

/** It must end with 1 and one line, and that line is returned. */
async function refusalOf(server: ServerProcess): Promise<string> {
  expect(await server.exited).toEqual({ code: 1, signal: null });
  expect(server.lines).toEqual([]);
  expect(server.stderr).toMatch(/^[^\n]+\n$/);
  return server.stderr.trimEnd();
}

const rows: [string, string, string, unknown][] = [
  ['--port', 'PORT', 'a whole number from 0 to 65535', '65536'],
  ['--dialect', 'DIALECT', 'one of documented, published', 'python'],
  ['--ping-interval', 'PING_INTERVAL', 'a number from 0.05 to 86400', '0'],
  ['--resume-seconds', 'RESUME_SECONDS', 'a number from 0 to 86400', '-1'],
  ['--nickname-comparison', 'NICKNAME_COMPARISON', 'one of nickname, exact', 'Exact'],
  ['--max-content', 'MAX_CONTENT', 'a whole number from 1 to 1000000', '0'],
  ['--max-name', 'MAX_NAME', 'a whole number from 1 to 10000', '1.5'],
  ['--max-payload', 'MAX_PAYLOAD', 'a whole number from 64 to 16777216', '64k'],
  ['--max-buffered', 'MAX_BUFFERED', 'a whole number from 1024 to 1073741824', '-1'],
  ['--handshake-timeout', 'HANDSHAKE_TIMEOUT', 'a number from 0.1 to 3600', '0.09'],
  ['--log', 'LOG', 'one of pretty, json, silent', 'loud'],
  ['--log-level', 'LOG_LEVEL', 'one of debug, info, warn, error', 'trace'],
  ['--lang', 'CHAT_LANG', 'one of en, vi', 'fr'],
];

const shown = (value: unknown) => (/^-?\d+(\.\d+)?$/.test(String(value)) ? value : JSON.stringify(value));

test.each(rows)('a bad %s is one line that names it and its range, and so is a bad %s', async (...row) => {
  const [flag, variable, range, bad] = row;
  const [byFlag, byVariable] = await Promise.all([
    refusalOf(newProcess([`${flag}=${bad}`])),
    refusalOf(newProcess([], { env: { [variable]: `${bad}` } })),
  ]);
  expect(byFlag).toBe(`${flag} must be ${range}, not ${shown(bad)}`);
  expect(byVariable).toBe(`${variable} must be ${range}, not ${shown(bad)}`);
});

test.each(rows.filter(([, , range]) => range.includes('number')))(
  '%s and %s take both ends of their range and nothing beyond',
  (flag, variable, range) => {
    const [, least, most] = /from (\S+) to (\S+)/.exec(range) ?? [];
    for (const end of [least, most]) {
      expect(readCommand([`${flag}=${end}`], {}, '').type).toBe('run');
      expect(readCommand([], { [variable]: end }, '').type).toBe('run');
    }
    const beyond = [Number(least) - 0.01, Number(most) + 0.01, Number(least) - 1, Number(most) + 1];
    for (const bad of [...beyond, 'NaN', 'Infinity', '0x40', '1e3', '1_000', ' 70', '70 ', '٧٠'])
      expect(() => readCommand([`${flag}=${bad}`], {}, ''), `${bad}`).toThrow(`${flag} must be ${range}`);
  },
);

test('a bad LOG_CONTENT and an empty flag are one line; an empty variable is none', async () => {
  expect(await refusalOf(newProcess([], { env: { LOG_CONTENT: 'yes' } }))).toBe(
    'LOG_CONTENT must be true or false, not "yes"',
  );
  for (const flag of ['--host', '--data', '--port'])
    expect(await refusalOf(newProcess([`${flag}=`]))).toMatch(`${flag} must be a`);
  const dataFile = join(await newFolder(), 'data.json');
  await newProcess(['--data', dataFile], { env: { PORT: '0', HOST: '', MAX_NAME: '' } }).url();
});

test.each([
  [['--prot', '5000'], "'--prot'"],
  [['--port.number=1'], "'--port.number'"],
  [['data.json'], "'data.json'"],
  [['./db/data.json'], "'./db/data.json'"],
  [['start'], "'start'"],
  [['--port'], "'--port <value>'"],
  [['--port', '--log', 'json'], "'--port'"],
  [['--port', '-1'], "'--port'"],
  [['--log-content=maybe'], "'--log-content'"],
  [['-x'], "'-x'"],
  [['--'], undefined],
  [['--', 'data.json'], "'data.json'"],
])('%j is answered with one line that says what is wrong', async (args, named) => {
  if (named === undefined) {
    const dataFile = join(await newFolder(), 'data.json');
    await newProcess(['--port=0', `--data=${dataFile}`, ...args]).url();
    return;
  }
  const line = await refusalOf(newProcess(args));
  expect(line).toContain(named);
  expect(line).toContain('--help');
});

test('--help names every flag and variable with its unit, range and default, and starts nothing', async () => {
  const server = newProcess(['--help', '--data', '/nowhere']);
  expect(await server.exited).toEqual({ code: 0, signal: null });
  expect(server.stderr).toBe('');
  const help = server.lines.join('\n');
  for (const [flag, variable, range] of rows) {
    expect(help).toContain(`${flag}  (${variable})`);
    expect(help).toContain(`${range}; default: `);
  }
  for (const other of ['--host  (HOST)', '--data  (DATA_FILE)', '--log-content  (LOG_CONTENT)'])
    expect(help).toContain(other);
  const byFlag = (flag: string) => help.split(`  --${flag}  `)[1]?.split('\n  --')[0];
  expect(byFlag('host')).toContain('default: 127.0.0.1');
  expect(byFlag('port')).toContain('default: 5000');
  expect(byFlag('data')).toContain('default: db/data.json');
  expect(byFlag('dialect')).toContain('default: documented');
  expect(byFlag('ping-interval')).toMatch(/seconds[\s\S]*default: 5$/);
  expect(byFlag('resume-seconds')).toMatch(/seconds[\s\S]*default: 10$/);
  expect(byFlag('max-content')).toMatch(/characters[\s\S]*default: 100, in the published dialect 4000/);
  expect(byFlag('max-name')).toMatch(/characters[\s\S]*default: 100$/);
  expect(byFlag('max-payload')).toMatch(/bytes[\s\S]*1009[\s\S]*default: 65536$/);
  expect(byFlag('max-buffered')).toMatch(/bytes[\s\S]*1013[\s\S]*default: 1048576$/);
  expect(byFlag('handshake-timeout')).toMatch(/seconds[\s\S]*default: 10$/);
});

test('--version prints the version of the package', async () => {
  const { version } = JSON.parse(readFileSync(new URL('../../package.json', import.meta.url), 'utf8'));
  for (const flag of ['--version', '-v']) {
    const server = newProcess([flag]);
    expect(await server.exited).toEqual({ code: 0, signal: null });
    expect(server.lines).toEqual([version]);
  }
});

test('a port in use is one line, and leaves the data file to others', async () => {
  const blocker = createServer().listen(0, '127.0.0.1');
  onTestFinished(() => void blocker.close());
  await once(blocker, 'listening');
  const address = blocker.address();
  const port = typeof address === 'object' ? address?.port : undefined;
  const dataFile = join(await newFolder(), 'data.json');
  const server = newProcess(['--port', `${port}`, '--data', dataFile]);
  expect(await refusalOf(server)).toBe(
    `port ${port} is in use: another program listens on 127.0.0.1:${port}`,
  );
  await newProcess(['--port', '0', '--data', dataFile]).url();
});

test.each(['192.0.2.1', '300.1.1.1', 'a host'])('the host %s is one line', async (host) => {
  const dataFile = join(await newFolder(), 'data.json');
  const line = await refusalOf(newProcess(['--host', host, '--port', '0', '--data', dataFile]));
  expect(line).toMatch(`cannot listen on ${host}:0: `);
});

test.each([
  ['{"name":"An"}', "line 1, byte 0: expected '[', the start of a JSON array, found '{'"],
  ['[\n{"name":"An","content":1,"timestamp":""}]', 'line 2, byte 2: a message has no string under "content"'],
  ['[]\nx', "line 2, byte 3: expected nothing after the closing ']', found 'x'"],
])('P-DB-2: the data file %j is one line that names the place, and stays as it is', async (text, place) => {
  const dataFile = join(await newFolder(), 'data.json');
  writeFileSync(dataFile, text);
  const line = await refusalOf(newProcess(['--port', '0', '--data', dataFile]));
  expect(line).toContain(`${dataFile} is not a chat history: ${place}`);
  expect(readFileSync(dataFile, 'utf8')).toBe(text);
});

test('P-DB-2: a folder, a device and a file where a folder should be are one line', async () => {
  const folder = await newFolder();
  const file = join(folder, 'file');
  writeFileSync(file, 'x');
  for (const path of [folder, '/dev/null', join(file, 'data.json')])
    expect(await refusalOf(newProcess(['--port', '0', '--data', path]))).toMatch(`${path}: `);
  expect(readFileSync(file, 'utf8')).toBe('x');
});
