import type { RefObject } from 'preact';
import { useLayoutEffect, useState } from 'preact/hooks';
import { useSize } from './size.ts';
import type { Words } from './words.ts';

/** Up to so many pixels from the end a reader counts as being there. */
const near = 24;

/**
 * Keeps the end of a list in sight, but does not tear a reader away who has scrolled up. After a step through a recording,
 * which the reader has asked for, the end is always shown.
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
  const stay = () => {
    if (!isAway) toEnd();
  };
  useSize(frame, stay, [isAway]);
  const onScroll = () => {
    const element = frame.current;
    if (element === null) return;
    setAway(element.scrollHeight - element.clientHeight - element.scrollTop > near);
  };
  return { isAway, onScroll, toEnd };
}

/** A button that leads to the end. */
export const NewestView = ({ words, onPress }: { words: Words; onPress: () => void }) => (
  <button type="button" class="newest" onClick={onPress}>
    <span aria-hidden="true">↓</span> {words.newest}
  </button>
);
