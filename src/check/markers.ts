/** How `check` tells a reply that is late, because of the server's limits (P-LIM-1), from one that never comes. */
import { replies } from '../protocol/replies.ts';
import type { Frame } from './frame.ts';
import { differenceOf, type Pattern } from './pattern.ts';

/** Requests that change nothing, with their replies. */
const markers = [
  { request: { data: 'send' }, reply: replies.notEnoughKey('send', 'content') },
  { request: { data: 'marker' }, reply: replies.unknownType() },
] as const;

const isLike = (pattern: Pattern, value: unknown) =>
  [undefined, 'order'].includes(differenceOf(pattern, value)?.kind);

/**
 * The markers of one connection: since replies come in order, what is not answered before a marker behind it is not
 * answered at all.
 */
export class Markers {
  readonly #due: Pattern[] = [];

  /** Whether no reply to a marker is due. */
  get areAnswered(): boolean {
    return this.#due.length === 0;
  }

  /** The request of one more marker. Its reply is unlike the one that is awaited. */
  next(awaited: Pattern | undefined): object {
    const [usual, other] = markers;
    const { request, reply } = awaited !== undefined && isLike(awaited, usual.reply) ? other : usual;
    this.#due.push(reply);
    return request;
  }

  /** Whether a frame is the reply to a marker, which is not due any more then. */
  takes({ value }: Frame): boolean {
    const [first] = this.#due;
    if (first === undefined || !isLike(first, value)) return false;
    this.#due.shift();
    return true;
  }
}
