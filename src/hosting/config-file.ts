/** The settings in a file. */
import { dirname, isAbsolute, join } from 'node:path';
import { StartError } from '../start-error.ts';
import { inWords } from '../system-error.ts';
import { JsonError, readJson } from './json-reader.ts';
import type { Row } from './rows.ts';
import { text } from './settings.ts';
import { readSmallFile } from './small-file.ts';

/** Where the file is. Only flag and variable can say so. */
export const fileSettings = {
  config: text.optional().meta({
    description: 'file with settings, as JSON',
    variable: 'CHAT_CONFIG',
    unset: 'none',
    must: 'a path',
  }),
};

/**
 * Reads the settings of these rows from a file. Keys are the names of the settings. A relative path in the file is
 * relative to the file's folder. Throws a StartError that names the file and what is wrong.
 */
export function readConfigFile(path: string, rows: readonly Row[]): Record<string, unknown> {
  const { $schema: _, ...given } = objectIn(path);
  for (const [name, value] of Object.entries(given)) {
    const row = rows.find((one) => one.name === name) ?? refuseKey(path, name, rows);
    if (row.facts['isPath'] && typeof value === 'string' && value !== '' && !isAbsolute(value))
      given[name] = join(dirname(path), value);
  }
  return given;
}

function objectIn(path: string): Record<string, unknown> {
  const invalid = (message: string) => new StartError('CONFIG_INVALID', message);
  let content: string;
  try {
    content = `${readSmallFile(path).content}`.replace(/^\uFEFF/, '');
  } catch (error) {
    throw invalid(`cannot read ${path}: ${inWords(error)}`);
  }
  try {
    const value = readJson(content);
    if (typeof value === 'object' && value !== null && !Array.isArray(value)) return { ...value };
  } catch (error) {
    if (!(error instanceof JsonError)) throw error;
    throw invalid(`${path}, line ${error.line}, column ${error.column}: ${error.message}`);
  }
  throw invalid(`${path} must contain an object, such as {"port": 5000}`);
}

function refuseKey(path: string, key: string, rows: readonly Row[]): never {
  const [meant] = rows
    .flatMap(({ name, variable }) => [name, variable].map((word) => ({ name, apart: apart(word, key) })))
    .filter((one) => one.apart <= Math.min(2, key.length / 2))
    .sort((one, other) => one.apart - other.apart);
  const advice = meant === undefined ? '' : `; did you mean ${meant.name}?`;
  throw new StartError('CONFIG_INVALID', `${path}: unknown key ${JSON.stringify(key)}${advice}`);
}

/**
 * How many letters must be added, removed or replaced to make one name the other (Levenshtein), without regard to capitals
 * and hyphens.
 */
function apart(...names: [string, string]): number {
  const [one = '', other = ''] = names.map((name) => name.toLowerCase().replace(/[-_]/g, ''));
  let row = Array.from({ length: other.length + 1 }, (_, index) => index);
  for (const [index, letter] of [...one].entries()) {
    const next = [index + 1];
    for (let at = 0; at < other.length; at++) {
      const replaced = (row[at] ?? 0) + (letter === other[at] ? 0 : 1);
      next.push(Math.min(replaced, (row[at + 1] ?? 0) + 1, (next[at] ?? 0) + 1));
    }
    row = next;
  }
  return row.at(-1) ?? 0;
}
