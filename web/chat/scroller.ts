/**
 * TanStack's virtualizer as a hook. It decides which rows are in the document, and where. Preact renders in a
 * microtask, so measurements are drawn in the same animation frame.
 */
import {
  defaultRangeExtractor,
  elementScroll,
  observeElementOffset,
  observeElementRect,
  type Range,
  Virtualizer,
} from '@tanstack/virtual-core';
import { useCallback, useLayoutEffect, useReducer, useState } from 'preact/hooks';
import type { Selected } from './selected.ts';
import type { Row, Transcript } from './transcript.ts';

export type Scroller = Virtualizer<HTMLDivElement, HTMLDivElement>;
type Log = { readonly current: HTMLDivElement | null };
/** The last known place of the list. `height` is 0 while the list is not shown. */
export type Place = { height: number | undefined; top: number; isAtEnd: boolean };

/** The list follows new messages if it is within so many pixels of its end. */
export const endThreshold = 60;
/** Estimated heights of rows that have not been measured yet. */
const headHeight = 75;
const nextHeight = 40;

/**
 * `follows`: who reads the end goes on reading it when something comes. The first and the last of the `selected` rows stay
 * in the document, so that the selection does.
 */
export function useScroller(
  transcript: Transcript,
  log: Log,
  follows: boolean,
  selected: () => Selected,
): Scroller {
  const [, redraw] = useReducer((draws: number) => draws + 1, 0);
  const { version } = transcript;
  // A new function for each version: the virtualizer caches what it knows of the rows until it gets a new one.
  const getItemKey = useCallback(
    (index: number) => transcript.row(index)?.key ?? index,
    [transcript, version],
  );
  const options = {
    count: transcript.count,
    getScrollElement: () => log.current,
    getItemKey,
    rangeExtractor: (range: Range) => {
      const { first, last } = selected();
      const indexes = new Set([...defaultRangeExtractor(range), first, last]);
      return [...indexes]
        .filter((index) => index >= 0 && index < range.count)
        .sort((one, other) => one - other);
    },
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
  useLayoutEffect(() => observeRows(scroller, log.current), [scroller, log]);
  return scroller;
}

function estimate(row: Row | undefined): number {
  return row !== undefined && 'isHead' in row && row.isHead ? headHeight : nextHeight;
}

/**
 * Tells the virtualizer the heights of all rows in the document at once. One by one, it would lay out everything below
 * each row again, which is slow with a hundred thousand rows. So all but one go directly into its cache, and that one
 * stands for all: its reported growth is the sum of all growth above the reader.
 */
function measure(scroller: Scroller, log: HTMLDivElement | null): void {
  // In a closed window nothing has a height.
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

/** Measures again when rows change their height without a render. */
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
 * When the window or a phone's keyboard changes the list's size, keeps the end or the top row in its place. `onShown`
 * restores the place after the list was hidden; `onKept` is called once the list is in place.
 */
export function useKeptPlace(
  scroller: Scroller,
  log: Log,
  place: Place,
  onShown: () => void,
  onKept: () => void,
): void {
  useLayoutEffect(() => {
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
