import { useEffect, useState } from 'preact/hooks';
import type { ChatMessage } from '../../src/client/client.ts';
import type { Session } from './session.ts';
import type { Words } from './words.ts';

/** Milliseconds between two announcements. */
const pause = 4000;

/**
 * Tells screen readers what others say, at most once a pause: the message, or how many there were. The list itself keeps
 * silent, for its rows come and go with the scrolling too.
 */
export function Announcer({ session, words }: { session: Session; words: Words }) {
  const [said, setSaid] = useState<readonly ChatMessage[]>([]);

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
      const { nickname } = session.client.state;
      waiting.push(...messages.filter(({ name }) => name !== nickname));
      if (timer === undefined) announce();
    });
    return () => {
      stop();
      clearTimeout(timer);
    };
  }, [session]);

  const [message] = said;
  return (
    <div class="unseen" aria-live="polite">
      {said.length > 1 && words.newMessages(said.length)}
      {said.length === 1 && message !== undefined && (
        <>
          <bdi>{message.name}</bdi>: <bdi>{message.content}</bdi>
        </>
      )}
    </div>
  );
}
