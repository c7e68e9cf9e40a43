import { h, type VNode } from 'preact';
import { useLayoutEffect, useMemo, useRef } from 'preact/hooks';
import type { Chart } from '../../../src/charts/chart.ts';
import { arrowhead, drawingOf, type Layout } from '../../../src/charts/drawing.ts';
import { elementOf } from '../../lab/shape.ts';
import { scrollable } from '../scrollable.ts';
import type { Step } from './step.ts';

export type Baked = Chart & { layout: Layout };

/** The size of the drawing, at which its text can be read and a panel holds some of it. */
const scale = 0.85;

type Props = { chart: Baked; step: Step | undefined; label: string };

/** A machine with its present state, which is kept in view, and the edges or lines that have led there. */
export function ChartView({ chart, step, label }: Props) {
  const frame = useRef<HTMLElement>(null);
  const { layout } = chart;
  const [width, height] = [layout.width * scale, layout.height * scale];
  // Drawn once: a step changes only marks, and there may be twenty a second.
  const drawn = useMemo(() => drawingOfAll(chart), [chart]);
  const { state = '', taken = [] } = step ?? {};
  const fired = taken.join(' ');

  useLayoutEffect(() => {
    const { current } = frame;
    if (current === null) return;
    for (const element of current.querySelectorAll<SVGElement>('[data-state]')) {
      const id = element.dataset['state'] ?? '';
      element.toggleAttribute('data-in', id !== '' && `${state}.`.startsWith(`${id}.`));
    }
    for (const element of current.querySelectorAll<SVGElement>('[data-edge]'))
      element.toggleAttribute('data-taken', fired.split(' ').includes(element.dataset['edge'] ?? '-'));
  }, [state, fired]);

  useLayoutEffect(() => {
    const [place, { current }] = [layout.states[state], frame];
    if (place === undefined || current === null) return;
    const { scrollLeft, scrollTop, clientWidth, clientHeight } = current;
    current.scrollTo({
      left: scrolledTo(place.x, place.width, scrollLeft, clientWidth),
      top: scrolledTo(place.y, place.height, scrollTop, clientHeight),
    });
  }, [layout, state]);

  return (
    <figure ref={frame} class="own-chart" aria-label={label} {...scrollable}>
      <svg viewBox={`0 0 ${layout.width} ${layout.height}`} width={width} height={height} aria-hidden="true">
        {drawn}
      </svg>
    </figure>
  );
}

/** How far to scroll one way: as far as now if all of the state is in sight, else until it is in the middle. */
function scrolledTo(start: number, size: number, now: number, room: number): number {
  const [low, high] = [start * scale, (start + size) * scale];
  return now <= low && high <= now + room ? now : (low + high - room) / 2;
}

function drawingOfAll(chart: Baked): VNode[] {
  const head = `own-${chart.name}`;
  const edge = (id: string) => ({ 'data-edge': id });
  const marks = { state: () => ({}), note: () => undefined, line: edge, edge, head: () => head };
  return [h('defs', {}, elementOf(arrowhead(head))), ...drawingOf(chart, chart.layout, marks).map(elementOf)];
}
