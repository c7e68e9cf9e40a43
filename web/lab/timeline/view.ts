/** The stretch of time that a time line shows. Times are in milliseconds. */
export type View = { from: number; to: number };

/** The least that is shown. */
const least = 5;

const spanOf = ({ from, to }: View) => to - from;

/**
 * The whole of a recording, and a little more, so that what is at its ends can be seen. What the page records when it
 * connects has a later time than what it is told next, so the first entry need not be the oldest.
 */
export function wholeOf(entries: readonly { at: number }[]): View {
  const ends = [entries[0]?.at ?? 0, entries.at(-1)?.at ?? 0];
  const [first, last] = [Math.min(...ends), Math.max(...ends)];
  const margin = Math.max(least, (last - first) / 50);
  return { from: first - margin, to: last + margin };
}

/** The same stretch, moved so far that it lies within the whole. */
function within({ from, to }: View, whole: View): View {
  const by = Math.max(whole.from - from, Math.min(0, whole.to - to));
  return { from: from + by, to: to + by };
}

/** Shows so many times as much; what is at this time stays where it is. */
export function zoomed(view: View, whole: View, times: number, about: number): View {
  const span = Math.max(least, Math.min(spanOf(whole), spanOf(view) * times));
  const share = (about - view.from) / spanOf(view);
  return within({ from: about - share * span, to: about + (1 - share) * span }, whole);
}

export const panned = (view: View, whole: View, by: number): View =>
  within({ from: view.from + by, to: view.to + by }, whole);

/** Shows this time, too: it leaves room for what follows. */
export function following(view: View, whole: View, at: number): View {
  if (at >= view.from && at <= view.to) return view;
  return panned(view, whole, at - view.from - spanOf(view) * 0.8);
}

/** Times that are worth a label, so that there are at most so many. */
export function labelsIn(view: View, most: number): number[] {
  const step = stepFor(spanOf(view) / Math.max(1, most));
  const first = Math.ceil(view.from / step) * step;
  const count = Math.floor((view.to - first) / step) + 1;
  return Array.from({ length: Math.max(0, count) }, (_, index) => first + index * step);
}

const [second, minute] = [1000, 60_000];
const steps = [
  ...[1, 2, 5, 10, 20, 50, 100, 200, 500].map((ms) => ms),
  ...[1, 2, 5, 10, 15, 30].map((seconds) => seconds * second),
  ...[1, 2, 5, 10, 15, 30, 60, 120, 360, 720, 1440].map((minutes) => minutes * minute),
];
const stepFor = (ms: number) => steps.find((step) => step >= ms) ?? ms;
