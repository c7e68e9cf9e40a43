/** What of a recording of the lab, or of a list of what the inspector told, went over the wire. */
import type { ShownFrame, ShownHandshake } from '../inspect/told.ts';
import { StartError } from '../start-error.ts';

/** A frame, when it was told, and the session of its connection. */
export type RecordedFrame = ShownFrame & { at: number; session: string };

/** A handshake, in the place at which it was told. */
export type RecordedHandshake = ShownHandshake & { at: number; session: string };

const ways: unknown[] = ['in', 'out'];
const kinds: unknown[] = ['text', 'binary', 'ping', 'pong', 'close', 'cutoff'];

/** Reads frames and handshakes in their order. Throws a StartError if the text is no recording. */
export function readWire(text: string): (RecordedFrame | RecordedHandshake)[] {
  return toldIn(text).flatMap((told) => {
    if (told['type'] === '@chat.handshake') return handshakeOf(told);
    return told['type'] === '@chat.frame' ? frameOf(told) : [];
  });
}

type Fields = Record<string, unknown>;

/** What was told, with the time at which it was. */
function toldIn(text: string): Fields[] {
  const value = parsed(text);
  if (Array.isArray(value)) return value.map((told) => ({ ...told, at: Number(Object(told).createdAt) }));
  const { format, version, entries } = Object(value) as Fields;
  if (format !== 'classic-chatbox-lab' || version !== 1 || !Array.isArray(entries)) throw none();
  const told = entries.map(Object).filter(({ kind }) => kind === 'told');
  return told.map((entry) => ({ ...entry.told, at: entry.at }));
}

function frameOf(told: Fields): RecordedFrame {
  const { at, sessionId: session, way, kind, text, code, header } = told;
  const isSound =
    Number.isFinite(at) &&
    typeof session === 'string' &&
    ways.includes(way) &&
    kinds.includes(kind) &&
    ['string', 'undefined'].includes(typeof text) &&
    isCode(code) &&
    isControlLength(Object(header).length, kind);
  if (!isSound) throw none();
  return { ...(told as ShownFrame), at: at as number, session: session as string };
}

function handshakeOf({ at, sessionId: session, request, response }: Fields): RecordedHandshake {
  const isSound =
    Number.isFinite(at) && typeof session === 'string' && [request, response].every(areHeaderLines);
  if (!isSound) throw none();
  return { at, session, request, response } as RecordedHandshake;
}

const areHeaderLines = (lines: unknown) =>
  Array.isArray(lines) && lines.every((line) => typeof line === 'string' && !/[\r\n]/.test(line));

const isCode = (code: unknown) => code === undefined || isWithin(code, 0xffff);

/** The payload of a control frame is not told, only how long it is. */
const isControlLength = (length: unknown, kind: unknown) =>
  length === undefined || kind === 'text' || kind === 'binary' || isWithin(length, 125);

const isWithin = (value: unknown, most: number) =>
  Number.isInteger(value) && (value as number) >= 0 && (value as number) <= most;

function parsed(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    throw none();
  }
}

const none = () => new StartError('DATA_INVALID', 'this is no recording of the lab');
