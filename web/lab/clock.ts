/** Times as the lab shows them, in this reader's zone. */

const two = (value: number) => `${value}`.padStart(2, '0');
const milliseconds = (at: number) => `${Math.floor(at) % 1000}`.padStart(3, '0');

/** `09:05:07.042`. */
export function clockOf(at: number): string {
  const date = new Date(at);
  return `${two(date.getHours())}:${two(date.getMinutes())}:${secondsOf(at)}`;
}

/** The seconds of the minute: `07.042`. */
export const secondsOf = (at: number) => `${two(new Date(at).getSeconds())}.${milliseconds(at)}`;

/** `0.42 ms`, `12 ms`, `1.5 s`. */
export function durationOf(ms: number): string {
  if (ms >= 1000) return `${Number((ms / 1000).toFixed(2))} s`;
  return `${Number(ms.toFixed(ms < 10 ? 2 : 0))} ms`;
}
