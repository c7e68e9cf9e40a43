import type { Chart } from './chart.ts';
import { arrowhead, drawingOf, type Layout, type Shape, shape } from './drawing.ts';
import { xmlOf } from './xml.ts';

const xmlns = 'http://www.w3.org/2000/svg';
const style = `
svg { color-scheme: light dark; --paper: #fff; --ink: #1f2328; --line: #59636e; --box: #f6f8fa; --inner: #fff }
@media (prefers-color-scheme: dark) { svg { --paper: #0d1117; --ink: #e6edf3; --line: #9198a1; --box: #151b23; --inner: #212830 } }
.paper { fill: var(--paper) } text { font: 12px ui-monospace, Menlo, Consolas, monospace; fill: var(--ink) }
.state rect { fill: var(--box); stroke: var(--line) } .atomic rect { fill: var(--inner) } .name { font-weight: 700 }
.edge path, .start path { fill: none; stroke: var(--line) } .again path { display: none }
.edge rect { fill: var(--paper); opacity: .85 }
marker path, .start circle { fill: var(--line) }
`;

export type Placed = { chart: Chart; layout: Layout };

/** One SVG document with these charts, one below the other. */
export function svgOf(placed: readonly Placed[]): string {
  let height = 0;
  const pictures = placed.map((one) => {
    const y = height;
    height += one.layout.height;
    return pictureOf(one, y);
  });
  const [first] = pictures;
  if (first !== undefined && pictures.length === 1) return xmlOf(first);
  const width = Math.max(...placed.map(({ layout }) => layout.width));
  return xmlOf(shape('svg', frame(width, height), ...pictures));
}

const frame = (width: number, height: number) => ({
  xmlns,
  width,
  height,
  viewBox: `0 0 ${width} ${height}`,
});

function pictureOf({ chart, layout }: Placed, y: number): Shape {
  const { width, height } = layout;
  // All charts of a document share its ids.
  const head = `${chart.name}-head`;
  const unmarked = () => ({});
  const marks = { state: unmarked, note: () => undefined, line: unmarked, edge: unmarked, head: () => head };
  return shape(
    'svg',
    { ...frame(width, height), y: y === 0 ? undefined : y, role: 'img' },
    shape('title', {}, chart.name),
    shape('style', {}, style),
    shape('defs', {}, arrowhead(head)),
    shape('rect', { class: 'paper', width, height }),
    ...drawingOf(chart, layout, marks),
  );
}
