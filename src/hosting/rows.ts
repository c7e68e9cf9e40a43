import { z } from 'zod';
import { rangeOf, type Settings } from './settings.ts';

/** A setting with its names on the command line and in the environment, and what its schema says of it. */
export type Row = {
  readonly name: string;
  readonly flag: string;
  readonly variable: string;
  readonly facts: Readonly<Record<string, unknown>>;
  /** The allowed values in words. */
  readonly range: string;
};

/** The rows of a table, in its order. */
export function rowsOf(table: Settings): Row[] {
  return Object.entries(table).map(([name, schema]) => {
    const flag = name.replace(/[A-Z]/g, (letter) => `-${letter.toLowerCase()}`);
    const { variable = flag.replaceAll('-', '_').toUpperCase(), ...facts } = z.toJSONSchema(schema);
    return { name, flag, variable: `${variable}`, facts, range: rangeOf(schema) };
  });
}
