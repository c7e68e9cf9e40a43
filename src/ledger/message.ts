/** The text of a message in the file: the one form that is written, and the forms that are accepted. */
import { isUtf8 } from 'node:buffer';
import type { Message } from '../protocol/replies.ts';

const keys = ['name', 'content', 'timestamp'];

/** The form in which a message is stored and sent: its three keys, in order, and nothing else. */
export function jsonOf({ name, content, timestamp }: Message): string {
  return JSON.stringify({ name, content, timestamp });
}

/**
 * The stored form of what is left of a message once it is removed; `undefined` if it has been already. It is not longer
 * than the message in any layout, because `jsonOf` knows no shorter way to write a string (P-MOD-1).
 */
export function remainderOf(json: Uint8Array, withName: boolean): string | undefined {
  const { name, content, timestamp }: Message = JSON.parse(Buffer.from(json).toString());
  if (content === '' && (name === '' || !withName)) return undefined;
  return jsonOf({ name: withName ? '' : name, content: '', timestamp });
}

/** Converts a message to its stored form. Returns what is wrong with it instead if it is not a message. */
export function readMessage(bytes: Buffer): Uint8Array | string {
  if (!isUtf8(bytes)) return 'a message is not valid UTF-8';
  if (plainMessage.test(bytes.toString('latin1'))) return bytes;
  const message = parseMessage(bytes.toString());
  return typeof message === 'string' ? message : Buffer.from(jsonOf(message));
}

function parseMessage(text: string): Message | string {
  let value: Record<string, unknown>;
  try {
    value = JSON.parse(text);
  } catch (error) {
    return `a message is not valid JSON: ${(error as Error).message}`;
  }
  const { name, content, timestamp } = value;
  if (typeof name === 'string' && typeof content === 'string' && typeof timestamp === 'string') {
    const strange = Object.keys(value).find((key) => !keys.includes(key));
    return strange === undefined
      ? { name, content, timestamp }
      : `a message has the unknown key ${JSON.stringify(strange)}`;
  }
  const missing = keys.find((key) => typeof value[key] !== 'string');
  return `a message has no string under "${missing}"`;
}

/** Whether these bytes can begin a message in any layout. No other kind of file must pass for a history. */
export function isTornMessage(bytes: Buffer): boolean {
  let text: string;
  try {
    const length = bytes.findLastIndex((byte) => byte !== 0) + 1;
    text = new TextDecoder('utf-8', { fatal: true }).decode(bytes.subarray(0, length), { stream: true });
  } catch {
    return false;
  }
  return messageEnd(text, 0) === 'torn';
}

/**
 * Where the message ends whose brace stands here: `torn` if the text ends before it, `undefined` if what stands here is none.
 * All that counts is ASCII, so the text may be that of UTF-8 bytes read as Latin-1.
 */
export function messageEnd(text: string, brace: number): number | 'torn' | undefined {
  for (let at = skip(space, text, brace + 1); at < text.length; at = skip(space, text, at + 1)) {
    const keyEnd = stringEnd(text, at);
    if (keyEnd === undefined) return isTornKey(text, at) ? 'torn' : undefined;
    if (!keys.includes(JSON.parse(text.slice(at, keyEnd)))) return undefined;
    const colon = skip(space, text, keyEnd);
    if (colon < text.length && text[colon] !== ':') return undefined;
    const value = skip(space, text, colon + 1);
    if (value >= text.length) return 'torn';
    const valueEnd = stringEnd(text, value);
    if (valueEnd === undefined) return isTornString(text, value) ? 'torn' : undefined;
    at = skip(space, text, valueEnd);
    if (text[at] === '}') return at + 1;
    if (at < text.length && text[at] !== ',') return undefined;
  }
  return 'torn';
}

/** Where the JSON string that starts here ends; `undefined` if it does not end. */
function stringEnd(text: string, start: number): number | undefined {
  const end = skip(character, text, start + 1);
  return text[start] === '"' && text[end] === '"' ? end + 1 : undefined;
}

/** Whether a valid JSON string starts here and the text ends inside it, perhaps within an escape. */
function isTornString(text: string, start: number): boolean {
  const end = skip(character, text, start + 1);
  return text[start] === '"' && /^(?:\\(?:u[0-9a-fA-F]{0,3})?)?$/.test(text.slice(end));
}

/** Whether one of the keys begins like the string that starts here and is not finished. */
function isTornKey(text: string, start: number): boolean {
  if (!isTornString(text, start)) return false;
  const begun = JSON.parse(`${text.slice(start, skip(character, text, start + 1))}"`);
  return keys.some((key) => key.startsWith(begun));
}

/** The end of all consecutive matches of the sticky pattern, starting here. */
function skip(pattern: RegExp, text: string, from: number): number {
  for (pattern.lastIndex = from; pattern.test(text); from = pattern.lastIndex);
  return from;
}

const space = /[ \t\r\n]+/y;

const plain = String.raw`[^"\\\u0000-\u001f]`;
const character = new RegExp(String.raw`${plain}+|\\(?:["\\/bfnrt]|u[0-9a-fA-F]{4})`, 'y');

/** A message in its stored form without escapes, as nearly all messages of our own files are. */
const plainMessage = new RegExp(String.raw`^\{${keys.map((key) => `"${key}":"${plain}*"`).join(',')}\}$`);
