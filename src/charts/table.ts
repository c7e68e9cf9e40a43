/** A machine's table: its config as plain JSON, names only. */
export type Table = { id?: string; states?: Record<string, Table>; [key: string]: unknown };

/** Is this the config of a machine? The logic of other actors has a function there. */
export const isTable = (config: unknown): config is Table => typeof config === 'object' && config !== null;

/** The config as JSON, which leaves out its functions: among them the context, which each machine makes from its input. */
export const tableOf = (config: object): Table => JSON.parse(JSON.stringify(config));
