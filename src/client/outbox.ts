import type { ChatMessage } from './cursor.ts';
import { lost, type Refusal, tooLarge } from './refusal.ts';

/** A message from this client that the server has not acknowledged yet. */
export type Outgoing = {
  readonly id: number;
  readonly content: string;
  /** `waiting` to be sent; `sending` until it is acknowledged; `failed` until `retry` or `discard`. */
  readonly state: 'waiting' | 'sending' | 'failed';
  /**
   * Why it failed: the contract's reason; `TooLarge` when the server closed the connection because of it;
   * `ConnectionLost` when the server may or may not have it, or the nickname that it was written under is gone.
   */
  readonly refusal?: Refusal;
};
/** An outgoing message that the server has stored, and what it is in the history. */
export type Sent = { readonly id: number; readonly message: ChatMessage };
/** With the nickname that it was sent under, and how many connections were lost while it was under way. */
type Sending = Outgoing & { readonly nickname?: string | undefined; readonly losses?: number };

/** A message that has cost so many connections is given up: something between here and there chokes on it. */
const mostLosses = 5;

/** The messages that the server does not have yet, in order. `list` is a new array after each change. */
export class Outbox {
  list: readonly Sending[] = [];
  #lastId = 0;

  /** Puts a message behind the others. A failed one that is sent again keeps its id. */
  post(content: string, id = ++this.#lastId): void {
    this.list = [...this.list, { id, content, state: 'waiting' }];
  }

  /** Takes a failed message out. */
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

  /** Gives up everything that is waiting, or everything that is under way. */
  failAll(state: 'waiting' | 'sending'): void {
    this.list = this.list.map((sending) => (sending.state === state ? failed(sending, lost) : sending));
  }

  /** Returns everything that is waiting, and marks it as sent under this nickname. */
  takeUp(nickname: string | undefined): readonly Outgoing[] {
    const waiting = this.list.filter(({ state }) => state === 'waiting');
    this.list = this.list.map((sending) =>
      sending.state === 'waiting' ? { ...sending, state: 'sending', nickname } : sending,
    );
    return waiting;
  }

  /** The connection is lost, or the server has closed it because a frame was too large: then it was the largest one. */
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
   * Finds out what became of the messages that were under way when the connection was lost. If the client is back under
   * the same nickname, everything that the old connection sent is either stored by now, and so among the missed ones, or
   * never will be (P-EVT-2, P-RES-2): it can be sent again. Under another nickname nobody can tell. Returns what is stored.
   */
  reconcile(missed: readonly ChatMessage[], nickname: string | undefined): Sent[] {
    const sent: Sent[] = [];
    let at = 0;
    this.list = this.list.flatMap((sending): Sending[] => {
      if (sending.state !== 'sending') return [sending];
      const found = missed.findIndex(
        ({ name, content }, index) => index >= at && name === sending.nickname && content === sending.content,
      );
      const message = missed[found];
      if (message !== undefined) {
        at = found + 1;
        sent.push({ id: sending.id, message });
        return [];
      }
      const isSafe = sending.nickname === nickname && (sending.losses ?? 0) < mostLosses;
      return [isSafe ? { ...sending, state: 'waiting' } : failed(sending, lost)];
    });
    return sent;
  }
}

const failed = ({ id, content }: Sending, refusal: Refusal): Sending => ({
  id,
  content,
  state: 'failed',
  refusal,
});
