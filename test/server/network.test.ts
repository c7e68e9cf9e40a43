import { spawn } from 'node:child_process';
import { type NetworkInterfaceInfo, networkInterfaces } from 'node:os';
import { join } from 'node:path';
import { stripVTControlCharacters } from 'node:util';
import { decodeQR } from 'qr/decode.js';
import { expect, onTestFinished, test } from 'vitest';
import { networkUrls, qrCode } from '../../src/hosting/network.ts';
import { newCertificate } from '../helpers/certificate.ts';
import { executable, newProcess } from '../helpers/process.ts';
import { newFolder } from '../helpers/server.ts';

function at(address: string, internal = false): NetworkInterfaceInfo[] {
  const common = { address, netmask: '', mac: '', cidr: null, internal };
  return [address.includes(':') ? { ...common, family: 'IPv6', scopeid: 0 } : { ...common, family: 'IPv4' }];
}

const laptop = {
  lo: [...at('127.0.0.1', true), ...at('::1', true)],
  docker0: at('192.168.65.1'),
  'vEthernet (WSL)': at('172.29.16.1'),
  eth1: at('169.254.7.7'),
  eth0: [...at('203.0.113.9'), ...at('fe80::1')],
  utun3: at('10.8.0.2'),
  wlan0: [...at('192.168.1.23'), ...at('2001:db8::23')],
  enp4s0: at('10.1.2.3'),
};

const likeliestFirst = [
  ...['192.168.1.23', '10.1.2.3', '203.0.113.9', '169.254.7.7'],
  ...['192.168.65.1', '10.8.0.2', '172.29.16.1'],
];

test.each(['0.0.0.0', '::', '0', '::0'])(
  'whoever listens on %s is reached at every IPv4 address',
  async (host) => {
    const urls = likeliestFirst.map((address) => `http://${address}:5000/`);
    expect(await networkUrls(`http://${host}:5000/`, host, laptop)).toEqual(urls);
  },
);

test.each([
  ['192.168.1.23', 'ws://192.168.1.23:80/'],
  ['2001:DB8::23', 'ws://[2001:db8::23]:80/'],
])('whoever listens on %s is reached there only', async (host, url) => {
  expect(await networkUrls(`ws://[${host}]:80/`, host, laptop)).toEqual([url]);
});

test.each(['127.0.0.1', '::1', 'localhost', '127.1'])('nobody else reaches %s', async (host) => {
  expect(await networkUrls(`http://${host}:5000/`, host, laptop)).toEqual([]);
});

/** What a camera reads from these lines, where a block is light. */
function scan(lines: readonly string[]): string {
  const halves: Record<string, readonly [boolean, boolean]> = {
    '█': [true, true],
    '▀': [true, false],
    '▄': [false, true],
    ' ': [false, false],
  };
  const rows = lines.flatMap((line) => {
    const modules = Array.from(line, (character) => halves[character] ?? [false, false]);
    return [modules.map(([upper]) => upper), modules.map(([, lower]) => lower)];
  });
  const scale = 4;
  const [width, height] = [(rows[0]?.length ?? 0) * scale, rows.length * scale];
  const data = new Uint8Array(width * height * 4).map((_, byte) => {
    const pixel = Math.floor(byte / 4);
    const row = rows[Math.floor(pixel / width / scale)];
    return byte % 4 === 3 || row?.[Math.floor((pixel % width) / scale)] ? 255 : 0;
  });
  return decodeQR({ width, height, data });
}

test.each(['http://192.168.1.23:5000/', 'http://[2001:db8:1111:2222:3333:4444:5555:6666]:65535/'])(
  'the QR code of %s leads there',
  (url) => {
    expect(scan(qrCode(url, false).split('\n'))).toBe(url);
  },
);

/** The output of a server at a terminal, up to the line that the inspector prints last. */
async function atTerminal(args: readonly string[]): Promise<string[]> {
  const all = [
    '--port',
    '0',
    '--data',
    join(await newFolder(), 'data.json'),
    '--inspect',
    '--inspect-port',
    '0',
  ];
  const command = ['exec', process.execPath, executable, ...all, ...args].join(' ');
  const child = spawn('script', ['-qefc', command, '/dev/null'], { stdio: ['ignore', 'pipe', 'ignore'] });
  onTestFinished(() => void child.kill('SIGKILL'));
  let text = '';
  for await (const piece of child.stdout.setEncoding('utf8')) {
    text += piece;
    if (/inspector on .*\r\n/.test(text)) break;
  }
  child.kill();
  return stripVTControlCharacters(text).split(/\r?\n/);
}

/** How others reach this machine, which may have no network. */
async function urlsHere(port: string, scheme = 'http'): Promise<string[]> {
  return networkUrls(`${scheme}://x:${port}/`, '0.0.0.0', networkInterfaces());
}

const isCode = (line: string) => /^[█▀▄ ]{20,}$/.test(line);

test('at a terminal, a server for everybody prints its addresses and a QR code of the likeliest', async () => {
  const lines = await atTerminal(['--host', '0.0.0.0']);
  const [, port = ''] = /chat page on http:\/\/0\.0\.0\.0:(\d+)\//.exec(lines.join('\n')) ?? [];
  const urls = await urlsHere(port);
  expect(lines.filter((line) => line.startsWith('from'))).toEqual(
    urls.length > 0 ? [`from other machines: ${urls.join(', ')}`] : [],
  );
  const code = lines.filter(isCode);
  expect(code.length > 0 ? scan(code) : undefined).toBe(urls[0]);
});

test.each([
  ['of its own machine', []],
  ['without a page', ['--host', '0.0.0.0', '--no-page']],
  ['whose log is JSON', ['--host', '0.0.0.0', '--log', 'json']],
])('a server %s prints no QR code at a terminal', async (_, args) => {
  expect((await atTerminal(args)).filter(isCode)).toEqual([]);
});

test.each(['ws', 'wss'])(
  'where its output is not a terminal, a server for everybody at %s:// prints its addresses, and no QR code',
  async (scheme) => {
    const data = join(await newFolder(), 'data.json');
    const { cert, key } = await newCertificate();
    const tls = scheme === 'wss' ? [`--tls-cert=${cert}`, `--tls-key=${key}`] : [];
    const server = newProcess([
      '--port',
      '0',
      '--data',
      data,
      '--host',
      '0.0.0.0',
      '--log',
      'silent',
      ...tls,
    ]);
    const url = await server.url();
    expect(url).toMatch(`${scheme}://0.0.0.0:`);
    const urls = await urlsHere(new URL(url).port, scheme.replace('ws', 'http'));
    await server.stop('SIGTERM');
    expect(server.lines).toEqual([
      `listening on ${url}, chat page on ${url.replace('ws', 'http')}`,
      ...(urls.length > 0 ? [`from other machines: ${urls.join(', ')}`] : []),
    ]);
  },
);

test('an address with a zone is an address like any other', async () => {
  const [local] = Object.entries(networkInterfaces()).flatMap(([name, all = []]) =>
    all.filter(({ address }) => address.startsWith('fe80:')).map(({ address }) => `${address}%${name}`),
  );
  const host = local ?? '::1';
  const data = join(await newFolder(), 'data.json');
  const server = newProcess(['--port', '0', '--data', data, '--host', host, '--log', 'silent']);
  expect(await server.url()).toContain(`[${host}]`);
  await server.stop('SIGTERM');
  expect(server.stderr).toBe('');
});
