import { countCodePoints, isRemoved } from '../protocol/text.ts';
import type { ChatMessage } from './cursor.ts';
import { lost, type Refusal, tooLarge } from './refusal.ts';

/** A message from this client that the server has not acknowledged yet. */
export type Outgoing = {
  readonly id: number;
  readonly content: string;
  /** `waiting` until it is sent; `sending` until it is acknowledged; `failed` until `retry` or `discard`. */
  readonly state: 'waiting' | 'sending' | 'failed';
  /**
   * Why it failed: the contract's reason, with `limit` if it exceeds the client's `maxContent`; `TooLarge` if the server
   * closed the connection because of it; `ConnectionLost` if the server may or may not have stored it, or the client has
   * lost the nickname under which it was written.
   */
  readonly refusal?: Refusal;
};

/** A message of this client that the server has stored, and its id in the outbox. */
export type Sent = { readonly id: number; readonly message: ChatMessage };

/** `nickname`: the one under which it was sent. `losses`: how many connections were lost while it was under way. */
type Sending = Outgoing & { readonly nickname?: string | undefined; readonly losses?: number };

/** A message that was under way when so many connections were lost fails, because it may be the cause. */
const mostLosses = 5;

/** The messages that the server does not have yet, in order. Each change makes a new `list`. */
export class Outbox {
  list: readonly Sending[] = [];
  /** The limit for a message, in characters. */
  maxContent: number;
  #lastId = 0;

  constructor(maxContent: number) {
    this.maxContent = maxContent;
  }

  /** Appends a message, which fails at once if it is too long. A failed one that is sent again keeps its id. */
  post(content: string, id = ++this.#lastId): Outgoing {
    const { maxContent: limit } = this;
    const waiting: Sending = { id, content, state: 'waiting' };
    const isTooLong = countCodePoints(content) > limit;
    const outgoing = isTooLong ? failed(waiting, { reason: 'WrongFormatContent', limit }) : waiting;
    this.list = [...this.list, outgoing];
    return outgoing;
  }

  /** Removes a failed message and returns it. */
  takeFailed(id: number): Outgoing | undefined {
    const found = this.list.find((sending) => sending.id === id && sending.state === 'failed');
    if (found !== undefined) this.remove(id);
    return found;
  }

  remove(id: number): void {
    this.list = this.list.filter((sending) => sending.id !== id);
  }

  fail(id: number, refusal: Refusal): void {
    this.list = this.list.map((sending) => (sending.id === id ? failed(sending, refusal) : sending));
  }

  /** Marks all messages in this state as failed. */
  failAll(state: 'waiting' | 'sending'): void {
    this.list = this.list.map((sending) => (sending.state === state ? failed(sending, lost) : sending));
  }

  /** Returns the waiting messages, and marks them as sent under this nickname. */
  takeUp(nickname: string | undefined): readonly Outgoing[] {
    const waiting = this.list.filter(({ state }) => state === 'waiting');
    this.list = this.list.map((sending) =>
      sending.state === 'waiting' ? { ...sending, state: 'sending', nickname } : sending,
    );
    return waiting;
  }

  /** Called when the connection is lost. If a frame was too large, the largest message under way fails. */
  lose(isTooLarge: boolean): void {
    const under = this.list.filter(({ state }) => state === 'sending');
    const largest = under.reduce<Sending | undefined>(
      (most, one) => (most === undefined || one.content.length > most.content.length ? one : most),
      undefined,
    );
    this.list = this.list.map((sending) => {
      if (sending.state !== 'sending') return sending;
      if (isTooLarge && sending === largest) return failed(sending, tooLarge);
      return { ...sending, losses: (sending.losses ?? 0) + 1 };
    });
  }

  /**
   * Decides what happens to the messages that were under way when the connection was lost. If the client has come back
   * under the same nickname, each of them is either stored, and so among the missed messages, or never will be
   * (P-EVT-2, P-RES-2) and can be sent again. This cannot be known under another nickname, or if one of the missed
   * messages may be it and has been removed (P-MOD-1). Returns the stored ones.
   */
  reconcile(missed: readonly ChatMessage[], nickname: string | undefined): readonly Sent[] {
    const stored: Sent[] = [];
    let at = 0;
    this.list = this.list.flatMap((sending): Sending[] => {
      if (sending.state !== 'sending') return [sending];
      const found = missed.findIndex(
        ({ name, content }, index) => index >= at && name === sending.nickname && content === sending.content,
      );
      const message = missed[found];
      if (message !== undefined) {
        at = found + 1;
        stored.push({ id: sending.id, message });
        return [];
      }
      const isGone = missed
        .slice(at)
        .some((one) => isRemoved(one) && (one.name === sending.nickname || one.name === ''));
      const isSafe = sending.nickname === nickname && !isGone && (sending.losses ?? 0) < mostLosses;
      return [isSafe ? { ...sending, state: 'waiting' } : failed(sending, lost)];
    });
    return stored;
  }
}

const failed = ({ id, content }: Sending, refusal: Refusal): Sending => ({
  id,
  content,
  state: 'failed',
  refusal,
});
