import { useEffect, useState } from 'preact/hooks';
import type { ChatMessage, Outgoing } from '../../src/client/client.ts';
import type { Session } from './session.ts';
import { refusalInWords, type Words } from './words.ts';

/** Milliseconds between two announcements. */
const pause = 4000;

const keys = new WeakMap<object, number>();
let lastKey = 0;

/** The same for the same thing, and another for another, though it reads alike. */
function keyOf(thing: object): number {
  const key = keys.get(thing) ?? ++lastKey;
  keys.set(thing, key);
  return key;
}

/**
 * Tells screen readers what others say, at most once a pause: the message, or how many there were. And what could not be
 * sent, at once. The list itself keeps silent, for its rows come and go with the scrolling too.
 */
export function Announcer({ session, words }: { session: Session; words: Words }) {
  const [said, setSaid] = useState<readonly ChatMessage[]>([]);
  const [failure, setFailure] = useState<Outgoing>();

  useEffect(() => {
    let waiting: ChatMessage[] = [];
    let timer: ReturnType<typeof setTimeout> | undefined;
    const announce = () => {
      setSaid(waiting);
      timer = waiting.length > 0 ? setTimeout(announce, pause) : undefined;
      waiting = [];
    };
    const stop = session.client.on('messages', (messages) => {
      if (!session.isSynced) return;
      waiting.push(...messages.filter((message) => !session.isOwn(message)));
      if (timer === undefined) announce();
    });
    return () => {
      stop();
      clearTimeout(timer);
    };
  }, [session]);

  // Of what stands there already nobody has to be told again.
  useEffect(() => {
    const failedIn = (outbox: readonly Outgoing[]) => outbox.filter(({ state }) => state === 'failed');
    let known = failedIn(session.client.state.outbox);
    return session.client.on('state', ({ outbox }) => {
      const failed = failedIn(outbox);
      const last = failed.findLast((one) => !known.includes(one));
      known = failed;
      if (last !== undefined || failed.length === 0) setFailure(last);
    });
  }, [session]);

  // Each with a node of its own: a text that is said again is said once more.
  const [message] = said;
  return (
    <>
      <div class="unseen" aria-live="polite">
        {said.length > 1 && <p key={keyOf(said)}>{words.newMessages(said.length)}</p>}
        {said.length === 1 && message !== undefined && (
          <p key={keyOf(said)}>
            <bdi>{message.name}</bdi>: <bdi>{message.content}</bdi>
          </p>
        )}
      </div>
      <div class="unseen" role="alert">
        {failure?.refusal !== undefined && (
          <p key={keyOf(failure)}>
            {words.failed} {refusalInWords(failure.refusal, words, session.limits)}
          </p>
        )}
      </div>
    </>
  );
}
