import type { Entry, View } from '../ledger/ledger.ts';
import type { Holding } from '../machines/guards.ts';
import { type Event, events, type Reply, replies } from '../protocol/replies.ts';
import type { Window } from '../protocol/window.ts';
import type { LogEntry } from './log.ts';

/** What follows from one entry: a reply to its author, an event for the others, a log entry for the host. */
export type Answer = { reply?: Reply; event?: Event; log?: LogEntry; holding?: Holding };

/** The reply to a `get`: its text in pieces, some of them shared, and the number of messages in it. */
export type Recalled = { pieces: Uint8Array[]; messages: number };

export function answerGet(
  { part, online }: View,
  nickname: string,
  window: Window | undefined,
  timestamp: string,
): Recalled {
  const [before, between, behind] = replies
    .gotten(nickname, timestamp, window && part)
    .map((text) => Buffer.from(text));
  const pieces = [before, ...part.pieces, between, online, behind].filter((piece) => piece !== undefined);
  return { pieces, messages: part.messages };
}

/**
 * Answers an entry as the contract says. `nickname` is the one that its author held before. An entry of another process
 * has no author here, so only its event matters.
 */
export function answerTo(entry: Entry, nickname: string | undefined): Answer {
  const { by: connection = '', timestamp } = entry;
  switch (entry.type) {
    case 'registered': {
      const event = events.registered(entry.nickname, timestamp);
      return { ...named(entry), event, log: { kind: 'register', connection, nickname: entry.nickname } };
    }
    case 'resumed':
      return { ...named(entry), log: { kind: 'resume', connection, nickname: entry.nickname } };
    case 'changed': {
      const { oldname, nickname: newname } = entry;
      const event = events.changed(oldname, newname, timestamp);
      return { ...named(entry), event, log: { kind: 'change', connection, nickname: newname, oldname } };
    }
    case 'posted': {
      const { name, content } = entry.message;
      return {
        reply: replies.sent(entry.message),
        event: events.message(entry.message),
        log: { kind: 'send', connection, nickname: name, content },
      };
    }
    case 'left':
      return {
        event: events.left(entry.nickname, timestamp),
        log: { kind: 'leave', connection, nickname: entry.nickname },
      };
    case 'removed':
      return { event: events.removed(entry.position, timestamp) };
    case 'announced':
      return { event: events.notice(entry.content, timestamp) };
    case 'taken':
      return {
        reply: replies.nameTaken({ oldname: nickname, nickname: entry.change.nickname }),
        log: { kind: 'refusal', connection, nickname, request: 'name', reason: 'NameAlreadyUsed' },
      };
    case 'absent':
    case 'entrusted':
    case 'kicked':
    case 'governed':
    case 'dropped':
      return {};
    case 'failed':
      return answerFailed(entry, nickname);
  }
}

function answerFailed(
  { by: connection, change, error }: Entry & { type: 'failed' },
  nickname: string | undefined,
): Answer {
  const log = { kind: 'error', connection, error } as const;
  if (change.type === 'claim') {
    const reply = replies.nameFailed({ oldname: nickname, nickname: change.nickname }, error);
    return { log: { ...log, request: 'name' }, reply };
  }
  if (change.type === 'post') {
    const reply = replies.sendFailed(nickname ?? '', change.content, error);
    return { log: { ...log, request: 'send' }, reply };
  }
  return { log };
}

/** What every successful claim comes to. */
function named(entry: Extract<Entry, { type: 'registered' | 'resumed' | 'changed' }>): Answer {
  const { type, nickname, secret, timestamp } = entry;
  const oldname = type === 'changed' ? entry.oldname : undefined;
  return {
    reply: replies.named({ oldname, nickname }, timestamp, secret),
    holding: { nickname, isResumable: secret !== undefined, isResumed: type === 'resumed' },
  };
}
