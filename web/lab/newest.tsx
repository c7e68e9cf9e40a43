import type { RefObject } from 'preact';
import { useLayoutEffect, useState } from 'preact/hooks';
import type { Words } from './words.ts';

/** Pixels from the end in which a reader still is at it. */
const near = 24;

/**
 * Keeps the end of a list in sight, but does not tear away who reads further above. A step through a recording, which is
 * the reader's own, always shows the end.
 */
export function useNewest(
  frame: RefObject<HTMLElement | null>,
  last: number | undefined,
  isStepped: boolean,
) {
  const [isAway, setAway] = useState(false);
  const toEnd = () => frame.current?.scrollTo({ top: frame.current.scrollHeight });
  useLayoutEffect(() => {
    if (!isAway || isStepped) toEnd();
  }, [last]);
  useLayoutEffect(() => {
    const element = frame.current;
    if (element === null || isAway) return;
    const observer = new ResizeObserver(toEnd);
    observer.observe(element);
    return () => observer.disconnect();
  }, [isAway]);
  const onScroll = () => {
    const element = frame.current;
    if (element === null) return;
    setAway(element.scrollHeight - element.clientHeight - element.scrollTop > near);
  };
  return { isAway, onScroll, toEnd };
}

/** Leads to the end. */
export const NewestView = ({ words, onPress }: { words: Words; onPress: () => void }) => (
  <button type="button" class="newest" onClick={onPress}>
    <span aria-hidden="true">↓</span> {words.newest}
  </button>
);
