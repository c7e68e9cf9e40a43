/** What the picture calls an event that flows, and a frame that is no message. */
import type { ShownEvent, ShownFrame } from '../../src/inspect/told.ts';
import type { Line } from './picture.ts';

/** How many kinds of change or entry a label names. */
const mostKinds = 3;
/** A change, an entry of the order, or the number of those that are not told. Without `by` it happened in another process. */
type Listed = { type?: string; by?: string; more?: number };

/** `changes: claim, post ×3`, `stretch: registered, posted elsewhere ×2`, `settled`. */
export function labelOf(event: ShownEvent): string {
  const list = event['changes'] ?? event['stretch'];
  if (!Array.isArray(list) || list.length === 0) return event.type;
  const counts = new Map<string, number>();
  for (const one of list) {
    const kind = kindOf(Object(one));
    counts.set(kind, (counts.get(kind) ?? 0) + 1);
  }
  const kinds = Array.from(counts, ([kind, count]) => (count === 1 ? kind : `${kind} ×${count}`));
  const shown = kinds.length > mostKinds ? [...kinds.slice(0, mostKinds), '…'] : kinds;
  return `${event.type}: ${shown.join(', ')}`;
}

/** What comes of an act of a moderator, which no connection has asked for. */
const ofActs = ['removed', 'announced', 'kicked', 'governed', 'dropped'];

function kindOf({ type = '', by, more }: Listed): string {
  if (more !== undefined) return '…';
  return by === undefined && !ofActs.includes(type) ? `${type} elsewhere` : `${type}`;
}

/** What the wire log says of a frame that is no message: `PING`, `CLOSE 1001`, `CUTOFF 12 s`. */
export function signOf(frame: ShownFrame): Pick<Line, 'text' | 'ending' | 'rules'> {
  const { kind, code, silentSeconds } = frame;
  const isOfHeartbeat = kind === 'ping' || kind === 'pong' || silentSeconds !== undefined;
  const detail = silentSeconds === undefined ? code : `${Math.round(silentSeconds)} s`;
  return {
    text: [kind.toUpperCase(), detail === 1005 ? undefined : detail].join(' ').trim(),
    ending: endingOf(frame),
    rules: isOfHeartbeat ? ['P-EVT-4'] : [],
  };
}

/** How the connection ends, if a frame belongs to its end. */
function endingOf({ kind, isAnswer }: ShownFrame): Line['ending'] {
  if (kind === 'cutoff') return 'cut';
  if (kind !== 'close') return undefined;
  return isAnswer ? 'answer' : 'first';
}
