import './timeline.css';
import { useLayoutEffect, useReducer, useRef, useState } from 'preact/hooks';
import type { Language } from '../../chat/words.ts';
import { clockOf, durationOf } from '../clock.ts';
import { firstFrom } from '../first.ts';
import type { Lab } from '../lab.ts';
import { useSize } from '../size.ts';
import { en, type TimelineWords } from './en.ts';
import { type Mark, Marks, nearest } from './marks.ts';
import { vi } from './vi.ts';
import { following, labelsIn, panned, type View, wholeOf, zoomed } from './view.ts';

const dictionaries: Record<Language, TimelineWords> = { en, vi };

/** The lanes from top to bottom, in pixels. */
const lanes = { writes: 2, steps: 11, frames: 20 } as const;
const [laneHeight, height] = [8, 42];
/** A pointer that has moved further than this, in pixels, drags. One that is as near as that to a mark means it. */
const near = 5;
/** How much a pixel of the wheel zooms; a trackpad that is pinched tells fewer of them. */
const [perPixel, perPinched] = [1.0016, 1.01];

type Drag = { x: number; view: View; isMoved: boolean };
type Props = { lab: Lab; language: Language };

/** All of the recording on an axis: commits as bars, states and frames as marks, and where the view is. */
export function TimelineView({ lab, language }: Props) {
  const frame = useRef<HTMLDivElement>(null);
  const [width, setWidth] = useState(0);
  const [, redraw] = useReducer((draws: number) => draws + 1, 0);
  const marks = useRef(new Marks());
  /** What is shown; nothing for the whole. */
  const chosen = useRef<View | undefined>(undefined);
  const before = useRef(0);
  const drag = useRef<Drag | undefined>(undefined);
  const said = dictionaries[language];
  const { playback } = lab;
  const { at, count } = playback.world;
  const entries = playback.shown;
  const whole = wholeOf(entries);
  useSize(frame, ({ clientWidth }) => setWidth(clientWidth));

  // The view goes along with the place that is shown, unless the reader has turned away from it.
  const { current } = chosen;
  const isSeen = current !== undefined && before.current >= current.from && before.current <= current.to;
  if (current !== undefined && isSeen && count > 0) chosen.current = following(current, whole, at);
  before.current = at;
  const view = chosen.current ?? whole;

  const { steps, frames, writes } = marks.current.read(entries, playback.showsPings);
  const msInPixel = (view.to - view.from) / Math.max(1, width);
  const xOf = (time: number) => Math.round(((time - view.from) / msInPixel) * 2) / 2;
  const timeAt = (clientX: number) =>
    view.from + (clientX - (frame.current?.getBoundingClientRect().left ?? 0)) * msInPixel;
  const place = count === 0 ? 0 : Math.max(0, Math.min(width, xOf(at)));

  function show(next: View | undefined): void {
    chosen.current = next;
    redraw(undefined as never);
  }

  useLayoutEffect(() => {
    const line = frame.current;
    const onWheel = (event: WheelEvent) => {
      event.preventDefault();
      const { deltaX, deltaY, ctrlKey, clientX } = event;
      if (Math.abs(deltaX) > Math.abs(deltaY)) show(panned(view, whole, deltaX * msInPixel));
      else show(zoomed(view, whole, (ctrlKey ? perPinched : perPixel) ** deltaY, timeAt(clientX)));
    };
    line?.addEventListener('wheel', onWheel, { passive: false });
    return () => line?.removeEventListener('wheel', onWheel);
  });

  /** Goes to the mark that is meant, or else to what had happened by then. */
  function goTo(event: PointerEvent): void {
    const y = event.clientY - (frame.current?.getBoundingClientRect().top ?? 0);
    const time = timeAt(event.clientX);
    const most = near * msInPixel;
    const lane = Object.entries({ frames, steps, writes }).find(
      ([name]) => y >= lanes[name as keyof typeof lanes],
    );
    const bar = writes.find((write) => write.from - most <= time && time <= write.at + most);
    const meant = lane?.[0] === 'writes' ? bar : nearest(lane?.[1] ?? [], time, most);
    playback.seek(meant?.count ?? firstFrom(entries, time + msInPixel / 2));
  }

  function onKeyDown(event: KeyboardEvent): void {
    const { key } = event;
    const half = (view.to - view.from) / 2;
    const about = count > 0 && at >= view.from && at <= view.to ? at : view.from + half;
    const actions: Record<string, () => void> = {
      '+': () => show(zoomed(view, whole, 1 / 1.5, about)),
      '-': () => show(zoomed(view, whole, 1.5, about)),
      '0': () => show(undefined),
      PageUp: () => show(panned(view, whole, -half)),
      PageDown: () => show(panned(view, whole, half)),
      Home: () => playback.seek(0),
      End: () => playback.seek(entries.length),
    };
    const action = event.ctrlKey || event.metaKey || event.altKey ? undefined : actions[key];
    if (action === undefined) return;
    event.preventDefault();
    action();
  }

  const previous = entries[count - 2]?.at ?? at;
  const time = clockOf(at);
  const since = `+${durationOf(Math.max(0, at - previous))}`;
  return (
    <div class="timeline">
      <output class="now" data-now={count > 0 ? time : ''}>
        {count > 0 && (
          <>
            <b>{time}</b> {since}
          </>
        )}
      </output>
      <div
        class="axis"
        ref={frame}
        role="slider"
        tabIndex={0}
        title={said.help}
        aria-label={said.title}
        aria-valuemin={0}
        aria-valuemax={entries.length}
        aria-valuenow={count}
        aria-valuetext={count > 0 ? said.now(time, since) : '0'}
        data-from={Math.round(view.from)}
        data-to={Math.round(view.to)}
        data-writes={writes.length}
        onKeyDown={onKeyDown}
        onPointerDown={(event) => {
          if (event.button !== 0) return;
          frame.current?.setPointerCapture(event.pointerId);
          drag.current = { x: event.clientX, view, isMoved: false };
        }}
        onPointerMove={({ clientX }) => {
          const { current: dragged } = drag;
          if (dragged === undefined) return;
          dragged.isMoved ||= Math.abs(clientX - dragged.x) > near;
          if (dragged.isMoved) show(panned(dragged.view, whole, (dragged.x - clientX) * msInPixel));
        }}
        onPointerUp={(event) => {
          if (drag.current?.isMoved === false) goTo(event);
          drag.current = undefined;
        }}
        onPointerCancel={() => {
          drag.current = undefined;
        }}
      >
        <svg height={height} aria-hidden="true">
          {labelsIn(view, width / 110).map((label) => (
            <g key={label} class="tick">
              <path d={`M${xOf(label)} 0V${height}`} />
              <text x={xOf(label) + 3} y={height - 4}>
                {clockOf(label)}
              </text>
            </g>
          ))}
          <path class="writes" d={barsOf(writes, view, xOf)} />
          <path class="steps" d={ticksOf(steps, view, xOf, lanes.steps)} />
          <path class="frames" d={ticksOf(frames, view, xOf, lanes.frames)} />
          <rect class="later" x={place} width={Math.max(0, width - place)} height={height} />
          <path class="cursor" d={`M${place} 0V${height}`} />
          {Object.entries(lanes).map(([name, y]) => (
            <text key={name} class="lane" x={2} y={y + laneHeight}>
              {said.lanes[name as keyof typeof lanes]}
            </text>
          ))}
        </svg>
      </div>
    </div>
  );
}

type Scale = (time: number) => number;

/** Marks, at most one for each half of a pixel. */
function ticksOf(marks: readonly Mark[], { from, to }: View, xOf: Scale, y: number): string {
  const places = new Set<number>();
  for (let index = firstFrom(marks, from); index < marks.length; index++) {
    const { at } = marks[index] as Mark;
    if (at > to) break;
    places.add(xOf(at));
  }
  return Array.from(places, (x) => `M${x} ${y}v${laneHeight}`).join('');
}

function barsOf(writes: Marks['writes'], { from, to }: View, xOf: Scale): string {
  const bars = new Set<string>();
  for (let index = firstFrom(writes, from); index < writes.length; index++) {
    const write = writes[index] as Marks['writes'][number];
    if (write.from > to) break;
    const x = xOf(write.from);
    const length = Math.max(1.5, xOf(write.at) - x);
    bars.add(`M${x} ${lanes.writes}h${length}v${laneHeight}h${-length}z`);
  }
  return [...bars].join('');
}
