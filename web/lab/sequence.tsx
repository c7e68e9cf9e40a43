import { useRef, useState } from 'preact/hooks';
import { arrowhead, glyph } from '../../src/charts/drawing.ts';
import { scrollable } from '../chat/scrollable.ts';
import { access } from './address.ts';
import type { Lab } from './lab.ts';
import { onArrows, reached } from './moments.ts';
import { NewestView, useNewest } from './newest.tsx';
import type { Flow } from './picture.ts';
import { merged } from './pings.ts';
import { elementOf } from './shape.ts';
import { useSize } from './size.ts';
import type { Words } from './words.ts';
import type { World } from './world.ts';

/** Units of the picture in a rem, so that it grows with the type. */
const unitsInRem = 14;
/** Distances: between lifelines at least and at most, between arrows, and before the first lifeline. */
const [narrow, wide] = [60, 170];
const row = 30;
const left = 134;
/** Half the width of a lifeline's head. */
const half = 28;
/** The length of an arrow from or to the outside. */
const reach = 50;
const rems = (units: number) => `${units / unitsInRem}rem`;
const parts = ['mailbox', 'room', 'ledger'];

/** The latest messages between the connections, the room and the ledger. */
export function SequenceView({ lab, words }: { lab: Lab; words: Words }) {
  const frame = useRef<HTMLElement>(null);
  const heads = useRef<SVGSVGElement>(null);
  /** The width of the panel, in units. */
  const [room, setRoom] = useState(0);
  const { world, playback } = lab;
  const flows = playback.showsPings ? merged(world.flows, world.pings.flows) : world.flows;
  const measure = () => {
    const rem = Number.parseFloat(getComputedStyle(document.documentElement).fontSize);
    setRoom(((frame.current?.clientWidth ?? 0) / rem) * unitsInRem);
  };
  useSize(frame, measure);
  // The heads change their size with the type's.
  useSize(heads, measure);
  const last = flows.at(-1)?.number;
  const newest = useNewest(frame, last, playback.isPaused);

  const lifelines = lifelinesOf(world, flows, roomFor(room), words.sequence.others);
  const gaps = lifelines.names.length - 1;
  const column = Math.max(narrow, Math.min(wide, (room - left - half - 4) / gaps));
  const width = left + gaps * column + half + 4;
  const height = flows.length * row + 16;
  const at = (session: string) => left + lifelines.placeOf(session) * column;
  const sized = (units: number) => ({
    width: rems(width),
    height: rems(units),
    viewBox: `0 0 ${width} ${units}`,
  });
  return (
    <div class="body">
      <figure
        class="scroll"
        ref={frame}
        aria-label={words.sequence.title}
        {...scrollable}
        onScroll={newest.onScroll}
      >
        <svg class="sequence heads" ref={heads} {...sized(34)} aria-hidden="true">
          {lifelines.names.map((name, index) => (
            <g key={name} data-lifeline={name}>
              <rect x={left + index * column - half} y="5" width={2 * half} height="24" rx="7" />
              <text x={left + index * column} y="21">
                {name}
              </text>
            </g>
          ))}
        </svg>
        {flows.length === 0 && <p class="hint">{words.sequence.empty}</p>}
        {flows.length > 0 && (
          <svg class="sequence" data-flows={flows.length} {...sized(height)}>
            <title>{words.time.goTo}</title>
            <defs>{elementOf(arrowhead('tip'))}</defs>
            {lifelines.names.map((name, index) => (
              <line
                key={name}
                class="life"
                x1={left + index * column}
                x2={left + index * column}
                y1="0"
                y2={height}
              />
            ))}
            {flows.map((flow, index) => (
              <Arrow
                key={flow.number}
                flow={flow}
                y={index * row + 22}
                at={at}
                width={width}
                isLast={flow.number === last}
                says={`${words.time.goTo}: ${flow.label}`}
                onGo={() => playback.goTo(flow.number)}
              />
            ))}
          </svg>
        )}
      </figure>
      {newest.isAway && <NewestView words={words} onPress={newest.toEnd} />}
    </div>
  );
}

type ArrowProps = {
  flow: Flow;
  y: number;
  at: (session: string) => number;
  width: number;
  isLast: boolean;
  says: string;
  onGo: () => void;
};

function Arrow({
  flow: { number, from, to, label, isRefusal },
  y,
  at,
  width,
  isLast,
  says,
  onGo,
}: ArrowProps) {
  const ends = [from, to].map((session) => (session === undefined ? undefined : at(session)));
  const [start, end] = [ends[0] ?? (ends[1] ?? 0) - reach, ends[1] ?? (ends[0] ?? 0) - reach];
  const [low, high] = start < end ? [start, end] : [end, start];
  const isOuter = from === undefined || to === undefined;
  const extent = label.length * glyph.width;
  // A label of an arrow from or to the outside ends at the lifeline; others stand in the middle, inside the picture.
  const middle = isOuter ? high - 5 - extent / 2 : (low + high) / 2;
  return (
    <a
      class="flow"
      href={`${access}#moment-${number}`}
      data-flow={label}
      data-last={isLast ? '' : undefined}
      data-refusal={isRefusal ? '' : undefined}
      aria-label={says}
      onClick={(event) => {
        event.preventDefault();
        onGo();
      }}
      onKeyDown={onArrows}
      {...reached(isLast)}
    >
      <rect class="hit" x="0" y={y - row + 10} width={width} height={row} />
      <line x1={start} x2={end === start ? end + 12 : end} y1={y} y2={y} marker-end="url(#tip)" />
      {from === undefined && <circle cx={start} cy={y} r="3" />}
      <text x={Math.max(extent / 2 + 2, Math.min(middle, width - extent / 2 - 2))} y={y - 5}>
        {label}
      </text>
    </a>
  );
}

/** The number of lifelines that fit. */
const roomFor = (width: number) => Math.floor((width - left - half) / narrow) + 1;

/** A lifeline for each connection in the order of their numbers, one for all that do not fit, and those of the parts. */
function lifelinesOf(world: World, flows: readonly Flow[], total: number, others: string) {
  const order: string[] = [];
  for (const { from, to } of [...flows].reverse())
    for (const session of [from, to]) {
      const actor = world.actors.get(session ?? '');
      if (actor?.machine === 'connection' && !order.includes(actor.session)) order.push(actor.session);
    }
  const number = (session: string) => Number(world.actors.get(session)?.name.slice(1));
  const isMore = order.length > Math.max(2, total - parts.length);
  const most = isMore ? Math.max(2, total - parts.length - 1) : order.length;
  const own = order.slice(0, most).sort((one, other) => number(one) - number(other));
  const nameOf = (session: string) => {
    const owner = world.clientOf(session);
    const name = world.actors.get(session)?.name ?? '';
    return owner === undefined ? name : `${name} · ${owner}`;
  };
  const names = [...own.map(nameOf), ...(isMore ? [others] : []), ...parts];
  const placeOf = (session: string) => {
    const index = own.indexOf(session);
    if (index >= 0) return index;
    const part = names.indexOf(world.actors.get(session)?.name ?? '');
    if (part >= 0) return part;
    return isMore ? own.length : 0;
  };
  return { names, placeOf };
}
