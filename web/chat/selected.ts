/** Which rows of the list are selected. */
import type { Transcript } from './transcript.ts';

/**
 * The indexes of the first and the last row in which something is selected, or in which there is the caret; -1 if there is
 * none. `isFromTop`: the selection begins above the first row.
 */
export type Selected = { first: number; last: number; isFromTop?: boolean };

const nothing: Selected = { first: -1, last: -1 };

export function selectedIn(transcript: Transcript): Selected {
  const selection = getSelection();
  const log = document.querySelector('[role="log"]');
  if (!selection?.rangeCount || log === null) return nothing;
  const range = selection.getRangeAt(0).cloneRange();
  if (!range.intersectsNode(log)) return nothing;
  const start = rowOf(range.startContainer);
  const end = rowOf(range.endContainer);
  const isFromTop = start === undefined;
  const first = isFromTop ? 0 : transcript.indexOf(start.dataset['key'] ?? '');
  if (end === undefined) return { first, last: transcript.count - 1, isFromTop };
  const last = transcript.indexOf(end.dataset['key'] ?? '');
  // Three clicks select a paragraph and the beginning of the next one.
  range.setStartBefore(end);
  return { first, last: `${range}` === '' ? last - 1 : last, isFromTop };
}

function rowOf(node: Node): HTMLElement | undefined {
  const element = node instanceof Element ? node : node.parentElement;
  return element?.closest<HTMLElement>('[data-key]') ?? undefined;
}
