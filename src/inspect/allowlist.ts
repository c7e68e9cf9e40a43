/**
 * Rules that say what may be shown of a value. A rule copies what it names and nothing else, so a field that is added
 * somewhere stays hidden until somebody decides to show it.
 */
import type { ShownEvent } from './told.ts';

type Kind = 'nickname' | 'content' | 'error';
export type Mask = (kind: Kind, value: unknown) => string;
/** Returns what may be shown of a value. */
export type Rule = (value: unknown, mask: Mask) => unknown;
export type Fields = Record<string, Rule>;

/** Stands for a value that its rule does not let through. */
export const hidden = '•';
/** How many entries of a list are shown. */
const mostEntries = 20;

const written =
  (kind: Kind): Rule =>
  (value, mask) =>
    value === undefined ? undefined : mask(kind, value);
export const nickname = written('nickname');
export const content = written('content');
export const error = written('error');
export const number: Rule = (value) => (Number.isFinite(value) ? value : hidden);
export const flag: Rule = (value) => (typeof value === 'boolean' ? value : hidden);
export const count: Rule = (value) => (Array.isArray(value) ? value.length : hidden);
export const matching =
  (pattern: RegExp): Rule =>
  (value) =>
    typeof value === 'string' && pattern.test(value) ? value : hidden;
export const oneOf =
  (...words: unknown[]): Rule =>
  (value) =>
    words.includes(value) ? value : hidden;
export const optional =
  (rule: Rule): Rule =>
  (value, mask) =>
    value === undefined ? undefined : rule(value, mask);

/** Shows those fields of an object that are named here. */
export const only =
  (fields: Fields): Rule =>
  (value, mask) => {
    if (typeof value !== 'object' || value === null) return hidden;
    const shown: Record<string, unknown> = {};
    for (const [name, rule] of Object.entries(fields))
      if (Object.hasOwn(value, name)) shown[name] = rule(value[name as never], mask);
    return shown;
  };

/** Shows an object whose `type` decides which fields are shown. */
export const variants = (table: Record<string, Fields>): ((value: unknown, mask: Mask) => ShownEvent) => {
  const rules = new Map(Object.entries(table).map(([type, fields]) => [type, only(fields)]));
  return (value, mask) => {
    const { type = hidden } = Object(value) as { type?: string };
    const rule = rules.get(type);
    return rule === undefined ? { type: hidden } : { type, ...(rule(value, mask) as object) };
  };
};

/** Shows the first entries of a list, and how many more there are. */
export const listOf =
  (rule: Rule): Rule =>
  (value, mask) => {
    if (!Array.isArray(value)) return hidden;
    const shown = value.slice(0, mostEntries).map((entry) => rule(entry, mask));
    return value.length > mostEntries ? [...shown, { more: value.length - mostEntries }] : shown;
  };

export const connection = matching(/^c\d+$/);
export const timestamp = matching(/^[\d/:, ]{0,40}$/);
