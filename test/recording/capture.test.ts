/** A recording as packets: what Wireshark makes of them. */
import { execFile } from 'node:child_process';
import { readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { expect, test } from 'vitest';
import { runRecording } from '../../src/recording/recording.ts';
import { newFolder } from '../helpers/server.ts';

const run = promisify(execFile);
const long = JSON.stringify({ type: 'get', data: { message: 'x'.repeat(70_000) } });
const frames = [
  { sessionId: 'x:7', way: 'in', kind: 'text', text: '{"data":"name","name":"Bình"}' },
  { sessionId: 'x:8', way: 'in', kind: 'binary', text: '{"data":"get"}' },
  { sessionId: 'x:7', way: 'out', kind: 'ping', header: { opcode: 9, isMasked: false, length: 1 } },
  { sessionId: 'x:7', way: 'in', kind: 'pong' },
  { sessionId: 'x:8', way: 'out', kind: 'text', text: long },
  { sessionId: 'x:7', way: 'out', kind: 'close', code: 1001 },
  { sessionId: 'x:7', way: 'in', kind: 'close', code: 1005, isAnswer: true },
  { sessionId: 'x:8', way: 'out', kind: 'cutoff', silentSeconds: 12 },
];
const upgrade = ['Upgrade: websocket', 'Connection: Upgrade'];
const request = ['GET /…?… HTTP/1.1', 'Host: chat.example', 'cookie: …', ...upgrade];
const handshakes = [
  { request, response: ['HTTP/1.1 403 Forbidden', 'connection: close', 'content-length: 40'] },
  { request, response: ['HTTP/1.1 101 Switching Protocols', ...upgrade] },
].map((handshake, index) => ({ type: '@chat.handshake', sessionId: `x:${6 + index}`, ...handshake }));
const start = 1_700_000_000_000;
const told = [...handshakes, ...frames.map((frame) => ({ type: '@chat.frame', ...frame }))].map(
  (one, index) => ({ createdAt: `${start + index}`, ...one }),
);
const recording = {
  format: 'classic-chatbox-lab',
  version: 1,
  entries: [
    { at: start, kind: 'client', client: 'A', status: 'open' },
    ...told.map((one) => ({ at: Number(one.createdAt), kind: 'told', told: one })),
  ],
};

async function written(value: unknown): Promise<{ file: string; out: string }> {
  const folder = await newFolder();
  const file = join(folder, 'recording.json');
  await writeFile(file, JSON.stringify(value));
  return { file, out: join(folder, 'recording.pcapng') };
}

const unexpected = () => Promise.reject(new Error('nothing is to be written to standard output'));

/** The fields that tshark finds in each packet that the filter lets through; it checks the checksums. */
async function dissected(out: string, filter: string, ...fields: string[]): Promise<string[][]> {
  const checks = ['ip.check_checksum', 'tcp.check_checksum'].flatMap((name) => ['-o', `${name}:TRUE`]);
  const wanted = fields.flatMap((field) => ['-e', field]);
  const { stdout } = await run('tshark', [
    '-n',
    '-r',
    out,
    ...checks,
    '-Y',
    filter,
    '-T',
    'fields',
    ...wanted,
  ]);
  return stdout
    .split('\n')
    .slice(0, -1)
    .map((line) => line.split('\t'));
}

test('Wireshark decodes a recording: handshakes, masks, texts, closes and cut-offs', async () => {
  const { file, out } = await written(recording);
  await runRecording([file, '--format', 'pcapng', '--out', out], unexpected);
  const fields = [
    'ip.src',
    'websocket.fin',
    'websocket.opcode',
    'websocket.mask',
    'websocket.payload_length',
  ];
  const [refused, peer, other, server] = ['10.0.0.1', '10.0.0.2', '10.0.0.3', '192.0.2.1'];
  expect(await dissected(out, 'websocket', ...fields)).toEqual([
    [peer, '1', '1', '1', '30'],
    [other, '1', '2', '1', '14'],
    [server, '1', '9', '0', '1'],
    [peer, '1', '10', '1', '0'],
    [server, '1', '1', '0', '127'],
    [server, '1', '8', '0', '2'],
    [peer, '1', '8', '1', '0'],
  ]);
  expect(
    await dissected(
      out,
      'websocket.opcode == 8 && websocket.mask == 0',
      'websocket.payload.close.status_code',
    ),
  ).toEqual([['1001']]);
  expect(await dissected(out, 'http', 'ip.src', 'http.host', 'http.response.code')).toEqual([
    [refused, 'chat.example', ''],
    [server, '', '403'],
    [peer, 'chat.example', ''],
    [server, '', '101'],
    [other, server, ''],
    [server, '', '101'],
  ]);
  expect(await dissected(out, 'tcp.flags.reset == 1', 'ip.dst')).toEqual([[other]]);
  expect(await dissected(out, 'tcp.flags.fin == 1', 'ip.src')).toEqual([
    [server],
    [refused],
    [server],
    [peer],
  ]);
  const wrong = 'tcp.checksum.status != 1 || ip.checksum.status != 1 || tcp.analysis.flags || _ws.malformed';
  expect(await dissected(out, wrong, 'frame.number', '_ws.col.Info')).toEqual([]);
  const [first] = await dissected(out, 'tcp', 'frame.time_epoch');
  expect(Number(first)).toBe(start / 1000);
});

test('what a test has saved becomes the same capture, on standard output', async () => {
  const [whole, list] = [await written(recording), await written(told)];
  await runRecording([whole.file, '--format', 'pcapng', '--out', whole.out], unexpected);
  const chunks: Uint8Array[] = [];
  await runRecording([list.file, '--format', 'pcapng'], async (bytes) => void chunks.push(bytes));
  expect(Buffer.concat(chunks)).toEqual(await readFile(whole.out));
});

test.for<[string, unknown]>([
  ['another format', { ...recording, format: 'x' }],
  ['another version', { ...recording, version: 2 }],
  ['a number', 7],
  ['a frame without a session', [{ ...told[2], sessionId: undefined }]],
  ['a frame of no kind', [{ ...told[2], kind: 'x' }]],
  ['a frame without a time', [{ ...told[2], createdAt: undefined }]],
  ['a close code that is none', [{ ...told[7], code: -1 }]],
  ['a long control frame', [{ ...told[4], header: { length: 126 } }]],
  ['a handshake without lines', [{ ...told[0], request: 'GET / HTTP/1.1' }]],
  ['a header of two lines', [{ ...told[0], response: ['HTTP/1.1 101\r\nx: y'] }]],
])('%s is no recording', async ([, value]) => {
  const { file, out } = await written(value);
  const exported = runRecording([file, '--format', 'pcapng', '--out', out], unexpected);
  await expect(exported).rejects.toMatchObject({ code: 'DATA_INVALID' });
});

test('a command that lacks something says how it is used, and a file that is not there is named', async () => {
  for (const args of [[], ['x.json'], ['x.json', '--format', 'svg'], ['x', 'y', '--format', 'pcapng']])
    await expect(runRecording(args, unexpected)).rejects.toThrow('Usage: classic-chatbox-server recording');
  const missing = runRecording(['/nowhere/x.json', '--format', 'pcapng'], unexpected);
  await expect(missing).rejects.toThrow('cannot read /nowhere/x.json');
});
