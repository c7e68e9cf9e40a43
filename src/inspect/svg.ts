/**
 * A chart as an SVG, at the places that `npm run build` has found for it. Each state is a group with its id in
 * `data-state`, each edge one with its id in `data-edge`.
 */
import type { Chart, Edge, State } from './chart.ts';

type Box = { x: number; y: number; width: number; height: number };
/** Where everything goes, by the ids of states and edges; `starts` by the id of the state that begins there. */
export type Layout = {
  width: number;
  height: number;
  states: Record<string, Box>;
  edges: Record<string, { points: [number, number][]; label: Box }>;
  starts: Record<string, { points: [number, number][] }>;
};

/** Pixels: of a character, and from line to line. */
export const glyph = { width: 7.3, line: 16 } as const;
/** The first line of text in a box stands so far below its top, and so far from its left. */
export const inset = { top: 20, left: 12 } as const;

const style = `
svg { color-scheme: light dark; --paper: #fff; --ink: #1f2328; --line: #59636e; --box: #f6f8fa; --inner: #fff }
@media (prefers-color-scheme: dark) { svg { --paper: #0d1117; --ink: #e6edf3; --line: #9198a1; --box: #151b23; --inner: #212830 } }
.paper { fill: var(--paper) } text { font: 12px ui-monospace, Menlo, Consolas, monospace; fill: var(--ink) }
.state rect { fill: var(--box); stroke: var(--line) } .atomic rect { fill: var(--inner) } .name { font-weight: 700 }
.edge path, .start path { fill: none; stroke: var(--line) } .edge rect { fill: var(--paper); opacity: .85 }
.head, .start circle { fill: var(--line) }`;

/** A whole SVG document. */
export function svgOf(chart: Chart, layout: Layout): string {
  const { width, height } = layout;
  return [
    `<svg xmlns="http://www.w3.org/2000/svg" width="${width}" height="${height}" viewBox="0 0 ${width} ${height}" role="img">`,
    `<title>${escaped(chart.name)}</title>`,
    `<style>${style}\n</style>`,
    `<defs><marker id="${chart.name}-head" viewBox="0 0 8 8" refX="8" refY="4" markerWidth="8" markerHeight="8" orient="auto"><path class="head" d="M0 0 8 4 0 8z"/></marker></defs>`,
    `<rect class="paper" width="${width}" height="${height}"/>`,
    ...chart.states.map((state) => stateOf(state, chart, layout)),
    ...Object.values(layout.starts).map((start) => startOf(start, chart)),
    ...chart.edges.map((edge) => edgeOf(edge, chart, layout)),
    '</svg>',
  ].join('\n');
}

function stateOf({ id, name, isFinal, lines }: State, { states }: Chart, layout: Layout): string {
  const { x, y, width, height } = placeOf(layout.states, id);
  const isAtomic = !states.some(({ parent }) => parent === id);
  const inner = isFinal
    ? `<rect x="${x + 3}" y="${y + 3}" width="${width - 6}" height="${height - 6}" rx="5"/>`
    : '';
  const texts = [`<text class="name" x="${x + inset.left}" y="${y + inset.top}">${escaped(name)}</text>`];
  for (const [at, line] of lines.entries()) {
    const top = y + inset.top + (at + 1) * glyph.line;
    texts.push(`<text x="${x + inset.left}" y="${top}">${escaped(line)}</text>`);
  }
  const frame = `<rect x="${x}" y="${y}" width="${width}" height="${height}" rx="8"/>${inner}`;
  return `<g class="state${isAtomic ? ' atomic' : ''}" data-state="${escaped(id)}">${frame}${texts.join('')}</g>`;
}

function edgeOf({ id, label }: Edge, chart: Chart, layout: Layout): string {
  const { points, label: box } = placeOf(layout.edges, id);
  const { x, y, width, height } = box;
  const back = `<rect x="${x}" y="${y}" width="${width}" height="${height}" rx="3"/>`;
  const text = `<text x="${x + 3}" y="${y + 12}">${escaped(label)}</text>`;
  return `<g class="edge" data-edge="${escaped(id)}">${pathOf(points, chart)}${back}${text}</g>`;
}

function startOf({ points }: { points: [number, number][] }, chart: Chart): string {
  const [[x, y] = [0, 0]] = points;
  return `<g class="start"><circle cx="${x}" cy="${y}" r="5"/>${pathOf(points, chart)}</g>`;
}

const pathOf = (points: [number, number][], { name }: Chart) =>
  `<path d="M${points.map((point) => point.join(' ')).join(' L')}" marker-end="url(#${name}-head)"/>`;

function placeOf<Place>(places: Record<string, Place>, id: string): Place {
  const place = places[id];
  if (place === undefined) throw new Error(`no place for ${id}: the charts are older than the machines`);
  return place;
}

const entities: Record<string, string> = { '&': '&amp;', '<': '&lt;', '>': '&gt;', '"': '&quot;' };
const escaped = (text: string) => text.replace(/[&<>"]/g, (character) => entities[character] ?? '');
