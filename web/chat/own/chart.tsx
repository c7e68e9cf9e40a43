import { h, type VNode } from 'preact';
import { useLayoutEffect, useRef } from 'preact/hooks';
import type { Chart } from '../../../src/charts/chart.ts';
import { arrowhead, drawingOf, type Layout, type Shape } from '../../../src/charts/drawing.ts';
import { scrollable } from '../scrollable.ts';

/** The scale at which the text can be read, as in the lab. */
const scale = 0.8;

export type Baked = Chart & { layout: Layout };

const elementOf = ({ tag, attributes, children }: Shape): VNode =>
  h(tag, attributes, ...children.map((child) => (typeof child === 'string' ? child : elementOf(child))));

/** Whether the machine is in a state, or only in one inside it. */
function inOf(id: string, state: string): string | undefined {
  if (id === state) return 'here';
  return id !== '' && state.startsWith(`${id}.`) ? 'around' : undefined;
}

/** A machine with its present state and the edge or line that has led there. */
export function ChartView({ chart, state, edge }: { chart: Baked; state: string; edge: string | undefined }) {
  const { width, height } = chart.layout;
  const head = `own-${chart.name}`;
  const taken = (id: string) => ({ 'data-taken': id === edge ? '' : undefined });
  const drawing = drawingOf(chart, chart.layout, {
    state: (id) => ({ 'data-in': inOf(id, state) }),
    note: () => undefined,
    line: taken,
    edge: taken,
    head: () => head,
  });
  // The state that the machine is in stays in sight.
  const frame = useRef<HTMLDivElement>(null);
  useLayoutEffect(() => {
    const [place, box] = [chart.layout.states[state], frame.current];
    if (place === undefined || box === null) return;
    const middle = (start: number, size: number, room: number) => (start + size / 2) * scale - room / 2;
    box.scrollTo({
      left: middle(place.x, place.width, box.clientWidth),
      top: middle(place.y, place.height, box.clientHeight),
    });
  }, [chart, state]);
  return (
    <div class="own-chart" ref={frame} {...scrollable}>
      <svg
        viewBox={`0 0 ${width} ${height}`}
        width={width * scale}
        height={height * scale}
        role="img"
        aria-label={state}
      >
        <defs>{elementOf(arrowhead(head))}</defs>
        {drawing.map(elementOf)}
      </svg>
    </div>
  );
}
