import { memo } from 'preact/compat';
import { useLayoutEffect, useMemo, useRef, useState } from 'preact/hooks';
import { labelsOf } from '../../src/charts/chart.ts';
import { arrowhead, drawingOf } from '../../src/charts/drawing.ts';
import { scrollable } from '../chat/scrollable.ts';
import type { Language } from '../chat/words.ts';
import { besideOf } from './beside.ts';
import type { Baked, Lab } from './lab.ts';
import { isIn } from './leaf.ts';
import { noteOf } from './note.ts';
import { usePan } from './pan.ts';
import { elementOf } from './shape.ts';
import { useSize } from './size.ts';
import { decisionsOf, whyWords } from './why/said.ts';
import type { Words } from './words.ts';

type Chart = Baked['charts'][string];

/** The size of a rem that the scales below are for, in pixels: the chart grows with the type. */
const usualRem = 14;
/** The smallest scale at which all text can be read. A chart that needs a smaller one is scrolled instead. */
const readable = 0.8;
const [smallest, largest] = [0.1, 4];
/** The smallest scale of a chart that is to fit, where the type is so much larger than usual or more. */
const [least, enlarged] = [0.6, 1.25];
/** The smallest size of the states' names, in pixels, and their size in the drawing. */
const [nameSize, drawnSize] = [8.5, 12];

/** How many steps larger or smaller than the whole chart in the panel, or than a chart that can be read. */
export type Zoom = { isFit: boolean; steps: number };
export const unzoomed: Zoom = { isFit: true, steps: 0 };
const mostSteps = 8;

const zoomedBy = (zoom: Zoom, steps: number): Zoom => ({
  ...zoom,
  steps: Math.max(-mostSteps, Math.min(mostSteps, zoom.steps + steps)),
});

/** The chart of the chosen actor's machine, with its state and how it got there. */
export function ChartView({
  lab,
  words,
  language,
  zoom,
  machine,
  isLarge,
  onZoom,
}: {
  lab: Lab;
  words: Words;
  language: Language;
  zoom: Zoom;
  /** The machine whose chart is shown, instead of the chosen actor's. */
  machine: string | undefined;
  isLarge: boolean;
  onZoom: (zoom: Zoom) => void;
}) {
  const frame = useRef<HTMLElement>(null);
  const [room, setRoom] = useState({ width: 0, height: 0, type: 1 });
  const chosen = lab.world.actors.get(lab.selection.session ?? '');
  const actor = machine === undefined ? chosen : undefined;
  const chart = lab.options.charts[machine ?? actor?.machine ?? ''];
  const leaf = actor?.leaf;
  const why = actor?.step?.why;
  const decisions = useMemo(() => decisionsOf(why, whyWords[language]), [why, language]);

  // Scroll bars come and go with the zoom, which must not move the chart below the pointer, so they count as room.
  const measure = (element: Element) => {
    const { width, height } = element.getBoundingClientRect();
    const type = Number.parseFloat(getComputedStyle(document.documentElement).fontSize) / usualRem;
    setRoom((known) =>
      known.width === width && known.height === height && known.type === type
        ? known
        : { width, height, type },
    );
  };
  useSize(frame, measure, [isLarge]);
  const putBack = usePan(frame, (steps) => onZoom(zoomedBy(zoom, steps)));

  const fitting = chart
    ? Math.min((room.width - 8) / chart.layout.width, (room.height - 8) / chart.layout.height)
    : 1;
  const fit = Math.min(1.6 * room.type, fitting);
  const whole = room.type < enlarged ? fit : Math.max(fit, least * room.type);
  const start = zoom.isFit ? whole : Math.max(fit, readable * room.type);
  const scale = Math.max(smallest, Math.min(largest, start * 1.25 ** zoom.steps));
  const place = chart?.layout.states[leaf ?? ''];

  const fired = actor?.fired.join(' ') ?? '';

  // The state of the machine must be in sight, and the way to it if there is room.
  useLayoutEffect(() => {
    if (putBack() || place === undefined) return;
    const labels = fired.split(' ').flatMap((id) => chart?.layout.edges[id]?.label ?? []);
    const across = [place, ...labels].map(({ x, width }): Span => [x * scale, (x + width) * scale]);
    const down = [place, ...labels].map(({ y, height }): Span => [y * scale, (y + height) * scale]);
    frame.current?.scrollTo({ left: scrollTo(across, room.width), top: scrollTo(down, room.height) });
  }, [place, fired, scale, room]);

  const { chart: said } = words;
  return (
    <div class="body">
      <p class="caption">
        <b data-chosen>{machine ?? actor?.name ?? said.unknown}</b>
        {machine === 'client' && <span>{said.client}</span>}
        {chart && actor && (
          <>
            <span>
              {said.state}: <code data-live-state>{leaf}</code>
            </span>
            <span>
              {said.event}: <code data-last-event>{actor.event ?? '–'}</code>
            </span>
            <span class="taken">
              {said.taken}: <code data-taken>{labelsOf(chart, actor.fired).join('; ') || '–'}</code>
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
            nameSize={Math.max(drawnSize, (nameSize * room.type) / scale)}
            leaf={leaf}
            note={actor && noteOf(actor, words)}
            fired={fired}
            earlier={actor?.earlier.join(' ') ?? ''}
            decisions={decisions}
          />
        )}
      </figure>
    </div>
  );
}

type Span = [low: number, high: number];

/** Pixels around the state that the machine is in. */
const margin = 12;

/** How far to scroll so that all spans are in the middle, or at least the first one is in sight. */
function scrollTo(spans: Span[], room: number): number {
  const [low, high] = spans[0] ?? [0, 0];
  const middle = (Math.min(...spans.map(([start]) => start)) + Math.max(...spans.map(([, end]) => end))) / 2;
  return Math.max(high + margin - room, Math.min(low - margin, middle - room / 2));
}

type MachineProps = {
  lab: Lab;
  words: Words;
  machine: string | undefined;
  onMachine: (machine: string | undefined) => void;
};

/** Chooses whose chart is shown: the selected actor's, or that of any machine. */
export function MachineView({ lab, words: { chart: said }, machine, onMachine }: MachineProps) {
  return (
    <select
      id="machine"
      aria-label={said.whose}
      value={machine ?? ''}
      onChange={({ currentTarget }) => onMachine(currentTarget.value || undefined)}
    >
      <option value="">{said.selected}</option>
      {Object.keys(lab.options.charts).map((name) => (
        <option key={name} value={name}>
          {name}
        </option>
      ))}
    </select>
  );
}

type ZoomProps = { zoom: Zoom; words: Words; onZoom: (zoom: Zoom) => void };

export function ZoomView({ zoom, words: { chart: said }, onZoom }: ZoomProps) {
  const isFit = zoom.isFit && zoom.steps === 0;
  const step = (by: 1 | -1) => onZoom(zoomedBy(zoom, by));
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

/** What an actor without a machine does. */
function plainly(name: string, { plain, none }: Words['chart']): string {
  const known: Record<string, string> = plain;
  return Object.hasOwn(known, name) ? `${known[name]}` : none;
}

type PictureProps = {
  chart: Chart;
  scale: number;
  /** The size of the states' names, in units of the drawing. */
  nameSize: number;
  /** The state that the machine is in, if there is an actor. */
  leaf: string | undefined;
  /** Beside the state that the machine is in. */
  note: string | undefined;
  /** Ids, with spaces between them. */
  fired: string;
  earlier: string;
  /** What the guards have decided, by the ids of edges and lines. */
  decisions: readonly [id: string, text: string][];
};

const Picture = memo(({ chart, scale, nameSize, leaf, note, decisions, ...ids }: PictureProps) => {
  const { layout, name } = chart;
  const [fired, earlier] = [ids.fired.split(' '), ids.earlier.split(' ')];
  const firedOf = (id: string) => {
    if (fired.includes(id)) return 'now';
    return earlier.includes(id) ? 'before' : undefined;
  };
  const liveOf = (id: string) => {
    if (id === leaf) return 'here';
    return leaf !== undefined && isIn(leaf, id) ? 'around' : undefined;
  };
  const drawing = drawingOf(chart, layout, {
    state: (id) => ({ 'data-live': liveOf(id) }),
    note: (id) => (id === leaf ? note : undefined),
    line: (id) => ({ 'data-line': id, 'data-fired': firedOf(id) }),
    edge: (id) => ({ 'data-fired': firedOf(id) }),
    head: (id) => (id !== undefined && fired.includes(id) ? 'head-now' : 'head'),
  });
  return (
    <svg
      class="statechart"
      data-chart={name}
      width={layout.width * scale}
      height={layout.height * scale}
      viewBox={`0 0 ${layout.width} ${layout.height}`}
      role="img"
      aria-label={leaf === undefined ? name : `${name}: ${leaf}`}
      style={{ '--name': `${nameSize}px` }}
    >
      <defs>{['head', 'head-now'].map((id) => elementOf(arrowhead(id)))}</defs>
      {drawing.map(elementOf)}
      {besideOf(chart, layout, decisions, nameSize).map(elementOf)}
    </svg>
  );
});
