/**
 * What the contract expects of one connection, as the connection's machine itself says it: the machine is run on paper,
 * in a room where everything succeeds that the rules allow.
 */
import { createActor, fromCallback } from 'xstate';
import type { Change } from '../ledger/ledger.ts';
import { connectionMachine } from '../machines/connection.ts';
import type { Holding, Limits } from '../machines/guards.ts';
import { nicknameKey } from '../protocol/nickname.ts';
import { replies } from '../protocol/replies.ts';
import { readRequest } from '../protocol/request.ts';
import { holes, type Pattern, timed } from './pattern.ts';
import type { Sendable } from './peer.ts';

export class Oracle {
  /** The keys of the nicknames that others hold. */
  readonly #taken: ReadonlySet<string>;
  readonly #actor;
  #nickname: string | undefined;
  #reply: Pattern = null;

  constructor(limits: Limits, others: readonly string[] = []) {
    this.#taken = new Set(others.map((nickname) => nicknameKey(nickname, limits.comparison)));
    const room = createActor(
      fromCallback<Change>(({ receive }) => receive((change) => this.#settle(change))),
    ).start();
    this.#actor = createActor(connectionMachine, {
      input: {
        ...{ id: 'A', limits, room, awaitPeer: () => {} },
        house: { objectionToName: () => undefined, objectionToContent: () => undefined },
        refuse: (reply) => {
          this.#reply = reply as Pattern;
        },
        recall: () => {
          this.#reply = got(this.#nickname ?? '');
        },
      },
    }).start();
  }

  /** The state of the machine, `registered.idle`. */
  get state(): string {
    const { value } = this.#actor.getSnapshot();
    return typeof value === 'string' ? value : Object.entries(value).flat().join('.');
  }

  get nickname(): string | undefined {
    return this.#nickname;
  }

  /** What the server must reply to a frame that comes now. */
  reply(frame: Sendable): Pattern {
    const isRaw = typeof frame === 'string' || frame instanceof Uint8Array;
    this.#actor.send(readRequest(isRaw ? frame : JSON.stringify(frame)));
    return this.#reply;
  }

  /** The room: it gives a nickname that nobody holds, and not the very one that the member holds (P-NAME-2, P-NAME-4). */
  #settle(change: Change): void {
    let holding: Holding | undefined;
    if (change.type === 'claim') {
      const { nickname } = change;
      const claim = { oldname: this.#nickname, nickname };
      const isFree = nickname !== this.#nickname && !this.#taken.has(change.key);
      this.#reply = isFree ? timed(replies.named(claim, '')) : (replies.nameTaken(claim) as Pattern);
      if (isFree) holding = { nickname, isResumable: false, isResumed: false };
      this.#nickname = holding?.nickname ?? this.#nickname;
    } else if (change.type === 'post') {
      const message = { name: this.#nickname ?? '', content: change.content, timestamp: '' };
      this.#reply = timed(replies.sent(message));
    }
    // As in the real room, what is settled is told after the request has been handled.
    this.#actor.send({ type: 'settled', count: 1, ...(holding && { holding }) });
  }
}

/** The reply to a plain `get`. */
export const got = (name: string): Pattern => ({
  ...{ type: 'get', status: true, name, timestamp: holes.time },
  data: { message: holes.list, online: holes.list },
});
