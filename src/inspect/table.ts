/** A machine's table: its config as plain JSON, names only. */
export type Table = { id?: string; states?: Record<string, Table>; [key: string]: unknown };

/** Is this the config of a machine? Other actors have a function there. */
export const isTable = (config: unknown): config is Table => typeof config === 'object' && config !== null;

/** The table without what is no JSON: its functions, and the context, which every machine of ours makes of its input. */
export function tableOf(config: object): Table {
  const { context: _, ...table } = JSON.parse(
    JSON.stringify(config, (_key, value) => (typeof value === 'function' ? undefined : value)),
  );
  return table;
}
