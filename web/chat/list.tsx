import { elementScroll, observeElementOffset, observeElementRect, Virtualizer } from '@tanstack/virtual-core';
import { useCallback, useEffect, useLayoutEffect, useReducer, useRef, useState } from 'preact/hooks';
import { DownIcon, Mark } from './icons.tsx';
import { RowContent } from './row.tsx';
import type { Session } from './session.ts';
import type { Row, Transcript } from './transcript.ts';
import type { Words } from './words.ts';

type Props = { session: Session; words: Words; locale: string };
type Scroller = Virtualizer<HTMLDivElement, HTMLDivElement>;

/** Pixels from the end within which the list follows what is said. */
const endThreshold = 60;
/** Heights of rows that nobody has measured yet: close is enough. */
const headHeight = 75;
const nextHeight = 40;

/** The conversation: of all its rows only those around the visible ones are in the document. */
export function List({ session, words, locale }: Props) {
  const { transcript, unread, isSynced, isLoading, isAtEnd } = session;
  const log = useRef<HTMLDivElement>(null);
  const virtualizer = useVirtualizer(transcript, log);
  const wasAtEnd = useRef(true);

  const look = useCallback(() => {
    const { current } = log;
    if (current === null) return;
    const { scrollTop, clientHeight, scrollHeight } = current;
    wasAtEnd.current = scrollHeight - clientHeight - scrollTop <= endThreshold;
    session.look(wasAtEnd.current);
    if (scrollTop < 2 * clientHeight) session.loadOlder();
  }, [session]);

  useLayoutEffect(() => {
    if (session.isEndWanted || (wasAtEnd.current && !virtualizer.isAtEnd())) virtualizer.scrollToEnd();
    session.isEndWanted = false;
    look();
  }, [session, virtualizer, transcript.version, isSynced, look]);
  useKeptPlace(virtualizer, log, wasAtEnd);

  useEffect(() => {
    const onVisible = () => {
      if (document.hidden) return;
      const { marker } = session.transcript;
      const first = virtualizer.range?.startIndex ?? 0;
      if (session.unread > 0 && marker >= 0 && marker < first)
        virtualizer.scrollToIndex(marker, { align: 'start' });
      else look();
    };
    document.addEventListener('visibilitychange', onVisible);
    return () => document.removeEventListener('visibilitychange', onVisible);
  }, [session, virtualizer, look]);

  function toEnd(): void {
    virtualizer.scrollToEnd();
    log.current?.focus({ preventScroll: true });
  }

  return (
    <div class="list">
      <div
        ref={log}
        class="log"
        role="log"
        aria-live="off"
        aria-label={words.conversation}
        // biome-ignore lint/a11y/noNoninteractiveTabindex: it scrolls, so the keyboard must reach it
        tabIndex={0}
        onScroll={look}
      >
        {transcript.count === 0 && <Emptiness isSynced={isSynced} words={words} />}
        <div class="rows" style={{ height: `${virtualizer.getTotalSize()}px` }}>
          {virtualizer.getVirtualItems().map(({ index, key, start }) => {
            const row = transcript.row(index);
            return (
              row !== undefined && (
                <div
                  key={key}
                  ref={virtualizer.measureElement}
                  class="row"
                  data-index={index}
                  {...marksOf(row)}
                  style={{ transform: `translateY(${start}px)` }}
                >
                  <RowContent row={row} session={session} words={words} locale={locale} />
                </div>
              )
            );
          })}
        </div>
      </div>
      {isLoading && <p class="loading">{words.loadingOlder}</p>}
      {!isAtEnd && (
        <button type="button" class="newest" onClick={toEnd}>
          <DownIcon />
          {words.newest}
          {unread > 0 && <span class="count">{unread}</span>}
        </button>
      )}
    </div>
  );
}

function Emptiness({ isSynced, words }: { isSynced: boolean; words: Words }) {
  if (!isSynced) return <p class="empty">{words.loading}</p>;
  return (
    <div class="empty">
      <Mark />
      <h2>{words.emptyTitle}</h2>
      <p>{words.emptyText}</p>
    </div>
  );
}

/** What a row says of itself to styles and tests. */
function marksOf(row: Row) {
  if (row.kind === 'message')
    return {
      'data-row': 'message',
      'data-position': row.key,
      'data-own': row.isOwn ? '' : undefined,
      'data-head': row.isHead ? '' : undefined,
    };
  if (row.kind === 'outgoing')
    return {
      'data-row': 'message',
      'data-own': '',
      'data-state': row.outgoing.state,
      'data-head': row.isHead ? '' : undefined,
    };
  return { 'data-row': row.kind };
}

/** TanStack's virtualizer as a hook. Preact renders in a microtask, so what it measures is drawn in the same frame. */
function useVirtualizer(transcript: Transcript, log: { current: HTMLDivElement | null }): Scroller {
  const [, redraw] = useReducer((draws: number) => draws + 1, 0);
  const { version } = transcript;
  // Another function for another version: the virtualizer keeps what it knows of the rows until it gets another.
  const getItemKey = useCallback(
    (index: number) => transcript.row(index)?.key ?? index,
    [transcript, version],
  );
  const options = {
    count: transcript.count,
    getScrollElement: () => log.current,
    getItemKey,
    estimateSize: (index: number) => estimate(transcript.row(index)),
    scrollToFn: elementScroll,
    observeElementRect,
    observeElementOffset,
    onChange: () => redraw(undefined as never),
    overscan: 8,
    paddingStart: 16,
    paddingEnd: 16,
    anchorTo: 'end',
    followOnAppend: true,
    scrollEndThreshold: endThreshold,
  } as const;
  const [virtualizer] = useState(() => new Virtualizer<HTMLDivElement, HTMLDivElement>(options));
  virtualizer.setOptions(options);
  useLayoutEffect(() => virtualizer._didMount(), [virtualizer]);
  useLayoutEffect(() => virtualizer._willUpdate());
  return virtualizer;
}

function estimate(row: Row | undefined): number {
  return row !== undefined && 'isHead' in row && row.isHead ? headHeight : nextHeight;
}

/** When the window or the keyboard changes the list's size, its end stays its end, and what is read stays at the top. */
function useKeptPlace(
  virtualizer: Scroller,
  log: { current: HTMLDivElement | null },
  wasAtEnd: { current: boolean },
): void {
  useEffect(() => {
    const { current } = log;
    if (current === null) return undefined;
    let width = current.clientWidth;
    const observer = new ResizeObserver(() => {
      const isNarrower = current.clientWidth !== width;
      width = current.clientWidth;
      const index = virtualizer.range?.startIndex ?? 0;
      if (isNarrower) virtualizer.measure();
      if (wasAtEnd.current) virtualizer.scrollToEnd();
      else if (isNarrower) virtualizer.scrollToIndex(index, { align: 'start' });
    });
    observer.observe(current);
    return () => observer.disconnect();
  }, [virtualizer, log, wasAtEnd]);
}
