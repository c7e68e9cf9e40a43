/**
 * `npm run --silent build && node bench/removals.mjs [--rounds 500] [--seconds 0.2] [--archive DIR] [-- FLAGS]`: is a message
 * lost, or does a removed one come back, when the server is killed while it removes messages? In each round members chat,
 * messages are removed without a pause, and SIGKILL ends the server at a random moment of those seconds. Then it starts again,
 * and its files and what it shows are compared with what the members and the moderator were told. FLAGS go to the server, such
 * as `--keep 500`, which takes `--seconds 1`. Ends with 1 if anything is wrong.
 */
import { fork } from 'node:child_process';
import { once } from 'node:events';
import { existsSync, mkdtempSync, readdirSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { parseArgs } from 'node:util';
import { WebSocket } from 'ws';
import { sleep } from './measure.mjs';

const { values, positionals: flags } = parseArgs({
  options: {
    rounds: { type: 'string', default: '500' },
    seconds: { type: 'string', default: '0.2' },
    archive: { type: 'string' },
  },
  allowPositionals: true,
});
/** After so many rounds a new history begins. */
const roundsOfHistory = 50;
const names = ['An', 'Bình', 'Chi', 'Dũng'];
const counts = { sent: 0, removed: 0, dropped: 0, 'kills with a journal': 0 };
const faults = { lost: 0, resurrected: 0, doubled: 0, moved: 0, 'not cleaned up': 0, 'shown wrongly': 0 };

/** Everything that has been told of a history. Each message has a key, which its content begins with. */
class History {
  folder = mkdtempSync(join(tmpdir(), 'removals-'));
  data = join(this.folder, 'data.json');
  archive = values.archive && join(this.folder, values.archive);
  sent = 0;
  acknowledged = new Set();
  /** Whose removal has been asked for, and of those, whose has been confirmed. */
  asked = new Set();
  removed = new Set();
  /** As far as they are known. */
  positions = new Map();

  newContent() {
    const padding = 'ạ'.repeat(Math.random() * 60);
    return `tin ${this.sent++} ${padding}"👋`;
  }

  /** The position of the first message in the file. */
  get base() {
    return existsSync(`${this.data}.base`) ? JSON.parse(readFileSync(`${this.data}.base`, 'utf8')).base : 0;
  }

  get messages() {
    return JSON.parse(readFileSync(this.data, 'utf8'));
  }

  get archived() {
    if (this.archive === undefined || !existsSync(this.archive)) return [];
    const months = readdirSync(this.archive).filter((name) => name.endsWith('.json'));
    return months.flatMap((name) => JSON.parse(readFileSync(join(this.archive, name), 'utf8')));
  }

  /** All keys in any file. */
  *keys() {
    for (const entry of readdirSync(this.folder, { recursive: true, withFileTypes: true })) {
      if (!entry.isFile()) continue;
      const text = readFileSync(join(entry.parentPath, entry.name), 'utf8');
      for (const [key] of text.matchAll(/tin \d+/g)) yield key;
    }
  }
}

const keyOf = (content) => /^tin \d+/.exec(content)?.[0];

async function startOn({ data, archive }) {
  const script = fileURLToPath(new URL('servers/moderated.mjs', import.meta.url));
  const places = ['--data', data, ...(archive === undefined ? [] : ['--archive', archive])];
  const child = fork(script, ['--port', '0', ...places, ...flags]);
  const [url] = await Promise.race([
    once(child, 'message'),
    once(child, 'exit').then(() => Promise.reject(new Error(`the server does not start on ${data}`))),
  ]);
  return { child, url };
}

/** A member, with a way to send a request and wait for its reply. */
async function newMember(url, name, onMessage = () => {}) {
  const socket = new WebSocket(url);
  let onReply;
  socket.on('error', () => {});
  socket.on('message', (text) => {
    const frame = JSON.parse(text);
    if (frame.datatype === 'message') onMessage(frame);
    else if (frame.type !== 'receive' && frame.type !== 'ping') onReply(frame);
  });
  const ask = (request) => {
    socket.send(JSON.stringify(request));
    return new Promise((resolve) => {
      onReply = resolve;
    });
  };
  await once(socket, 'open');
  await ask({ data: 'name', name });
  return ask;
}

/** Sends messages until the server is gone. */
async function chat(history, ask) {
  for (;;) {
    const content = history.newContent();
    const { status } = await ask({ data: 'send', content });
    if (status) history.acknowledged.add(keyOf(content));
    counts.sent++;
  }
}

/** Removes some messages after the other until the server is gone. */
async function moderate(history, child) {
  while (child.connected) {
    const base = history.base;
    const known = [...history.positions].filter(([key, at]) => at >= base && !history.asked.has(key));
    const chosen = new Map();
    for (let count = Math.min(known.length, 1 + Math.random() * 8); count > 0; count--) {
      const [key, position] = known[Math.floor(Math.random() * known.length)];
      chosen.set(position, key);
      history.asked.add(key);
    }
    if (chosen.size === 0) {
      await sleep(0.005);
      continue;
    }
    const answered = once(child, 'message');
    child.send(['remove', [...chosen.keys()]]);
    const [{ removed = [] }] = await answered;
    for (const position of removed) history.removed.add(chosen.get(position));
    counts.removed += removed.length;
  }
}

/** Chats and removes until the server is killed. */
async function runRound(history, { child, url }) {
  let next;
  const watch = await newMember(url, 'Giang', ({ content }) => history.positions.set(keyOf(content), next++));
  const { data } = await watch({ data: 'get', after: 0 });
  next = data.total;
  // Both end with the newest message, but meanwhile one of them may have lost more of its front.
  const stored = history.messages;
  const both = Math.min(stored.length, data.message.length);
  const newest = (messages) => JSON.stringify(messages.slice(messages.length - both));
  if (newest(data.message) !== newest(stored)) faults['shown wrongly']++;
  for (const name of names) void chat(history, await newMember(url, name));
  child.on('error', () => {});
  void moderate(history, child);
  await sleep(0.03 + Math.random() * Number(values.seconds));
  child.kill('SIGKILL');
  await once(child, 'exit');
}

/** Compares the files with what has been told. */
function check(history) {
  const { base, messages } = history;
  for (const part of ['journal', 'next'])
    if (existsSync(`${history.data}.${part}`)) faults['not cleaned up']++;
  const seen = new Set();
  for (const { content } of [...history.archived, ...messages]) {
    if (content === '') continue;
    if (seen.has(keyOf(content))) faults.doubled++;
    seen.add(keyOf(content));
  }
  for (const [at, { content }] of messages.entries()) {
    const key = keyOf(content);
    if (key === undefined) continue;
    if ((history.positions.get(key) ?? base + at) !== base + at) faults.moved++;
    history.positions.set(key, base + at);
  }
  for (const key of history.acknowledged) {
    if (seen.has(key)) continue;
    const position = history.positions.get(key);
    const isDropped = position < base && history.archive === undefined;
    if (isDropped) counts.dropped++;
    else if (!history.asked.has(key)) faults.lost++;
    else if (position >= base && messages[position - base]?.content !== '') faults.moved++;
    if (isDropped) history.acknowledged.delete(key);
  }
}

let history = new History();
let server = await startOn(history);
for (let round = 1; round <= Number(values.rounds); round++) {
  await runRound(history, server);
  if (existsSync(`${history.data}.journal`)) counts['kills with a journal']++;
  server = await startOn(history);
  for (const key of history.keys()) if (history.removed.has(key)) faults.resurrected++;
  check(history);
  if (round % roundsOfHistory === 0) {
    server.child.kill('SIGKILL');
    rmSync(history.folder, { recursive: true });
    history = new History();
    server = await startOn(history);
    process.stderr.write(`${round} rounds: ${JSON.stringify({ ...counts, ...faults })}\n`);
  }
}
server.child.kill('SIGKILL');
rmSync(history.folder, { recursive: true });
console.log(`${values.rounds} rounds`);
for (const [what, count] of Object.entries({ ...counts, ...faults })) console.log(`${what}: ${count}`);
process.exit(Object.values(faults).some((count) => count > 0) ? 1 : 0);
