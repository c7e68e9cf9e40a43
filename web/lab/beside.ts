/** Words beside the edges of a chart and beside the lines in its states. */
import { type Chart, lineId } from '../../src/charts/chart.ts';
import { glyph, inset, type Layout, type Shape, shape } from '../../src/charts/drawing.ts';

/** The width of a character, in parts of its height. */
const slim = 0.64;

/** `texts` by the ids of edges and lines; `size` is the height of their characters. Nothing leaves the picture at its right. */
export function besideOf(
  { edges, states }: Chart,
  layout: Layout,
  texts: readonly [id: string, text: string][],
  size: number,
): Shape[] {
  const places = new Map<string, { x: number; y: number }>();
  for (const { id } of edges) {
    const box = layout.edges[id]?.label;
    if (box) places.set(id, { x: box.x, y: box.y + box.height + size });
  }
  for (const { id, lines } of states) {
    const { x = 0, y = 0 } = layout.states[id] ?? {};
    for (const [index, line] of lines.entries())
      places.set(lineId(id, index), {
        x: x + inset.left + (line.length + 1) * glyph.width,
        y: y + inset.top + (index + 1) * glyph.line,
      });
  }
  return texts.flatMap(([id, text]) => {
    const place = places.get(id);
    if (place === undefined) return [];
    const x = Math.max(0, Math.min(place.x, layout.width - text.length * size * slim));
    return [shape('text', { class: 'beside', 'data-beside': id, x, y: place.y }, text)];
  });
}
