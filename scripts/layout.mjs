// Finds a place for everything in a machine's chart, with ELK: states in states, edges that go around them, labels on edges.
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
const spacing = {
  'elk.spacing.nodeNode': '28',
  'elk.spacing.edgeNode': '16',
  'elk.spacing.edgeEdge': '12',
  'elk.layered.spacing.nodeNodeBetweenLayers': '32',
  'elk.layered.spacing.edgeNodeBetweenLayers': '16',
};
const startSize = 10;

/** `glyph` and `inset` as the drawing has them. */
export async function layoutOf({ states, edges }, { glyph, inset }) {
  const widthOf = (text) => Math.ceil(text.length * glyph.width);
  const childrenOf = (id) => states.filter(({ parent }) => parent === id);
  // ELK has an id for everything; states and edges have theirs behind a letter.
  const node = (state) => {
    const children = childrenOf(state.id);
    const width = Math.max(...[state.name, ...state.lines].map(widthOf)) + 2 * inset.left;
    const height = inset.top + state.lines.length * glyph.line + 12;
    const id = `s:${state.id}`;
    if (children.length === 0) return { id, width, height };
    const padding = `[top=${height + 8},left=20,bottom=20,right=20]`;
    const size = {
      'elk.nodeSize.constraints': 'MINIMUM_SIZE',
      'elk.nodeSize.minimum': `(${width},${height})`,
    };
    const start = { id: `i:${state.id}`, width: startSize, height: startSize };
    return {
      id,
      layoutOptions: { ...spacing, 'elk.padding': padding, ...size },
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
  const drawn = edges.map(({ id, from, to, label }) => ({
    id: `e:${id}`,
    sources: [`s:${from}`],
    targets: [`s:${to}`],
    layoutOptions: directed(depths.get(to) > depths.get(from) ? 1 : 0),
    labels: [{ text: label, width: widthOf(label) + 6, height: glyph.line }],
  }));
  const graph = {
    id: 'chart',
    layoutOptions: { ...options, ...spacing },
    children: states.filter(({ parent }) => parent === undefined).map(node),
    edges: [...starts, ...drawn],
  };
  return flat(await new Elk().layout(graph));
}

/** An edge of a higher priority points down where not all can. */
const directed = (priority) => ({ 'elk.layered.priority.direction': `${priority * 10}` });

/** How many edges each state is away from the beginning. */
function depthsOf(states, edges) {
  const depths = new Map();
  let next = [''];
  for (let depth = 0; next.length > 0; depth++) {
    const found = next.filter((id) => !depths.has(id));
    for (const id of found) depths.set(id, depth);
    // Whoever is in a state is in what that begins with, and in what it is in.
    next = found.flatMap((id) => [
      ...states.filter((state) => state.id === id).flatMap(({ initial, parent }) => [initial, parent]),
      ...edges.filter(({ from }) => from === id).map(({ to }) => to),
    ]);
    next = next.filter((id) => id !== undefined);
  }
  return depths;
}

function flat({ width, height, children, edges }) {
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
    else layout.edges[id.slice(2)] = { points, label: box(labels[0]) };
  }
  return layout;
}
