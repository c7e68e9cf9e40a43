import { useLayoutEffect, useRef, useState } from 'preact/hooks';
import { arrowhead, glyph } from '../../src/charts/drawing.ts';
import { scrollable } from '../chat/scrollable.ts';
import type { Lab } from './lab.ts';
import { NewestView, useNewest } from './newest.tsx';
import { elementOf } from './shape.ts';
import type { Words } from './words.ts';
import type { Flow, World } from './world.ts';

/** Units of the picture in a rem: it grows with the type. */
const unitsInRem = 14;
/** From lifeline to lifeline at least and at most, from arrow to arrow, and before the first lifeline. */
const [narrow, wide] = [60, 170];
const row = 30;
const left = 134;
/** Half of a lifeline's head. */
const half = 28;
/** How far an arrow reaches that comes from outside, or goes there. */
const reach = 50;
const rems = (units: number) => `${units / unitsInRem}rem`;
const parts = ['mailbox', 'room', 'ledger'];

/** What flowed last between the connections, the room and the ledger. */
export function SequenceView({ lab, words }: { lab: Lab; words: Words }) {
  const frame = useRef<HTMLElement>(null);
  const heads = useRef<SVGSVGElement>(null);
  /** Units that there are from left to right. */
  const [room, setRoom] = useState(0);
  const { world } = lab;
  const { flows } = world;
  useLayoutEffect(() => {
    const element = frame.current;
    if (element === null || heads.current === null) return;
    const observer = new ResizeObserver(() => {
      const rem = Number.parseFloat(getComputedStyle(document.documentElement).fontSize);
      setRoom((element.clientWidth / rem) * unitsInRem);
    });
    observer.observe(element);
    // As large as the type.
    observer.observe(heads.current);
    return () => observer.disconnect();
  }, []);
  const last = flows.at(-1)?.number;
  const newest = useNewest(frame, last, lab.isPaused);

  const lifelines = lifelinesOf(world, roomFor(room), words.sequence.others);
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
          <svg
            class="sequence"
            data-flows={flows.length}
            {...sized(height)}
            role="img"
            aria-label={flows
              .slice(-5)
              .map(({ label }) => label)
              .join(', ')}
          >
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
              />
            ))}
          </svg>
        )}
      </figure>
      {newest.isAway && <NewestView words={words} onPress={newest.toEnd} />}
    </div>
  );
}

type ArrowProps = { flow: Flow; y: number; at: (session: string) => number; width: number; isLast: boolean };

function Arrow({ flow: { from, to, label, isRefusal }, y, at, width, isLast }: ArrowProps) {
  const ends = [from, to].map((session) => (session === undefined ? undefined : at(session)));
  const [start, end] = [ends[0] ?? (ends[1] ?? 0) - reach, ends[1] ?? (ends[0] ?? 0) - reach];
  const [low, high] = start < end ? [start, end] : [end, start];
  const isOuter = from === undefined || to === undefined;
  const extent = label.length * glyph.width;
  // What goes out or comes in ends at its lifeline; what goes from one to another is in the middle, within the picture.
  const middle = isOuter ? high - 5 - extent / 2 : (low + high) / 2;
  return (
    <g
      class="flow"
      data-flow={label}
      data-last={isLast ? '' : undefined}
      data-refusal={isRefusal ? '' : undefined}
    >
      <line x1={start} x2={end === start ? end + 12 : end} y1={y} y2={y} marker-end="url(#tip)" />
      {from === undefined && <circle cx={start} cy={y} r="3" />}
      <text x={Math.max(extent / 2 + 2, Math.min(middle, width - extent / 2 - 2))} y={y - 5}>
        {label}
      </text>
    </g>
  );
}

/** How many lifelines there is room for. */
const roomFor = (width: number) => Math.floor((width - left - half) / narrow) + 1;

/** Connections in the order of their numbers, one lifeline for those that have no room, and what they speak to. */
function lifelinesOf(world: World, total: number, others: string) {
  const order: string[] = [];
  const owners = new Map(Array.from(world.clients.values(), ({ session, id }) => [session, id]));
  for (const { from, to } of [...world.flows].reverse())
    for (const session of [from, to]) {
      const actor = world.actors.get(session ?? '');
      if (actor?.machine === 'connection' && !order.includes(actor.session)) order.push(actor.session);
    }
  const number = (session: string) => Number(world.actors.get(session)?.name.slice(1));
  const isMore = order.length > Math.max(2, total - parts.length);
  const most = isMore ? Math.max(2, total - parts.length - 1) : order.length;
  const own = order.slice(0, most).sort((one, other) => number(one) - number(other));
  const nameOf = (session: string) => {
    const owner = owners.get(session);
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
