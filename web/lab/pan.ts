import type { RefObject } from 'preact';
import { useLayoutEffect, useRef } from 'preact/hooks';

/** A point of the page, which part of a picture was there, in shares of its width and height, and that width. */
type Anchor = { x: number; y: number; across: number; down: number; width: number };

/** How many steps of zoom a pixel of the wheel is; a trackpad that is pinched tells fewer of them. */
const [inPixel, inPinched] = [1 / 200, 1 / 30];
/** A pointer that has moved further than this, in pixels, drags. */
const near = 4;

/**
 * A picture in a frame that scrolls: a mouse drags it, and its wheel zooms it. Returns what puts the part that was under
 * the pointer there again, once the picture has its new size; that returns false if nobody has zoomed so.
 */
export function usePan(frame: RefObject<HTMLElement | null>, onZoom: (steps: number) => void): () => boolean {
  const anchor = useRef<Anchor | undefined>(undefined);
  const drag = useRef<{ x: number; y: number } | undefined>(undefined);

  useLayoutEffect(() => {
    const element = frame.current;
    if (element === null) return undefined;
    const onWheel = (event: WheelEvent) => {
      const box = element.firstElementChild?.getBoundingClientRect();
      // With Shift it scrolls sideways, as everywhere.
      if (box === undefined || event.shiftKey) return;
      event.preventDefault();
      const { clientX: x, clientY: y, deltaY, ctrlKey } = event;
      const { left, top, width, height } = box;
      anchor.current = { x, y, across: (x - left) / width, down: (y - top) / height, width };
      onZoom(-deltaY * (ctrlKey ? inPinched : inPixel));
    };
    const onDown = ({ pointerType, button, clientX: x, clientY: y }: PointerEvent) => {
      // A finger scrolls by itself.
      if (pointerType === 'mouse' && button === 0) drag.current = { x, y };
    };
    const onMove = ({ clientX: x, clientY: y, pointerId }: PointerEvent) => {
      const { current: from } = drag;
      if (from === undefined) return;
      if (!element.hasPointerCapture(pointerId)) {
        if (Math.hypot(x - from.x, y - from.y) <= near) return;
        element.setPointerCapture(pointerId);
      }
      element.scrollBy({ left: from.x - x, top: from.y - y, behavior: 'instant' });
      drag.current = { x, y };
    };
    const onUp = () => {
      drag.current = undefined;
    };
    const listeners = { pointerdown: onDown, pointermove: onMove, pointerup: onUp, pointercancel: onUp };
    element.addEventListener('wheel', onWheel, { passive: false });
    for (const [type, listener] of Object.entries(listeners))
      element.addEventListener(type, listener as EventListener);
    return () => {
      element.removeEventListener('wheel', onWheel);
      for (const [type, listener] of Object.entries(listeners))
        element.removeEventListener(type, listener as EventListener);
    };
  });

  return () => {
    const { current: kept } = anchor;
    const box = frame.current?.firstElementChild?.getBoundingClientRect();
    anchor.current = undefined;
    if (kept === undefined || box === undefined || box.width === kept.width) return false;
    const left = box.left + kept.across * box.width - kept.x;
    frame.current?.scrollBy({ left, top: box.top + kept.down * box.height - kept.y, behavior: 'instant' });
    return true;
  };
}
