import type { RefObject } from 'preact';
import { useLayoutEffect } from 'preact/hooks';

/** Calls `onSize` now and whenever the size of an element changes, and begins anew when one of `causes` changes. */
export function useSize(
  ref: RefObject<Element | null>,
  onSize: (element: Element) => void,
  causes: readonly unknown[] = [],
): void {
  useLayoutEffect(() => {
    const element = ref.current;
    if (element === null) return;
    const observer = new ResizeObserver(() => onSize(element));
    observer.observe(element);
    return () => observer.disconnect();
  }, causes);
}
