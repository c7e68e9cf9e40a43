/**
 * A server that keeps its history in a file, for tests of `check`. Arguments: its port, its data file, and the mistake
 * that it makes, if any.
 */
import { mkdirSync, readFileSync, realpathSync, renameSync, writeFileSync } from 'node:fs';
import { dirname, resolve } from 'node:path';
import { WebSocketServer } from 'ws';

const [port, given = '', mistake] = process.argv.slice(2);

function end(why) {
  console.error(why);
  process.exit(1);
}

if (mistake !== 'makes no folder') mkdirSync(dirname(resolve(given)), { recursive: true });
writeFileSync(given, '', { flag: 'a' });
const path = realpathSync(given);
const beside = `${path}.log`;

function isAlive(pid) {
  try {
    return process.kill(pid, 0);
  } catch {
    return false;
  }
}

const lock = `${mistake === 'does not follow links' ? resolve(given) : path}.lock`;
if (mistake !== 'has no lock')
  try {
    writeFileSync(lock, `${process.pid}`, { flag: 'wx' });
  } catch {
    const pid = Number(readFileSync(lock, 'utf8'));
    if (isAlive(pid) || mistake === 'keeps the lock')
      end(mistake === 'does not name the process' ? 'the file is in use' : `in use by ${pid}`);
    writeFileSync(lock, `${process.pid}`);
  }

function load() {
  const text = readFileSync(mistake === 'writes beside the file' ? beside : path, 'utf8');
  if (text === '') return [];
  try {
    const messages = JSON.parse(text);
    if (messages.every(({ content }) => typeof content === 'string')) return messages;
  } catch (error) {
    const whole = text.slice(0, text.lastIndexOf('}') + 1);
    const isTorn = mistake !== 'takes a cut for an error' && !/\}\s+\{/.test(text) && text.startsWith('[');
    if (isTorn) return JSON.parse(`${whole}]`);
    if (mistake === 'begins anew') return [];
    end(mistake === 'does not name the file' ? 'no history' : `${path}: ${error.message}, position 1`);
  }
  return end(`${path}: record 2 is no message`);
}

if (mistake === 'writes beside the file') writeFileSync(beside, '', { flag: 'a' });
const messages = load();
const names = new Set();

function save() {
  const target = mistake === 'writes beside the file' ? beside : path;
  writeFileSync(`${target}.new`, JSON.stringify(messages));
  renameSync(`${target}.new`, target);
}
// What a file that was begun anew has lost is lost.
if (mistake === 'begins anew') save();

new WebSocketServer({ port: Number(port), host: '127.0.0.1' }).on('connection', (socket) => {
  let nickname;
  const tell = (frame) => socket.send(JSON.stringify({ ...frame, status: true, timestamp: 'now' }));
  socket.on('error', () => {});
  socket.on('message', (bytes) => {
    const { data, name, content } = JSON.parse(String(bytes));
    if (data === 'name') {
      const isNew = nickname === undefined;
      if (mistake === 'rewrites the history')
        for (const one of messages) if (one.name === nickname) one.name = name;
      tell(
        isNew
          ? { type: data, action: 'register', name }
          : { type: data, action: 'change', oldname: nickname, newname: name },
      );
      nickname = name;
      names.add(name);
    } else if (data === 'get') {
      tell({ type: data, name: nickname, data: { message: messages, online: [...names] } });
    } else {
      messages.push({ name: nickname, content, timestamp: 'now' });
      if (mistake === 'writes later') setTimeout(save, 50);
      else
        try {
          save();
        } catch ({ message }) {
          if (mistake !== 'keeps what it could not write') messages.pop();
          const refusal = { type: data, username: nickname, content, status: false, reason: 'ErrorWhenSend' };
          if (mistake !== 'acknowledges what it could not write')
            return socket.send(JSON.stringify({ ...refusal, error: message }));
        }
      tell({ type: data, name: nickname, content });
    }
  });
});
