/** Messages a day as a plot. */
import { dayText } from './tally.ts';

/** Neighbouring days that share a bar. `height`: messages a day, on average. */
export type Bars = { heights: number[]; first: number; last: number; daysPerBar: number };

/** Puts days together into at most so many bars; `undefined` if there are no days. The last bar may have fewer days. */
export function barsOf(days: ReadonlyMap<number, number>, most: number): Bars | undefined {
  if (days.size === 0) return undefined;
  const numbers = [...days.keys()].sort((one, other) => one - other);
  const [first = 0, last = first] = [numbers[0], numbers.at(-1)];
  const span = last - first + 1;
  const daysPerBar = Math.ceil(span / most);
  const heights = new Array<number>(Math.ceil(span / daysPerBar)).fill(0);
  for (const [day, messages] of days) {
    const bar = Math.floor((day - first) / daysPerBar);
    const width = Math.min(daysPerBar, span - bar * daysPerBar);
    heights[bar] = (heights[bar] ?? 0) + messages / width;
  }
  return { heights, first, last, daysPerBar };
}

const eighths = ' ▁▂▃▄▅▆▇█';
const rows = 8;

/** The plot as lines for a terminal, with the highest number before the first. */
export function textPlot({ heights, first, last }: Bars): string[] {
  const highest = Math.max(...heights);
  const label = highText(highest);
  const lines = Array.from({ length: rows }, (_, index) => {
    const below = (rows - 1 - index) * 8;
    const bars = heights.map((height) => {
      // A day on which something was said must be seen.
      const level = height === 0 ? 0 : Math.max(1, Math.round((height / highest) * rows * 8));
      return eighths[Math.min(8, Math.max(0, level - below))];
    });
    return `${index === 0 ? label : ' '.repeat(label.length)} ${bars.join('').trimEnd()}`.trimEnd();
  });
  const [from, to] = [dayText(first), dayText(last)];
  const gap = heights.length - from.length - to.length;
  const axis = first === last ? from : `${from}${gap < 1 ? ' to ' : ' '.repeat(gap)}${to}`;
  return [...lines, `${' '.repeat(label.length)} ${axis}`];
}

const highText = (highest: number) => `${Math.round(highest * 10) / 10}`;

const frame = { width: 960, height: 280, left: 60, right: 16, top: 36, bottom: 36 };

/** The plot as an SVG that stands alone. */
export function svgPlot(bars: Bars): string {
  const { heights, first, last } = bars;
  const highest = Math.max(...heights);
  const [inner, tall] = [frame.width - frame.left - frame.right, frame.height - frame.top - frame.bottom];
  const ground = frame.top + tall;
  const step = inner / heights.length;
  const gap = step > 4 ? 1 : 0;
  const rects = heights.flatMap((height, index) => {
    if (height === 0) return [];
    const size = Math.max(1, (height / highest) * tall);
    const box = [frame.left + index * step, ground - size, step - gap, size].map((value) => value.toFixed(2));
    return `<rect x="${box[0]}" y="${box[1]}" width="${box[2]}" height="${box[3]}"/>`;
  });
  const right = frame.width - frame.right;
  const line = (y: number) => `<line x1="${frame.left}" x2="${right}" y1="${y}" y2="${y}"/>`;
  const text = (x: number, y: number, anchor: string, content: string) =>
    `<text x="${x}" y="${y}" text-anchor="${anchor}">${content}</text>`;
  return `<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 ${frame.width} ${frame.height}" role="img">
<title>${titleOf(bars)}, ${dayText(first)} to ${dayText(last)}</title>
<style>text{font:13px sans-serif;fill:#555}line{stroke:#bbb}rect{fill:#2563eb}</style>
<rect width="100%" height="100%" style="fill:#fff"/>
${line(frame.top)}${line(ground)}
${rects.join('\n')}
${text(frame.left, 22, 'start', titleOf(bars))}
${text(frame.left - 8, frame.top + 5, 'end', highText(highest))}${text(frame.left - 8, ground + 5, 'end', '0')}
${text(frame.left, ground + 22, 'start', dayText(first))}${text(right, ground + 22, 'end', dayText(last))}
</svg>
`;
}

/** What the plot shows. */
export function titleOf({ daysPerBar }: Bars): string {
  return daysPerBar === 1 ? 'Messages a day' : `Messages a day, averages of ${daysPerBar} days`;
}
