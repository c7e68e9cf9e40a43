import { useLayoutEffect, useRef } from 'preact/hooks';
import { focusField } from './embedding.ts';
import type { Session } from './session.ts';
import type { Words } from './words.ts';

/** The close code of a connection whose nickname another one has taken over (P-RES-2). */
const takenOver = 4000;

/** Says how the connection is when it is not. The element stays, so that screen readers hear what comes into it. */
export function Banner({ session, words }: { session: Session; words: Words }) {
  const { client, isSynced, isJoining } = session;
  const { status, closeCode } = client.state;
  const again = useRef<HTMLButtonElement>(null);
  const news = closeCode === takenOver ? 'takenOver' : status;
  // The first look at the history shows in the list itself, and the first connection is of interest once it is waited for.
  const isSaid =
    news in words.banner &&
    ((status !== 'syncing' && status !== 'reclaiming') || isSynced) &&
    (status !== 'connecting' || isJoining);
  const offer = status === 'waiting' ? words.tryNow : status === 'stopped' ? words.connectHere : undefined;

  // The button goes away with the waiting, and the focus with it if it is not led on.
  const wasFocused = again.current !== null && again.current === document.activeElement;
  useLayoutEffect(() => {
    if (wasFocused && again.current === null) focusField();
  });

  return (
    <div class="banner" role="status" data-banner={isSaid ? news : undefined}>
      {isSaid && (
        <>
          {status !== 'stopped' && <span class="banner-sign" aria-hidden="true" />}
          <span>{words.banner[news as keyof Words['banner']]}</span>
          {offer !== undefined && (
            <button ref={again} type="button" class="plain" onClick={client.reconnect}>
              {offer}
            </button>
          )}
        </>
      )}
    </div>
  );
}
