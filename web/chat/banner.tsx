import type { Session } from './session.ts';
import type { Words } from './words.ts';

/** Says how the connection is when it is not. The element stays, so that screen readers hear what comes into it. */
export function Banner({ session, words }: { session: Session; words: Words }) {
  const { client, isSynced } = session;
  const { status } = client.state;
  // The first look at the history shows in the list itself.
  const isSaid = status in words.banner && (status !== 'syncing' || isSynced);

  // The button goes away with what it does, and the focus with it if it is not led on.
  function tryNow(): void {
    client.reconnect();
    document.getElementById('message')?.focus();
  }

  return (
    <div class="banner" role="status" data-banner={isSaid ? status : undefined}>
      {isSaid && (
        <>
          <span class="banner-sign" aria-hidden="true" />
          <span>{words.banner[status as keyof Words['banner']]}</span>
          {status === 'waiting' && (
            <button type="button" class="plain" onClick={tryNow}>
              {words.tryNow}
            </button>
          )}
        </>
      )}
    </div>
  );
}
