import { useCallback, useLayoutEffect, useRef, useState } from 'preact/hooks';
import { isRemoved } from '../../src/protocol/text.ts';
import { DownIcon, Mark } from './icons.tsx';
import { RowContent } from './row.tsx';
import { scrollable } from './scrollable.ts';
import { endThreshold, type Place, type Scroller, useKeptPlace, useScroller } from './scroller.ts';
import type { Session } from './session.ts';
import type { Row } from './transcript.ts';
import type { Words } from './words.ts';

type Props = { session: Session; words: Words; locale: string };

/** The conversation. Only the rows near the visible ones are in the document. */
export function List({ session, words, locale }: Props) {
  const { transcript, unread, isSynced, isLoading, isAtEnd } = session;
  const log = useRef<HTMLDivElement>(null);
  const scroller = useScroller(transcript, log, !session.isMarkWanted, session.selected);
  const [day, setDay] = useState<Date>();
  const place = useRef<Place>({ height: undefined, top: 0, isAtEnd: true }).current;

  const look = useCallback(() => {
    const { current } = log;
    if (current === null) return;
    for (const key of session.forget()) scroller.itemSizeCache.delete(key);
    const { scrollTop, clientHeight, scrollHeight } = current;
    if (clientHeight === 0) place.height = 0;
    place.height ??= clientHeight;
    // After a change of height, the position means nothing until the place has been restored.
    if (clientHeight === 0 || clientHeight !== place.height) return;
    place.top = scrollTop;
    place.isAtEnd = scrollHeight - clientHeight - scrollTop <= endThreshold;
    session.look(place.isAtEnd, transcript.messageAt(place.isAtEnd ? transcript.count : lastIn(scroller)));
    if (scrollTop < 2 * clientHeight) session.loadOlder();
    const next = transcript.dayAt(scroller.getVirtualItemForOffset(scrollTop)?.index ?? transcript.count);
    setDay((now) =>
      next !== undefined && now !== undefined && transcript.clock.isSameDay(now, next) ? now : next,
    );
  }, [session, scroller, place, transcript]);

  useLayoutEffect(() => {
    session.isListShown = () => log.current?.clientHeight !== 0;
  }, [session]);
  useLayoutEffect(() => {
    if (session.isListShown()) {
      const { marker } = transcript;
      const sought = session.isSeeking ? transcript.indexOf(session.found?.position ?? -1) : -1;
      if (sought >= 0) {
        session.isSeeking = false;
        session.look(false, undefined);
        scroller.scrollToIndex(sought, { align: 'center' });
      } else if (session.isMarkWanted && marker >= 0) {
        place.isAtEnd = false;
        scroller.scrollToIndex(marker, { align: 'start' });
      } else if (session.isEndWanted || (place.isAtEnd && !scroller.isAtEnd())) scroller.scrollToEnd();
      session.isEndWanted = false;
      session.isMarkWanted = false;
    }
    look();
  }, [session, scroller, place, transcript.version, isSynced, session.isSeeking, look]);
  const comeBack = useCallback(() => {
    const { marker } = session.transcript;
    if (session.unread > 0 && marker >= 0 && place.isAtEnd)
      scroller.scrollToIndex(marker, { align: 'start' });
    else if (place.isAtEnd) scroller.scrollToEnd();
    else scroller.scrollToOffset(place.top);
  }, [session, scroller, place]);
  useKeptPlace(scroller, log, place, comeBack, look);

  useLayoutEffect(() => {
    const onVisible = () => {
      if (document.hidden) return;
      const { marker } = session.transcript;
      const first = scroller.range?.startIndex ?? 0;
      if (session.unread > 0 && marker >= 0 && marker < first)
        scroller.scrollToIndex(marker, { align: 'start' });
      else look();
    };
    document.addEventListener('visibilitychange', onVisible);
    return () => document.removeEventListener('visibilitychange', onVisible);
  }, [session, scroller, look]);

  // The browser itself would scroll to where the end seems to be before the rows there are measured.
  function onKeyDown(event: KeyboardEvent): void {
    if (event.key !== 'End' || event.shiftKey || event.altKey || event.metaKey) return;
    event.preventDefault();
    scroller.scrollToEnd();
  }

  function toEnd(): void {
    session.isSeeking = false;
    scroller.scrollToEnd();
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
        {...scrollable}
        onScroll={look}
        onKeyDown={onKeyDown}
      >
        {transcript.count === 0 && <Emptiness isSynced={isSynced} words={words} />}
        <div class="rows" style={{ height: `${scroller.getTotalSize()}px` }}>
          {scroller.getVirtualItems().map(({ index, key, start }) => {
            const row = transcript.row(index);
            return (
              row !== undefined && (
                <div
                  key={key}
                  class="row"
                  data-index={index}
                  data-key={key}
                  data-found={key === session.found?.position ? '' : undefined}
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
      {day !== undefined && <p class="day">{transcript.clock.format(day, 'day', locale)}</p>}
      {isLoading && <p class="loading">{words.loadingOlder}</p>}
      {!isAtEnd && (
        <button type="button" class="newest" onClick={toEnd}>
          <DownIcon />
          {words.newest}
          {unread > 0 && <span class="count">{session.badge}</span>}
        </button>
      )}
    </div>
  );
}

/** Index of the last row in view. */
function lastIn({ scrollOffset, scrollRect, getVirtualItemForOffset }: Scroller): number {
  return getVirtualItemForOffset((scrollOffset ?? 0) + (scrollRect?.height ?? 0))?.index ?? -1;
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

/** The attributes of a row that styles and tests use. */
function marksOf(row: Row) {
  if (row.kind === 'message')
    return {
      'data-row': isRemoved(row.message) ? 'removed' : 'message',
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
