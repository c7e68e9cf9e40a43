import { useLayoutEffect, useState } from 'preact/hooks';
import type { Announcement, ChatMessage, Outgoing } from '../../src/client/client.ts';
import type { Session } from './session.ts';
import { refusalInWords, type Words } from './words.ts';

/** The shortest time between two announcements. */
const pauseMs = 4000;

const keys = new WeakMap<object, number>();
let lastKey = 0;

/** A key that is the same for the same object only, even if another one has the same text. */
function keyOf(thing: object): number {
  const key = keys.get(thing) ?? ++lastKey;
  keys.set(thing, key);
  return key;
}

/**
 * Announces to screen readers what others say, with pauses between announcements, and at once what the host says and
 * what could not be sent.
 * The list itself is not a live region, because scrolling changes its rows.
 */
export function Announcer({ session, words }: { session: Session; words: Words }) {
  const [said, setSaid] = useState<readonly ChatMessage[]>([]);
  const [announcement, setAnnouncement] = useState<Announcement>();
  const [failure, setFailure] = useState<Outgoing>();

  useLayoutEffect(() => {
    let waiting: ChatMessage[] = [];
    let timer: ReturnType<typeof setTimeout> | undefined;
    const announce = () => {
      setSaid(waiting);
      timer = waiting.length > 0 ? setTimeout(announce, pauseMs) : undefined;
      waiting = [];
    };
    const stopRemoving = session.client.on('removed', ({ position }) => {
      const isLeft = (message: ChatMessage) => message.position !== position;
      waiting = waiting.filter(isLeft);
      setSaid((saying) => (saying.every(isLeft) ? saying : []));
    });
    const stop = session.client.on('messages', (messages) => {
      if (!session.isSynced) return;
      waiting.push(...messages.filter((message) => session.isNews(message)));
      if (timer === undefined) announce();
    });
    return () => {
      stop();
      stopRemoving();
      clearTimeout(timer);
    };
  }, [session]);

  useLayoutEffect(() => session.client.on('announcement', setAnnouncement), [session]);

  // Existing failures are not announced again.
  useLayoutEffect(() => {
    const failedIn = (outbox: readonly Outgoing[]) => outbox.filter(({ state }) => state === 'failed');
    let known = failedIn(session.client.state.outbox);
    return session.client.on('state', ({ outbox }) => {
      const failed = failedIn(outbox);
      const last = failed.findLast((one) => !known.includes(one));
      known = failed;
      if (last !== undefined || failed.length === 0) setFailure(last);
    });
  }, [session]);

  // Each text has its own node, so that a repeated text is announced again.
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
        {announcement && (
          <p key={keyOf(announcement)}>
            {words.announcement}: <bdi>{announcement.content}</bdi>
          </p>
        )}
        {failure?.refusal !== undefined && (
          <p key={keyOf(failure)}>
            {words.failed} {refusalInWords(failure.refusal, words, session.limits)}
          </p>
        )}
      </div>
    </>
  );
}
