/** The state of a machine as one path: `registered.idle`. No machine of ours is in two states at once. */
import type { Chart } from '../../src/charts/chart.ts';

/** `{ registered: 'idle' }` is `registered.idle`. */
export function leafOf(value: unknown): string {
  if (typeof value === 'string') return value;
  const [[key, inner] = ['', '']] = Object.entries(Object(value));
  return key === '' ? '' : `${key}.${leafOf(inner)}`;
}

/** Is the machine in this state, when its innermost state is `leaf`? */
export const isIn = (leaf: string, id: string) => id === '' || leaf === id || leaf.startsWith(`${id}.`);

/** The innermost state that is entered with this one. */
export function beginningOf(chart: Chart, id: string): string {
  const initial = chart.states.find((state) => state.id === id)?.initial;
  return initial === undefined ? id : beginningOf(chart, initial);
}
