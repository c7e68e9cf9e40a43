import { useRef, useState } from 'preact/hooks';
import { arrowhead } from '../../src/charts/drawing.ts';
import { scrollable } from '../chat/scrollable.ts';
import type { Lab } from './lab.ts';
import { momentOf } from './moments.ts';
import { NewestView, useNewest } from './newest.tsx';
import type { Flow } from './picture.ts';
import { merged } from './pings.ts';
import { type Grid, RowView, rowHeight, rowsOf, timeWidth, WhenView } from './row.tsx';
import { elementOf } from './shape.ts';
import { SignButton } from './sign.tsx';
import { useSize } from './size.ts';
import { tellersOf } from './spread.ts';
import type { Words } from './words.ts';
import type { World } from './world.ts';
import { writesIn } from './writes.ts';

/** Units of the picture in a rem, so that it grows with the type. */
const unitsInRem = 14;
/** Distances: between lifelines at least and at most, and before the first lifeline. */
const [narrow, wide] = [56, 170];
const left = 134;
/** Half the width of a lifeline's head. */
const half = 27;
/** How far the picture may be made smaller to fit. Type that is larger than usual never is. */
const [smallest, usualRem] = [0.75, 14];
const always = ['mailbox', 'room', 'ledger'];

/** The latest messages between the connections, the room and the ledger. */
export function SequenceView({ lab, words }: { lab: Lab; words: Words }) {
  const frame = useRef<HTMLElement>(null);
  const heads = useRef<SVGSVGElement>(null);
  /** The width of the panel, in units, and how far the picture may be made smaller. */
  const [{ room, least }, setRoom] = useState({ room: 0, least: 1 });
  const { world, playback } = lab;
  const shown = playback.showsPings ? merged(world.flows, world.pings.flows) : world.flows;
  const flows = shown.map((flow) => ({ ...flow, label: words.sequence.label(flow.label) }));
  const measure = () => {
    const rem = Number.parseFloat(getComputedStyle(document.documentElement).fontSize);
    const width = ((frame.current?.clientWidth ?? 0) / rem) * unitsInRem;
    setRoom({ room: width, least: rem > usualRem ? 1 : smallest });
  };
  useSize(frame, measure);
  // The heads change their size with the type's.
  useSize(heads, measure);
  const [unfolded, setUnfolded] = useState<ReadonlySet<number>>(new Set());
  const last = flows.at(-1)?.number;
  const newest = useNewest(frame, last, playback.isPaused);

  const lifelines = lifelinesOf(world, flows, roomFor(room), words.sequence.others);
  const gaps = lifelines.names.length - 1;
  const column = Math.max(narrow, Math.min(wide, (room - left - half - 4 - timeWidth) / gaps));
  const width = left + gaps * column + half + 4;
  const whole = width + timeWidth;
  const scale = Math.max(least, Math.min(1, room / whole));
  const rems = (units: number) => `${(units * scale) / unitsInRem}rem`;
  const xOf = (session: string | undefined) => {
    const place = lifelines.placeOf(session ?? '');
    return place === undefined ? undefined : left + place * column;
  };
  const rows = rowsOf(flows, unfolded, lifelines.nameOf);
  const height = rows.length * rowHeight + 16;
  const yOf = (index: number) => index * rowHeight + 22;
  const grid: Grid = { left, column, width, xOf };

  function toggle(flow: number): void {
    const next = new Set(unfolded);
    if (!next.delete(flow)) next.add(flow);
    setUnfolded(next);
  }

  const sized = (units: number) => ({
    width: rems(whole),
    height: rems(units),
    viewBox: `0 0 ${whole} ${units}`,
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
          <div class="rows">
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
              {writesIn(rows.map(({ flow }) => flow)).map(([from, to]) => (
                <rect
                  key={to}
                  class="write"
                  x={(xOf(world.named('ledger')?.session) ?? 0) - 3}
                  y={yOf(from)}
                  width="6"
                  height={yOf(to) - yOf(from)}
                />
              ))}
              {rows.map((shown, index) => (
                <RowView
                  key={shown.id}
                  shown={shown}
                  y={yOf(index)}
                  grid={grid}
                  isNewest={shown.flow.number === last}
                  isLast={index === rows.length - 1}
                  says={`${words.time.goTo}: ${shown.label}`}
                  onGo={() => playback.goTo(momentOf(shown.flow))}
                />
              ))}
              {rows.map(
                ({ id, flow: { at } }, index) =>
                  at !== undefined && <WhenView key={id} at={at} y={yOf(index)} width={grid.width} />,
              )}
            </svg>
            {rows.map(({ flow, tellers }, index) => {
              if (tellers.length < 2) return undefined;
              const isOpen = unfolded.has(flow.number);
              return (
                <SignButton
                  key={flow.number}
                  sign={isOpen ? '▾' : '▸'}
                  class="unfold"
                  style={{ insetBlockStart: rems(yOf(index) - 20) }}
                  aria-expanded={isOpen}
                  says={words.sequence.told(flow.label, tellers.length)}
                  onClick={() => toggle(flow.number)}
                />
              );
            })}
          </div>
        )}
      </figure>
      {newest.isAway && <NewestView words={words} onPress={newest.toEnd} />}
    </div>
  );
}

/** The number of lifelines that fit. */
const roomFor = (width: number) => Math.floor((width - left - half) / narrow) + 1;

/** A lifeline for each connection in the order of their numbers, one for all that do not fit, and those of the parts. */
function lifelinesOf(world: World, flows: readonly Flow[], total: number, others: string) {
  const parts = world.named('redis') === undefined ? always : [...always, 'redis'];
  const newestFirst = [...flows].reverse();
  // Those that an event is told to may be many, so the ones that do something come first.
  const sessions = [...newestFirst.flatMap(({ from, to }) => [from, to]), ...newestFirst.flatMap(tellersOf)];
  const isConnection = (session: string | undefined) =>
    world.actors.get(session ?? '')?.machine === 'connection';
  const order = [...new Set(sessions.filter((session) => session !== undefined))].filter(isConnection);
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
  /** The index of an actor's lifeline; `undefined` if it has none, as the outside has none. */
  const placeOf = (session: string): number | undefined => {
    const index = own.indexOf(session);
    if (index >= 0) return index;
    if (isConnection(session)) return own.length;
    const part = parts.indexOf(world.actors.get(session)?.name ?? '');
    return part < 0 ? undefined : names.length - parts.length + part;
  };
  return { names, nameOf, placeOf };
}
