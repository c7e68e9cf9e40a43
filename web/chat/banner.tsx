import { useLayoutEffect, useRef } from 'preact/hooks';
import type { Session } from './session.ts';
import type { Words } from './words.ts';

/** Says how the connection is when it is not. The element stays, so that screen readers hear what comes into it. */
export function Banner({ session, words }: { session: Session; words: Words }) {
  const { client, isSynced, isJoining } = session;
  const { status } = client.state;
  const again = useRef<HTMLButtonElement>(null);
  // The first look at the history shows in the list itself, and the first connection is of interest once it is waited for.
  const isSaid =
    status in words.banner && (status !== 'syncing' || isSynced) && (status !== 'connecting' || isJoining);

  // The button goes away with the waiting, and the focus with it if it is not led on.
  const wasFocused = again.current !== null && again.current === document.activeElement;
  useLayoutEffect(() => {
    if (wasFocused && again.current === null)
      (document.getElementById('message') ?? document.getElementById('nickname'))?.focus();
  });

  return (
    <div class="banner" role="status" data-banner={isSaid ? status : undefined}>
      {isSaid && (
        <>
          <span class="banner-sign" aria-hidden="true" />
          <span>{words.banner[status as keyof Words['banner']]}</span>
          {status === 'waiting' && (
            <button ref={again} type="button" class="plain" onClick={client.reconnect}>
              {words.tryNow}
            </button>
          )}
        </>
      )}
    </div>
  );
}
