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
    current.scrollTo({
      left: (place.x + place.width / 2) * scale - current.clientWidth / 2,
      top: (place.y + place.height / 2) * scale - current.clientHeight / 2,
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

function drawingOfAll(chart: Baked): VNode[] {
  const head = `own-${chart.name}`;
  const edge = (id: string) => ({ 'data-edge': id });
  const marks = { state: () => ({}), note: () => undefined, line: edge, edge, head: () => head };
  return [h('defs', {}, elementOf(arrowhead(head))), ...drawingOf(chart, chart.layout, marks).map(elementOf)];
}
