import type { Flow } from './picture.ts';

/** Milliseconds within which an event goes out to everybody. */
const spreadMs = 250;

/** An event that a connection tells its peer. */
export type Telling = { from: string; label: string; bytes: number; at: number };

/** Adds a connection to the row of an event that others tell their peers too. Returns that row, if there is one. */
export function spread(flows: readonly Flow[], { from, label, bytes, at }: Telling): Flow | undefined {
  const row = flows.findLast(
    (flow) =>
      flow.label === label &&
      flow.spread?.bytes === bytes &&
      at - flow.spread.at < spreadMs &&
      !tellersOf(flow).includes(from),
  );
  row?.spread?.others.push(from);
  return row;
}

/** The connections that tell an event to their peers. */
export const tellersOf = ({ from, spread }: Flow): string[] => [
  ...(from === undefined ? [] : [from]),
  ...(spread?.others ?? []),
];
