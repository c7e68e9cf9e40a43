import { toJson } from '../protocol/json.ts';
import { type Refusal, replies } from '../protocol/replies.ts';
import type { Window } from '../protocol/window.ts';
import { inWords } from '../system-error.ts';
import type { Recalled } from './answer.ts';
import { textFrame } from './frame.ts';
import type { ConnectionLogEntry } from './log.ts';
import type { Outlet } from './outlet.ts';

export type OwnAnswersOptions = {
  outlet: Outlet;
  nicknameOf: () => string | undefined;
  /** Makes the reply to a `get` from this nickname. */
  recall: (nickname: string, window: Window | undefined) => Recalled;
  log: (entry: ConnectionLogEntry) => void;
};

/** The answers that a connection gives without the room. */
export class OwnAnswers {
  readonly #options: OwnAnswersOptions;

  constructor(options: OwnAnswersOptions) {
    this.#options = options;
  }

  refuse(reply: Refusal): void {
    const { outlet, nicknameOf, log } = this.#options;
    const request = ('type' in reply && reply.type) || undefined;
    log({ kind: 'refusal', nickname: nicknameOf(), request, reason: reply.reason });
    outlet.write(textFrame(toJson(reply)));
  }

  /** Answers a `get` as of this process's place in the order, which its sockets have reached too (P-SEND-4). */
  recall(window: Window | undefined): void {
    const { outlet, nicknameOf, recall, log } = this.#options;
    const nickname = nicknameOf() ?? '';
    try {
      const { pieces, messages } = recall(nickname, window);
      log({ kind: 'get', nickname, messages });
      outlet.stream(pieces);
    } catch (error) {
      log({ kind: 'error', request: 'get', error });
      outlet.write(textFrame(JSON.stringify(replies.getFailed(nickname, inWords(error)))));
    }
  }
}
