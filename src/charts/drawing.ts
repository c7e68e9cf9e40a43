/**
 * What a chart looks like, as plain shapes with the names of SVG. Both the documents that `machines --format svg` prints
 * and the page of the lab show this drawing.
 */
import { type Chart, type Edge, lineId, type State } from './chart.ts';

type Box = { x: number; y: number; width: number; height: number };
type Point = [x: number, y: number];
/**
 * The places that `npm run build` computes, by the ids of states and edges; `starts` by the id of the initial state. The
 * edges of a bundle have the same points.
 */
export type Layout = {
  width: number;
  height: number;
  states: Record<string, Box>;
  edges: Record<string, { points: Point[]; label: Box }>;
  starts: Record<string, { points: Point[] }>;
};

/** Width of a character and height of a line, in pixels. */
export const glyph = { width: 7.3, line: 16 } as const;
/** Where the first line of text in a box stands, measured from the box's top left corner. */
export const inset = { top: 20, left: 12 } as const;

type Attributes = Record<string, string | number | undefined>;
/** An SVG element; an attribute that is undefined is left out. */
export type Shape = { tag: string; attributes: Attributes; children: readonly (Shape | string)[] };

export const shape = (tag: string, attributes: Attributes, ...children: (Shape | string)[]): Shape => ({
  tag,
  attributes,
  children,
});

/** What a drawing shows besides the chart itself. */
export type Marks = {
  /** Further attributes of a state, of a line of text in one, and of an edge, by its id. */
  state: (id: string) => Attributes;
  /** Text beside the name of a state. */
  note: (state: string) => string | undefined;
  line: (id: string) => Attributes;
  edge: (id: string) => Attributes;
  /** The id of the arrowhead of an edge; without an edge, of an arrow that leads to an initial state. */
  head: (edge?: string) => string;
};

/**
 * A group for each state, with its id in `data-state`, and for each edge, with its id in `data-edge`; from back to front.
 * Throws when the layout was made for another version of the machine.
 */
export function drawingOf(chart: Chart, layout: Layout, marks: Marks): Shape[] {
  const parents = new Set(chart.states.map(({ parent }) => parent));
  return [
    ...chart.states.map((state) => stateOf(state, !parents.has(state.id), layout, marks)),
    ...Object.values(layout.starts).map(({ points }) => startOf(points, marks)),
    ...bundlesOf(chart.edges).flatMap((bundle) =>
      bundle.map((edge, index) => edgeOf(edge, index === 0, layout, marks)),
    ),
  ];
}

/** Edges with the same ends, which are drawn as one arrow with a label for each. */
export function bundlesOf(edges: readonly Edge[]): Edge[][] {
  const bundles = new Map<string, Edge[]>();
  for (const edge of edges) {
    const ends = `${edge.from} ${edge.to}`;
    bundles.set(ends, [...(bundles.get(ends) ?? []), edge]);
  }
  return [...bundles.values()];
}

/** The head of an arrow, for the `defs` of a picture. Its class is its id. */
export const arrowhead = (id: string): Shape =>
  shape(
    'marker',
    {
      id,
      class: id,
      viewBox: '0 0 8 8',
      refX: 8,
      refY: 4,
      markerWidth: 8,
      markerHeight: 8,
      markerUnits: 'userSpaceOnUse',
      orient: 'auto',
    },
    shape('path', { d: 'M0 0 8 4 0 8z' }),
  );

/** The entry of a layout with this id. */
export function placeOf<Place>(places: Record<string, Place>, id: string): Place {
  const place = places[id];
  if (place === undefined) throw new Error(`no place for ${id}: the charts are older than the machines`);
  return place;
}

function stateOf({ id, name, isFinal, lines }: State, isAtomic: boolean, layout: Layout, marks: Marks) {
  const { x, y, width, height } = placeOf(layout.states, id);
  const inner = { x: x + 3, y: y + 3, width: width - 6, height: height - 6, rx: 5 };
  const at = (line: number) => ({ x: x + inset.left, y: y + inset.top + line * glyph.line });
  const note = marks.note(id);
  return shape(
    'g',
    { class: isAtomic ? 'state atomic' : 'state', 'data-state': id, ...marks.state(id) },
    shape('rect', { x, y, width, height, rx: 8 }),
    ...(isFinal ? [shape('rect', inner)] : []),
    shape(
      'text',
      { class: 'name', ...at(0) },
      name,
      ...(note === undefined ? [] : [shape('tspan', { class: 'note', dx: glyph.width }, note)]),
    ),
    ...lines.map((line, index) =>
      shape('text', { ...at(index + 1), ...marks.line(lineId(id, index)) }, line),
    ),
  );
}

/** The arrows of a bundle lie on one another, so a style has to show the first one only. */
function edgeOf({ id, label }: Edge, isFirst: boolean, layout: Layout, marks: Marks): Shape {
  const { points, label: box } = placeOf(layout.edges, id);
  return shape(
    'g',
    { class: isFirst ? 'edge' : 'edge again', 'data-edge': id, ...marks.edge(id) },
    arrow(points, marks.head(id)),
    shape('rect', { ...box, rx: 3 }),
    shape('text', { x: box.x + 3, y: box.y + 12 }, label),
  );
}

function startOf(points: readonly Point[], marks: Marks): Shape {
  const [[cx, cy] = [0, 0]] = points;
  return shape('g', { class: 'start' }, shape('circle', { cx, cy, r: 5 }), arrow(points, marks.head()));
}

const arrow = (points: readonly Point[], head: string): Shape =>
  shape('path', {
    d: `M${points.map((point) => point.join(' ')).join(' L')}`,
    'marker-end': `url(#${head})`,
  });
