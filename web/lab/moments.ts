/** What leads to a moment of the recording: each arrow of the sequence, and each line of the wire log. */

/** Of all that stand in a list, Tab reaches the last one only; from there the arrow keys lead to the others. */
export const reached = (isLast: boolean) => ({ 'data-moment': '', tabIndex: isLast ? 0 : -1 });

/** The number of the moment at which a line or a flow was as it is shown now. */
export const momentOf = ({ number, moment = number }: { number: number; moment?: number }) => moment;

/** Leads from an item of a list to its neighbour. */
export function onArrows(event: KeyboardEvent): void {
  const { key, currentTarget: item } = event;
  if (!(item instanceof Element) || (key !== 'ArrowUp' && key !== 'ArrowDown')) return;
  const neighbour = key === 'ArrowUp' ? item.previousElementSibling : item.nextElementSibling;
  const moment = neighbour?.matches('[data-moment]') ? neighbour : neighbour?.querySelector('[data-moment]');
  if (!(moment instanceof HTMLElement || moment instanceof SVGElement)) return;
  event.preventDefault();
  moment.focus();
}
