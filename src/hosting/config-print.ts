/** What `config print` and `config schema` print. */
import type { Row } from './rows.ts';
import { masked } from './settings.ts';

/** Where a value comes from: the flag, the variable or the file of this name. */
export type Source = { readonly kind: 'flag' | 'variable' | 'file' | 'default'; readonly name?: string };

/** A setting with its value; `undefined` stands for a default that is not a constant. */
export type Effective = { readonly row: Row; readonly value: unknown; readonly source: Source };

/** The settings as lines of name, value and source, in columns. */
export function configAsText(settings: readonly Effective[]): string {
  const lines = settings.map(({ row, value, source }) => [
    row.name,
    source.kind === 'default' ? `${row.facts['unset'] ?? value}` : valueText(value),
    [source.kind, source.name].filter((part) => part !== undefined).join(' '),
  ]);
  const widths = [0, 1].map((column) => Math.max(...lines.map((line) => line[column]?.length ?? 0)));
  return lines
    .map((line) => line.map((cell, column) => cell.padEnd(widths[column] ?? 0)).join('  '))
    .join('\n');
}

/** The settings as JSON: `{"port": {"value": 8000, "source": "flag", "name": "--port"}}`. */
export function configAsJson(settings: readonly Effective[]): string {
  const shown = settings.map(({ row, value, source: { kind, name } }) => [
    row.name,
    { value: masked(value) ?? null, source: kind, name },
  ]);
  return JSON.stringify(Object.fromEntries(shown), null, 2);
}

/** Quoted where its end or its characters would not be seen otherwise. */
function valueText(value: unknown): string {
  const shown = masked(value);
  return typeof shown === 'string' && /^[^\s"\p{C}]+$/u.test(shown) ? shown : JSON.stringify(shown);
}

/** Ways to write a size in a file. */
const sizeText = { type: 'string', pattern: '^\\d+[KMG]iB$' };

/** The JSON Schema of a config file with these settings. */
export function configSchema(rows: readonly Row[]): string {
  const properties = Object.fromEntries(rows.map((row) => [row.name, propertyOf(row)]));
  const schema = {
    $schema: 'https://json-schema.org/draft/2020-12/schema',
    title: 'Settings of classic-chatbox-server',
    type: 'object',
    properties: { $schema: { type: 'string', description: 'this schema, for editors' }, ...properties },
    additionalProperties: false,
  };
  return JSON.stringify(schema, null, 2);
}

function propertyOf({ facts, range }: Row): object {
  const { $schema: _, description, unset, must, isSize, isPath, default: constant, ...form } = facts;
  const about = [
    description,
    must === undefined ? [] : range,
    isPath ? 'relative to the folder of this file' : [],
    unset === undefined ? [] : `default: ${unset}`,
  ]
    .flat()
    .join('; ');
  const allowed = isSize ? { anyOf: [form, sizeText] } : form;
  return { description: about, ...allowed, ...(constant === undefined ? {} : { default: constant }) };
}
