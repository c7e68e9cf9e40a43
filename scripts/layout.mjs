// Lays out the chart of a machine with ELK: nested states, edges that go around them, labels on the edges.
import Elk from 'elkjs/lib/elk.bundled.js';

const options = {
  'elk.algorithm': 'layered',
  'elk.direction': 'DOWN',
  'elk.hierarchyHandling': 'INCLUDE_CHILDREN',
  'elk.edgeRouting': 'ORTHOGONAL',
  'elk.json.shapeCoords': 'ROOT',
  'elk.json.edgeCoords': 'ROOT',
  'elk.padding': '[top=12,left=12,bottom=12,right=12]',
};
/** Where things stand in a state, and how close. With this placement charts are narrower than with ELK's own. */
const placing = {
  'elk.layered.nodePlacement.strategy': 'LINEAR_SEGMENTS',
  'elk.layered.edgeLabels.centerLabelPlacementStrategy': 'HEAD_LAYER',
  'elk.spacing.nodeNode': '28',
  'elk.spacing.edgeNode': '16',
  'elk.spacing.edgeEdge': '12',
  'elk.layered.spacing.nodeNodeBetweenLayers': '32',
  'elk.layered.spacing.edgeNodeBetweenLayers': '16',
};
const startSize = 10;

/** Resolves to the layout of a chart. `glyph`, `inset` and `bundlesOf` are those of the drawing. */
export async function layoutOf({ states, edges }, { glyph, inset, bundlesOf }) {
  const widthOf = (text) => Math.ceil(text.length * glyph.width);
  const childrenOf = (id) => states.filter(({ parent }) => parent === id);
  // ELK needs one id for each object: a letter and the id for a state, the index for a bundle of edges.
  const node = (state) => {
    const children = childrenOf(state.id);
    const width = Math.max(...[state.name, ...state.lines].map(widthOf)) + 2 * inset.left;
    const height = inset.top + state.lines.length * glyph.line + 12;
    const id = `s:${state.id}`;
    if (children.length === 0) return { id, width, height };
    // An arrow to a state inside begins at the upper border: it must not run through the text.
    const isBeside = edges.some(({ from, to }) => from === state.id && isInside(to, from));
    const [top, left] = isBeside ? [20, width - 4] : [height + 8, 20];
    const padding = `[top=${top},left=${left},bottom=20,right=20]`;
    const size = {
      'elk.nodeSize.constraints': 'MINIMUM_SIZE',
      'elk.nodeSize.minimum': `(${width},${height})`,
    };
    const start = { id: `i:${state.id}`, width: startSize, height: startSize };
    return {
      id,
      layoutOptions: { ...placing, 'elk.padding': padding, ...size },
      children: [...(state.initial === undefined ? [] : [start]), ...children.map(node)],
    };
  };
  const starts = states
    .filter(({ initial }) => initial !== undefined)
    .map(({ id, initial }) => ({
      id: `b:${initial}`,
      sources: [`i:${id}`],
      targets: [`s:${initial}`],
      layoutOptions: directed(2),
    }));
  const depths = depthsOf(states, edges);
  const bundles = bundlesOf(edges);
  const labelOf = ({ label }) => ({ width: widthOf(label) + 6, height: glyph.line });
  const drawn = bundles.map((bundle, index) => {
    const [{ from, to }] = bundle;
    const width = Math.max(...bundle.map((edge) => labelOf(edge).width));
    return {
      id: `e:${index}`,
      sources: [`s:${from}`],
      targets: [`s:${to}`],
      layoutOptions: directed(depths.get(to) > depths.get(from) ? 1 : 0),
      labels: [{ text: `${index}`, width, height: bundle.length * glyph.line }],
    };
  });
  const graph = {
    id: 'chart',
    layoutOptions: { ...options, ...placing },
    children: states.filter(({ parent }) => parent === undefined).map(node),
    edges: [...starts, ...drawn],
  };
  return flat(await new Elk().layout(graph), bundles, labelOf);
}

const isInside = (id, outer) => outer === '' || id.startsWith(`${outer}.`);

/** An edge with a higher priority is more likely to point down. */
const directed = (priority) => ({ 'elk.layered.priority.direction': `${priority * 10}` });

/** The distance of each state from the start, in edges. */
function depthsOf(states, edges) {
  const depths = new Map();
  let next = [''];
  for (let depth = 0; next.length > 0; depth++) {
    const found = next.filter((id) => !depths.has(id));
    for (const id of found) depths.set(id, depth);
    // A state is active together with its initial state and its parent.
    next = found.flatMap((id) => [
      ...states.filter((state) => state.id === id).flatMap(({ initial, parent }) => [initial, parent]),
      ...edges.filter(({ from }) => from === id).map(({ to }) => to),
    ]);
    next = next.filter((id) => id !== undefined);
  }
  return depths;
}

function flat({ width, height, children, edges }, bundles, labelOf) {
  const { round } = Math;
  const layout = { width: round(width), height: round(height), states: {}, edges: {}, starts: {} };
  const box = ({ x, y, width, height }) => ({
    x: round(x),
    y: round(y),
    width: round(width),
    height: round(height),
  });
  const visit = (nodes = []) => {
    for (const node of nodes) {
      if (node.id.startsWith('s:')) layout.states[node.id.slice(2)] = box(node);
      visit(node.children);
    }
  };
  visit(children);
  for (const { id, sections, labels } of edges) {
    const [{ startPoint, bendPoints = [], endPoint }] = sections;
    const points = [startPoint, ...bendPoints, endPoint].map(({ x, y }) => [round(x), round(y)]);
    if (id.startsWith('b:')) layout.starts[id.slice(2)] = { points };
    else
      for (const [line, edge] of bundles[id.slice(2)].entries()) {
        const { x, y } = box(labels[0]);
        const { width, height } = labelOf(edge);
        layout.edges[edge.id] = { points, label: { x, y: y + line * height, width, height } };
      }
  }
  return layout;
}
