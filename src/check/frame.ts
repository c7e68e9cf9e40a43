/** Frames as `check` sees them. */
import { countCodePoints } from '../protocol/text.ts';
import type { Pattern } from './pattern.ts';

/** A frame from the server. `value` is `undefined` if it is not JSON. */
export type Frame = { readonly text: string; readonly value: unknown };

/** Which frames somebody waits for. */
export type Wanted = (frame: Frame) => boolean;

export function frameOf(text: string): Frame {
  try {
    return { text, value: JSON.parse(text) };
  } catch {
    return { text, value: undefined };
  }
}

export type Fields = Readonly<Record<string, unknown>>;

export const fieldsOf = ({ value }: Frame): Fields => Object(value);

export const isPing = (frame: Frame) => fieldsOf(frame)['type'] === 'ping';
export const isEvent = (frame: Frame) => fieldsOf(frame)['type'] === 'receive';

/** The nicknames that an event is about. */
export function namesIn(frame: Frame): unknown[] {
  const { name, oldname, newname } = fieldsOf(frame);
  return [name, oldname, newname].filter((one) => one !== undefined);
}

/** What a reply or an event is, without what it says: `send false WrongFormatContent`. */
export function kindOf(frame: Fields | Pattern): string {
  const { type, datatype, action, status, reason } = Object(frame);
  return [type, datatype, action, status, reason].filter((part) => part !== undefined).join(' ');
}

/** The most characters of a frame in a transcript. */
const mostCharacters = 160;

/** A frame as a line can show it: a long one without its middle. */
export function shownFrame(frame: string | Uint8Array, most = mostCharacters): string {
  const text = typeof frame === 'string' ? frame : `(binary) ${Buffer.from(frame).toString('latin1')}`;
  // A transcript has many frames, and some are long: only their ends are taken apart.
  if (text.length <= most) return text;
  const count = countCodePoints(text);
  if (count <= most) return text;
  const half = most / 2;
  const start = [...text.slice(0, most)].slice(0, half);
  const end = [...text.slice(-most)].slice(-half);
  return `${start.join('')} … (${count}) … ${end.join('')}`;
}
