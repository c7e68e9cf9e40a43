import { glyph } from '../../src/charts/drawing.ts';
import { access } from './address.ts';
import { durationOf, secondsOf } from './clock.ts';
import { onArrows, reached } from './moments.ts';
import type { Flow } from './picture.ts';
import { tellersOf } from './spread.ts';

export const rowHeight = 30;
/** The length of an arrow from or to the outside at most. It must not end at the next lifeline. */
const mostReach = 50;
/** The width of the column with the times, right of the lifelines. */
export const timeWidth = 44;
/** Where the label of a row that unfolds begins, behind its button. */
const labelLeft = 28;

/** The lifelines that the rows stand on. */
export type Grid = {
  /** The place of the first lifeline, and the distance of one from the next. */
  left: number;
  column: number;
  width: number;
  /** The place of an actor's lifeline; `undefined` if it has none, as the outside has none. */
  xOf: (session: string | undefined) => number | undefined;
};

/** A row of the sequence: an arrow, or one for each of the connections that tell the same event. */
type Row = { id: string; flow: Flow; label: string; tellers: (string | undefined)[] };

/** `committed · 1.8 ms`. */
const labelFor = ({ label, tookMs }: Flow) =>
  tookMs === undefined ? label : `${label} · ${durationOf(tookMs)}`;

/** The rows of the flows; an unfolded one is followed by a row for each connection. */
export function rowsOf(
  flows: readonly Flow[],
  unfolded: ReadonlySet<number>,
  nameOf: (session: string) => string,
): Row[] {
  return flows.flatMap((flow): Row[] => {
    const tellers = tellersOf(flow);
    const id = `${flow.number}`;
    if (tellers.length < 2) return [{ id, flow, label: labelFor(flow), tellers: [flow.from] }];
    const all = { id, flow, label: `${flow.label} ×${tellers.length}`, tellers };
    if (!unfolded.has(flow.number)) return [all];
    const toOne = (session: string) => ({
      id: `${id} ${session}`,
      flow,
      label: nameOf(session),
      tellers: [session],
    });
    return [all, ...tellers.map(toOne)];
  });
}

type RowProps = {
  shown: Row;
  y: number;
  grid: Grid;
  /** It shows what has happened last. */
  isNewest: boolean;
  isLast: boolean;
  says: string;
  onGo: () => void;
};

/** A row, which leads to its moment. */
export function RowView({ shown, y, grid, isNewest, isLast, says, onGo }: RowProps) {
  const { flow, label, tellers } = shown;
  const { xOf, width } = grid;
  return (
    <a
      class="flow"
      href={`${access}#moment-${flow.number}`}
      data-flow={flow.label}
      data-last={isNewest ? '' : undefined}
      data-refusal={flow.isRefusal ? '' : undefined}
      aria-label={says}
      onClick={(event) => {
        event.preventDefault();
        onGo();
      }}
      onKeyDown={onArrows}
      {...reached(isLast)}
    >
      <rect class="hit" x="0" y={y - rowHeight + 10} width={width + timeWidth} height={rowHeight} />
      {tellers.length > 1 ? (
        <Arrows xs={tellers.map(xOf)} label={label} y={y} grid={grid} />
      ) : (
        <Arrow from={xOf(tellers[0])} to={xOf(flow.to)} label={label} y={y} grid={grid} />
      )}
    </a>
  );
}

/** When the flow of a row was told. It is not in the row's link, whose name is what can be read in it. */
export const WhenView = ({ at, y, width }: { at: number; y: number; width: number }) => (
  <text class="when" x={width + timeWidth - 4} y={y}>
    {secondsOf(at)}
  </text>
);

const reachOf = ({ column }: Grid) => Math.min(mostReach, column / 2);

type ArrowProps = {
  /** `undefined` is the outside. */
  from: number | undefined;
  to: number | undefined;
  label: string;
  y: number;
  grid: Grid;
};

function Arrow({ from, to, label, y, grid }: ArrowProps) {
  const start = from ?? (to ?? grid.left) - reachOf(grid);
  const end = to ?? (from ?? grid.left) - reachOf(grid);
  const [low, high] = start < end ? [start, end] : [end, start];
  const isOuter = from === undefined || to === undefined;
  const extent = label.length * glyph.width;
  // A label of an arrow from or to the outside ends at the lifeline; others stand in the middle, inside the picture.
  const middle = isOuter ? high - 5 - extent / 2 : (low + high) / 2;
  return (
    <>
      <line x1={start} x2={end === start ? end + 12 : end} y1={y} y2={y} marker-end="url(#tip)" />
      {from === undefined && <circle cx={start} cy={y} r="3" />}
      <text x={Math.max(extent / 2 + 2, Math.min(middle, grid.width - extent / 2 - 2))} y={y - 5}>
        {label}
      </text>
    </>
  );
}

type ArrowsProps = { xs: (number | undefined)[]; label: string; y: number; grid: Grid };

/** The arrows of an event to the outside, one from each lifeline that tells it. */
function Arrows({ xs, label, y, grid }: ArrowsProps) {
  const shown = [...new Set(xs)].filter((x) => x !== undefined);
  return (
    <>
      {shown.map((x) => (
        <line key={x} x1={x} x2={x - reachOf(grid)} y1={y} y2={y} marker-end="url(#tip)" />
      ))}
      <text class="spread" x={labelLeft} y={y - 5}>
        {label}
      </text>
    </>
  );
}
