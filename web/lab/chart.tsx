import { memo } from 'preact/compat';
import { useLayoutEffect, useRef, useState } from 'preact/hooks';
import type { Edge, State } from '../../src/inspect/chart.ts';
import { glyph, inset } from '../../src/inspect/svg.ts';
import { scrollable } from '../chat/scrollable.ts';
import { isIn } from './fired.ts';
import type { Baked, Lab } from './lab.ts';
import type { Words } from './words.ts';

type Chart = Baked['charts'][string];

/** Smallest scales at which the text can still be read; below them the chart is scrolled instead. */
const readable = { normal: 0.8, large: 1.05 };
const [smallest, largest] = [0.2, 4];

/** Steps larger or smaller than all of it in the panel, or than what can be read. */
export type Zoom = { isFit: boolean; steps: number };
export const unzoomed: Zoom = { isFit: false, steps: 0 };

/** The chosen actor's machine, with where it is and how it got there. */
export function ChartView({
  lab,
  words,
  zoom,
  isLarge,
}: {
  lab: Lab;
  words: Words;
  zoom: Zoom;
  isLarge: boolean;
}) {
  const frame = useRef<HTMLElement>(null);
  const [room, setRoom] = useState({ width: 0, height: 0 });
  const actor = lab.world.actors.get(lab.selected ?? '');
  const chart = lab.options.charts[actor?.machine ?? ''];
  const leaf = actor?.leaf ?? '';

  useLayoutEffect(() => {
    const element = frame.current;
    if (element === null) return;
    const observer = new ResizeObserver(() =>
      setRoom({ width: element.clientWidth, height: element.clientHeight }),
    );
    observer.observe(element);
    return () => observer.disconnect();
  }, []);

  const fitting = chart
    ? Math.min((room.width - 8) / chart.layout.width, (room.height - 8) / chart.layout.height)
    : 1;
  const fit = Math.max(smallest, Math.min(1.6, fitting));
  const start = zoom.isFit ? fit : Math.max(fit, readable[isLarge ? 'large' : 'normal']);
  const scale = Math.max(smallest, Math.min(largest, start * 1.25 ** zoom.steps));
  const place = chart?.layout.states[leaf];

  const edges = actor?.fired.edges.join(' ') ?? '';

  // Where the machine is must be in sight, and how it got there if there is room.
  useLayoutEffect(() => {
    if (place === undefined) return;
    const labels = edges.split(' ').flatMap((id) => chart?.layout.edges[id]?.label ?? []);
    const across = [place, ...labels].map(({ x, width }): Span => [x * scale, (x + width) * scale]);
    const down = [place, ...labels].map(({ y, height }): Span => [y * scale, (y + height) * scale]);
    frame.current?.scrollTo({ left: scrollTo(across, room.width), top: scrollTo(down, room.height) });
  }, [place, edges, scale, room]);

  const { chart: said } = words;
  return (
    <div class="body">
      <p class="caption">
        <b data-chosen>{actor?.name ?? said.unknown}</b>
        {chart && (
          <>
            <span>
              {said.state}: <code data-live-state>{leaf}</code>
            </span>
            <span>
              {said.event}: <code data-last-event>{actor?.event ?? '–'}</code>
            </span>
          </>
        )}
      </p>
      <figure class="scroll frame" ref={frame} aria-label={said.title} {...scrollable}>
        {actor !== undefined && chart === undefined && <p class="hint">{plainly(actor.name, said)}</p>}
        {chart && (
          <Picture
            chart={chart}
            scale={scale}
            leaf={leaf}
            edges={edges}
            earlier={actor?.earlier.join(' ') ?? ''}
            lines={actor?.fired.lines.join(' ') ?? ''}
          />
        )}
      </figure>
    </div>
  );
}

type Span = [low: number, high: number];

/** Pixels around the state that the machine is in. */
const margin = 12;

/** How far to scroll, so that all spans are in the middle, or at least the first is in sight. */
function scrollTo(spans: Span[], room: number): number {
  const [low, high] = spans[0] ?? [0, 0];
  const middle = (Math.min(...spans.map(([start]) => start)) + Math.max(...spans.map(([, end]) => end))) / 2;
  return Math.max(high + margin - room, Math.min(low - margin, middle - room / 2));
}

type ZoomProps = { zoom: Zoom; words: Words; onZoom: (zoom: Zoom) => void };

export function ZoomView({ zoom, words: { chart: said }, onZoom }: ZoomProps) {
  const isFit = zoom.isFit && zoom.steps === 0;
  const step = (by: 1 | -1) => onZoom({ ...zoom, steps: Math.max(-8, Math.min(8, zoom.steps + by)) });
  return (
    <span class="zoom">
      <button type="button" class="small" id="zoom-out" aria-label={said.zoomOut} onClick={() => step(-1)}>
        −
      </button>
      <button
        type="button"
        class="small wide"
        id="zoom-fit"
        aria-pressed={isFit}
        onClick={() => onZoom({ isFit: !isFit, steps: 0 })}
      >
        {said.fit}
      </button>
      <button type="button" class="small" id="zoom-in" aria-label={said.zoomIn} onClick={() => step(1)}>
        +
      </button>
    </span>
  );
}

/** What an actor does that is no machine. */
function plainly(name: string, { plain, none }: Words['chart']): string {
  const known: Record<string, string> = plain;
  return Object.hasOwn(known, name) ? `${known[name]}` : none;
}

type PictureProps = {
  chart: Chart;
  scale: number;
  leaf: string;
  edges: string;
  earlier: string;
  lines: string;
};

const Picture = memo(({ chart, scale, leaf, ...fired }: PictureProps) => {
  const { width, height, starts } = chart.layout;
  const [edges, earlier, lines] = [fired.edges, fired.earlier, fired.lines].map(
    (ids) => new Set(ids.split(' ')),
  );
  const firedOf = (id: string) => {
    if (edges?.has(id)) return 'now';
    return earlier?.has(id) ? 'before' : undefined;
  };
  return (
    <svg
      class="statechart"
      data-chart={chart.name}
      width={width * scale}
      height={height * scale}
      viewBox={`0 0 ${width} ${height}`}
      role="img"
      aria-label={`${chart.name}: ${leaf}`}
    >
      <defs>
        <Head id="head" />
        <Head id="head-now" />
      </defs>
      {chart.states.map((state) => (
        <StateBox key={state.id} state={state} chart={chart} leaf={leaf} lines={lines ?? new Set()} />
      ))}
      {Object.entries(starts).map(([id, { points }]) => (
        <g key={id} class="start">
          <circle cx={points[0]?.[0]} cy={points[0]?.[1]} r="5" />
          <path d={pathOf(points)} marker-end="url(#head)" />
        </g>
      ))}
      {chart.edges.map((edge) => (
        <EdgeLine key={edge.id} edge={edge} chart={chart} fired={firedOf(edge.id)} />
      ))}
    </svg>
  );
});

/** The head of an arrow: its id names its class too. */
export const Head = ({ id }: { id: string }) => (
  <marker
    id={id}
    class={id}
    viewBox="0 0 8 8"
    refX="8"
    refY="4"
    markerWidth="8"
    markerHeight="8"
    markerUnits="userSpaceOnUse"
    orient="auto"
  >
    <path d="M0 0 8 4 0 8z" />
  </marker>
);

type StateProps = { state: State; chart: Chart; leaf: string; lines: Set<string> };

function StateBox({ state: { id, name, isFinal, lines: texts }, chart, leaf, lines }: StateProps) {
  const box = chart.layout.states[id];
  if (box === undefined) return null;
  const { x, y, width, height } = box;
  const isAtomic = !chart.states.some(({ parent }) => parent === id);
  const live = id === leaf ? 'here' : isIn(leaf, id) ? 'around' : undefined;
  return (
    <g class={isAtomic ? 'state atomic' : 'state'} data-state={id} data-live={live}>
      <rect x={x} y={y} width={width} height={height} rx="8" />
      {isFinal && <rect x={x + 3} y={y + 3} width={width - 6} height={height - 6} rx="5" />}
      <text class="name" x={x + inset.left} y={y + inset.top}>
        {name}
      </text>
      {texts.map((text, at) => (
        <text
          key={at}
          data-line={`${id}:${at}`}
          data-fired={lines.has(`${id}:${at}`) ? 'now' : undefined}
          x={x + inset.left}
          y={y + inset.top + (at + 1) * glyph.line}
        >
          {text}
        </text>
      ))}
    </g>
  );
}

function EdgeLine({
  edge: { id, label },
  chart,
  fired,
}: {
  edge: Edge;
  chart: Chart;
  fired: string | undefined;
}) {
  const place = chart.layout.edges[id];
  if (place === undefined) return null;
  const { x, y, width, height } = place.label;
  return (
    <g class="edge" data-edge={id} data-fired={fired}>
      <path d={pathOf(place.points)} marker-end={`url(#${fired === 'now' ? 'head-now' : 'head'})`} />
      <rect x={x} y={y} width={width} height={height} rx="3" />
      <text x={x + 3} y={y + 12}>
        {label}
      </text>
    </g>
  );
}

const pathOf = (points: [number, number][]) => `M${points.map((point) => point.join(' ')).join(' L')}`;
