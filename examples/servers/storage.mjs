/** The history as a file: read when the server starts, and written for each message. */
import {
  closeSync,
  fsyncSync,
  linkSync,
  mkdirSync,
  openSync,
  readFileSync,
  realpathSync,
  renameSync,
  rmSync,
  writeFileSync,
} from 'node:fs';
import { dirname, resolve } from 'node:path';

// What may follow the last complete record of a file that a crash has cut short: a record without its end.
const torn = /^\s*,?\s*(\{(\s|[:,]|"([^"\\]|\\.)*")*("([^"\\]|\\.)*\\?)?)?$/s;

/** Ends the program if another server uses the file, or if it is no history. */
export class History {
  messages;
  #path;

  constructor(path) {
    mkdirSync(dirname(resolve(path)), { recursive: true }); // P-DB-5
    writeFileSync(path, '', { flag: 'a' });
    this.#path = realpathSync(path);
    takeLock(this.#path);
    try {
      this.messages = parse(readFileSync(this.#path));
    } catch (error) {
      end(`${this.#path} is not a history: ${error.message}`); // P-DB-2
    }
  }

  /** Returns when the message is on disk; throws if that cannot be (P-SEND-2, P-DB-5). */
  append(message) {
    writeDurably(`${this.#path}.new`, JSON.stringify([...this.messages, message]));
    renameSync(`${this.#path}.new`, this.#path);
    this.messages.push(message);
    // The folder has to remember the new file, too. Windows does so by itself.
    if (process.platform !== 'win32') sync(dirname(this.#path));
  }
}

function end(why) {
  console.error(why);
  process.exit(1);
}

function writeDurably(path, text) {
  writeFileSync(path, text);
  sync(path);
}

function sync(path) {
  const file = openSync(path, 'r');
  try {
    fsyncSync(file);
  } finally {
    closeSync(file);
  }
}

/** The lock is a file with the number of its process. It counts as long as that process lives (P-DB-3). */
function takeLock(path) {
  const own = `${path}.${process.pid}`;
  writeFileSync(own, `${process.pid}`);
  const holder = holderOf(`${path}.lock`, own);
  rmSync(own);
  if (holder !== undefined) end(`${path} is in use by process ${holder}`);
}

/** The other process that has the lock; `undefined` if this one has it now. */
function holderOf(lock, own) {
  for (;;) {
    try {
      return linkSync(own, lock);
    } catch {
      const holder = Number(readFileSync(lock, 'utf8'));
      if (isAlive(holder)) return holder;
      rmSync(lock);
    }
  }
}

function isAlive(pid) {
  try {
    return process.kill(pid, 0);
  } catch (error) {
    return error.code === 'EPERM';
  }
}

function parse(bytes) {
  // With `stream`, a file that is cut within a character is not broken (P-DB-4).
  const text = new TextDecoder('utf-8', { fatal: true, ignoreBOM: true }).decode(bytes, { stream: true });
  if (text.trim() === '') return [];
  const messages = parseArray(text);
  if (!Array.isArray(messages)) throw new Error('line 1 column 1: not an array');
  const wrong = messages.findIndex((message) => !isMessage(message));
  if (wrong >= 0) throw new Error(`record ${wrong} is not a message`);
  return messages;
}

function isMessage(value) {
  if (typeof value !== 'object' || value === null || Array.isArray(value)) return false;
  const isString = (each) => typeof each === 'string';
  return Object.keys(value).join() === 'name,content,timestamp' && Object.values(value).every(isString);
}

/** Of a file whose only fault is its missing end, every complete record (P-DB-4). */
function parseArray(text) {
  try {
    return JSON.parse(text);
  } catch (error) {
    if (!text.trimStart().startsWith('[')) throw error;
    const ends = Array.from(text.matchAll(/\}/g), ({ index }) => index + 1).reverse();
    for (const at of [...ends, text.indexOf('[') + 1]) {
      try {
        const messages = JSON.parse(`${text.slice(0, at)}]`);
        if (!torn.test(text.slice(at))) break;
        console.error(`the file was cut short: ${messages.length} messages are left`);
        return messages;
      } catch {
        // This brace is not the end of a record.
      }
    }
    throw error;
  }
}
