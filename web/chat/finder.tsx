import { useLayoutEffect, useReducer, useRef, useState } from 'preact/hooks';
import { CloseIcon } from './icons.tsx';
import { Search } from './search.ts';
import type { Session } from './session.ts';
import { isShortcut } from './shortcut.ts';
import type { Words } from './words.ts';

const en = { found: 'Messages found: ', goOn: 'Search older messages' };
const vi: typeof en = { found: 'Số tin tìm thấy: ', goOn: 'Tìm trong tin cũ hơn' };

/** So many characters are shown before what was found. */
const contextLength = 40;

/** A pattern has its limits, and nobody types more. */
const mostTyped = 200;

type Props = { session: Session; words: Words; locale: string };

/** The search of the history. Ctrl+F opens it; pressed in a dialog, it closes that and opens the browser's own search. */
export function Finder({ session, words, locale }: Props) {
  const own = words.language === 'vi' ? vi : en;
  const dialog = useRef<HTMLDialogElement>(null);
  const [, redraw] = useReducer((draws: number) => draws + 1, 0);
  const [search] = useState(() => new Search(session, () => redraw(undefined as never)));
  const { hits, pattern, before, total, isRunning } = search;
  const close = () => dialog.current?.close();

  useLayoutEffect(() => {
    const onShortcut = (event: KeyboardEvent) => {
      if (!isShortcut(event, 'f')) return;
      const open = document.querySelector<HTMLDialogElement>('dialog[open]');
      open?.close();
      if (open !== null) return;
      event.preventDefault();
      dialog.current?.showModal();
    };
    document.addEventListener('keydown', onShortcut);
    const stop = session.client.on('reset', close);
    const stopRemoving = session.client.on('removed', ({ position }) => search.remove(position));
    return () => {
      document.removeEventListener('keydown', onShortcut);
      stop();
      stopRemoving();
      search.close();
    };
  }, [session, search]);

  function goTo(message: (typeof hits)[0] | undefined): void {
    if (message === undefined) return;
    close();
    document.querySelector<HTMLElement>('[role="log"]')?.focus({ preventScroll: true });
    session.seek(message);
  }

  function submit(event: Event): void {
    event.preventDefault();
    goTo(hits[0]);
  }

  // The page around the chat is not to close its window as well.
  function onKeyDown(event: KeyboardEvent): void {
    if (event.key === 'Escape') event.stopPropagation();
  }

  return (
    <dialog
      ref={dialog}
      id="finder"
      class="finder"
      aria-label={words.search}
      onKeyDown={onKeyDown}
      onClose={() => search.close()}
    >
      <form onSubmit={submit}>
        <input
          // Not of the type `search`, which would take the first Escape for itself.
          type="text"
          class="field"
          aria-label={words.search}
          placeholder={words.search}
          autocomplete="off"
          maxLength={mostTyped}
          dir="auto"
          // The browser puts the focus here when the dialog opens.
          onFocus={({ currentTarget }) => {
            if (search.pattern !== undefined) return;
            currentTarget.select();
            search.find(currentTarget.value);
          }}
          onInput={({ currentTarget }) => search.find(currentTarget.value)}
        />
        <button type="button" class="tool" aria-label={words.close} onClick={close}>
          <CloseIcon />
        </button>
      </form>
      <p role="status">{pattern && (isRunning ? words.loadingOlder : own.found + hits.length)}</p>
      {isRunning && <progress aria-label={words.loadingOlder} max={total} value={total - before} />}
      <ul>
        {pattern &&
          hits.map((message) => (
            <li key={message.position}>
              <button type="button" onClick={() => goTo(message)}>
                <span class="byline">
                  <bdi class="author">{message.name}</bdi>
                  <time>{session.transcript.clock.show(message.timestamp, 'short', locale)}</time>
                </span>
                <span dir="auto">
                  <Excerpt text={message.content} pattern={pattern} />
                </span>
              </button>
            </li>
          ))}
      </ul>
      {!isRunning && before > 0 && (
        <button type="button" class="plain" onClick={() => void search.goOn()}>
          {own.goOn}
        </button>
      )}
    </dialog>
  );
}

/** A message from a little before what was found first, with the first of what was found in it marked. */
function Excerpt({ text, pattern }: { text: string; pattern: RegExp }) {
  const pieces = text.normalize('NFD').split(pattern, 9);
  const drawn = pieces.map((piece, index) => {
    const shown = piece.normalize();
    if (index === 0) return [...shown].slice(-contextLength).join('');
    return index % 2 === 0 ? shown : <mark>{shown}</mark>;
  });
  return <>{drawn}</>;
}
