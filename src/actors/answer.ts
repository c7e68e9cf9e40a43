import type { Act, Outcome } from '../ledger/ledger.ts';
import { type Event, events, type Reply, replies } from '../protocol/replies.ts';
import type { Entry } from './log.ts';

/** What is said of one settled act: to its author, to the others, to the host; and the author's nickname from now on. */
export type Answer = {
  /** A reply, or the pieces of the reply to a done `get`. */
  reply?: Reply | { pieces: readonly Uint8Array[] };
  event?: Event;
  entry?: Entry;
  nickname: string | undefined;
};

type ActOf<Type> = Extract<Act, { type: Type }>;

/** The contract's row for an act and what became of it. */
export function answerTo(act: Act, outcome: Outcome, timestamp: string): Answer {
  switch (act.type) {
    case 'claim':
      return answerClaim(act, outcome, timestamp);
    case 'recall':
      return answerRecall(act, outcome, timestamp);
    case 'post':
      return answerPost(act, outcome);
    case 'leave':
      return answerLeave(act, outcome, timestamp);
  }
}

function answerClaim(act: ActOf<'claim'>, outcome: Outcome, timestamp: string): Answer {
  const { by: connection, oldname, nickname } = act;
  if (outcome.type === 'named') {
    const reply = replies.named(act, timestamp);
    return oldname === undefined
      ? {
          reply,
          event: events.registered(nickname, timestamp),
          entry: { kind: 'register', connection, nickname },
          nickname,
        }
      : {
          reply,
          event: events.changed(oldname, nickname, timestamp),
          entry: { kind: 'change', connection, nickname, oldname },
          nickname,
        };
  }
  if (outcome.type === 'taken') {
    const entry = { kind: 'refusal', connection, nickname: oldname, reason: 'NameAlreadyUsed' } as const;
    return { reply: replies.nameTaken(act), entry, nickname: oldname };
  }
  const error = errorOf(outcome);
  return {
    reply: replies.nameFailed(act, error),
    entry: { kind: 'error', connection, error },
    nickname: oldname,
  };
}

function answerRecall(act: ActOf<'recall'>, outcome: Outcome, timestamp: string): Answer {
  const { by: connection, nickname } = act;
  if (outcome.type === 'recalled') {
    const { part, online } = outcome;
    const cut = act.window && { total: part.total, first: part.first };
    const [before, between, behind] = replies.gotten(nickname, timestamp, cut);
    const reply = {
      pieces: [Buffer.from(before), ...part.pieces, Buffer.from(between), online, Buffer.from(behind)],
    };
    return { reply, entry: { kind: 'get', connection, nickname, messages: part.messages }, nickname };
  }
  const error = errorOf(outcome);
  return { reply: replies.getFailed(nickname, error), entry: { kind: 'error', connection, error }, nickname };
}

function answerPost(act: ActOf<'post'>, outcome: Outcome): Answer {
  const { by: connection, nickname, content } = act;
  if (outcome.type === 'posted') {
    const { message } = outcome;
    const entry = { kind: 'send', connection, nickname, content } as const;
    return { reply: replies.sent(message), event: events.message(message), entry, nickname };
  }
  const error = errorOf(outcome);
  return {
    reply: replies.sendFailed(nickname, content, error),
    entry: { kind: 'error', connection, error },
    nickname,
  };
}

function answerLeave({ by: connection }: ActOf<'leave'>, outcome: Outcome, timestamp: string): Answer {
  if (outcome.type === 'absent') return { nickname: undefined };
  if (outcome.type !== 'left')
    return { entry: { kind: 'error', connection, error: errorOf(outcome) }, nickname: undefined };
  const { nickname } = outcome;
  return {
    event: events.left(nickname, timestamp),
    entry: { kind: 'leave', connection, nickname },
    nickname: undefined,
  };
}

const errorOf = (outcome: Outcome) =>
  outcome.type === 'failed' ? outcome.error : `the ledger answered ${outcome.type}`;
