/**
 * TanStack's virtualizer as a hook: which rows are in the document, and where. Preact renders in a microtask, so what is
 * measured here is drawn in the same frame.
 */
import { elementScroll, observeElementOffset, observeElementRect, Virtualizer } from '@tanstack/virtual-core';
import { useCallback, useEffect, useLayoutEffect, useReducer, useState } from 'preact/hooks';
import type { Row, Transcript } from './transcript.ts';

export type Scroller = Virtualizer<HTMLDivElement, HTMLDivElement>;
type Log = { readonly current: HTMLDivElement | null };
/** Where the list stood when it was last looked at; `height` is 0 while it is not shown. */
export type Place = { height: number | undefined; top: number; isAtEnd: boolean };

/** Pixels from the end within which the list follows what is said. */
export const endThreshold = 60;
/** Heights of rows that nobody has measured yet: close is enough. */
const headHeight = 75;
const nextHeight = 40;

/** `follows`: who reads the end goes on reading it when something comes. */
export function useScroller(transcript: Transcript, log: Log, follows: boolean): Scroller {
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
    followOnAppend: follows && log.current?.clientHeight !== 0,
    scrollEndThreshold: endThreshold,
  } as const;
  const [scroller] = useState(() => new Virtualizer<HTMLDivElement, HTMLDivElement>(options));
  scroller.setOptions(options);
  useLayoutEffect(() => scroller._didMount(), [scroller]);
  useLayoutEffect(() => {
    scroller._willUpdate();
    measure(scroller, log.current);
  });
  useEffect(() => observeRows(scroller, log.current), [scroller, log]);
  return scroller;
}

function estimate(row: Row | undefined): number {
  return row !== undefined && 'isHead' in row && row.isHead ? headHeight : nextHeight;
}

/**
 * Tells the virtualizer the heights of all rows in the document at once. It would take them one by one, but lays out
 * everything below a row anew for each, and of a hundred thousand rows that is a long way. So all but one go into its
 * cache, and the one stands for them: what it seems to have grown is what all of them have grown above the reader.
 */
function measure(scroller: Scroller, log: HTMLDivElement | null): void {
  // In a window that is closed nothing has a height.
  if (log === null || log.clientHeight === 0) return;
  const offset = scroller.scrollOffset ?? 0;
  const sizes = scroller.itemSizeCache;
  let growth = 0;
  let changed: { index: number; key: number | string | bigint; size: number } | undefined;
  for (const element of log.querySelectorAll<HTMLElement>('[data-index]')) {
    const index = Number(element.dataset['index']);
    const item = scroller.measurementsCache[index];
    const size = element.offsetHeight;
    if (item === undefined || size === (sizes.get(item.key) ?? item.size)) continue;
    const isAbove = sizes.has(item.key) ? item.end <= offset : item.start < offset;
    if (isAbove) growth += size - item.size;
    sizes.set(item.key, size);
    if (changed === undefined || index < changed.index) changed = { index, key: item.key, size };
  }
  if (changed === undefined) return;
  const { index, key, size } = changed;
  scroller.shouldAdjustScrollPositionOnItemSizeChange = () => growth !== 0;
  sizes.set(key, size - (growth === 0 ? 1 : growth));
  scroller.resizeItem(index, size);
}

/** Measures again when rows change their height while nothing is drawn. */
function observeRows(scroller: Scroller, log: HTMLDivElement | null): (() => void) | undefined {
  if (log === null) return undefined;
  const sizes = new ResizeObserver(() => measure(scroller, log));
  const rows = new MutationObserver((changes) => {
    for (const { addedNodes, removedNodes } of changes) {
      for (const node of addedNodes) if (node instanceof HTMLElement) sizes.observe(node);
      for (const node of removedNodes) if (node instanceof HTMLElement) sizes.unobserve(node);
    }
  });
  const place = log.querySelector('.rows');
  if (place !== null) {
    for (const row of place.children) sizes.observe(row);
    rows.observe(place, { childList: true });
  }
  return () => {
    sizes.disconnect();
    rows.disconnect();
  };
}

/**
 * When the window or the phone's keyboard changes the list's size, its end stays its end, and what is being read stays at
 * the top. `onShown` finds the place again when the list was not shown at all, and `onKept` hears that it has its place.
 */
export function useKeptPlace(
  scroller: Scroller,
  log: Log,
  place: Place,
  onShown: () => void,
  onKept: () => void,
): void {
  useEffect(() => {
    const { current } = log;
    if (current === null) return undefined;
    let width = current.clientWidth;
    const observer = new ResizeObserver(() => {
      const { clientWidth, clientHeight } = current;
      const wasShown = place.height !== 0;
      place.height = clientHeight;
      if (clientHeight === 0) return;
      const isOtherWidth = clientWidth !== width;
      width = clientWidth;
      const index = scroller.range?.startIndex ?? 0;
      if (isOtherWidth) scroller.measure();
      if (!wasShown) onShown();
      else if (place.isAtEnd) scroller.scrollToEnd();
      else if (isOtherWidth) scroller.scrollToIndex(index, { align: 'start' });
      onKept();
    });
    observer.observe(current);
    return () => observer.disconnect();
  }, [scroller, log, place, onShown, onKept]);
}
