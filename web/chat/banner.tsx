import { useLayoutEffect, useRef } from 'preact/hooks';
import { focusField } from './embedding.ts';
import type { Session } from './session.ts';
import { saidByServer, type Words } from './words.ts';

/** The close codes that say more than that the connection is closed (P-RES-2). */
const closings: Record<number, keyof Words['banner']> = { 4000: 'takenOver', 4001: 'kicked', 4003: 'banned' };

/** Shows a lost connection. The element always exists, so that screen readers announce changes in it. */
export function Banner({ session, words }: { session: Session; words: Words }) {
  const { client, isSynced, isJoining, isFull } = session;
  const { status, closeCode = 0, closeReason = '', nickname } = client.state;
  const lack = isFull ? 'full' : nickname === undefined ? 'absent' : 'waiting';
  const again = useRef<HTMLButtonElement>(null);
  const news = closings[closeCode] ?? (status === 'waiting' ? lack : status);
  // The list shows the first loading of the history, and the first connection matters only if somebody waits for it.
  const isSaid =
    news in words.banner &&
    ((status !== 'syncing' && status !== 'reclaiming') || isSynced) &&
    (status !== 'connecting' || isJoining);
  // The form for a first nickname says so itself.
  const isHaunted = session.isHaunted && nickname !== undefined;
  const said = isSaid ? words.banner[news as keyof Words['banner']] : isHaunted ? words.ghost : undefined;
  // It begins with a word that the text says too, as in `banned until …: flooding`.
  const isExpelled = news === 'kicked' || news === 'banned';
  const text = isExpelled ? said + saidByServer(closeReason.replace(/^\w+/, ''), words) : said;
  const stopped = news === 'kicked' ? words.join : news === 'banned' ? undefined : words.connectHere;
  const offer = status === 'waiting' ? words.tryNow : status === 'stopped' ? stopped : undefined;

  // When the button disappears, the focus must move on, or it is lost.
  const wasFocused = again.current !== null && again.current === document.activeElement;
  useLayoutEffect(() => {
    if (wasFocused && again.current === null) focusField();
  });

  return (
    <div class="banner" role="status" data-banner={text && (isSaid ? news : 'haunted')}>
      {text && (
        <>
          {status !== 'stopped' && <span class="banner-sign" aria-hidden="true" />}
          <span>{text}</span>
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
