/**
 * Rules for what may be shown of a value. Each copies what it names and nothing else, so that a field that is added
 * somewhere stays hidden until somebody decides otherwise.
 */

type Kind = 'nickname' | 'content' | 'error';
export type Mask = (kind: Kind, value: unknown) => string;
/** What may be shown of a value. */
export type Rule = (value: unknown, mask: Mask) => unknown;
export type Fields = Record<string, Rule>;

/** Stands for a value that is not what its rule lets through. */
export const hidden = '•';
/** Most entries of a list that are shown. */
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

/** An object's fields that are named here. */
export const only =
  (fields: Fields): Rule =>
  (value, mask) => {
    if (typeof value !== 'object' || value === null) return hidden;
    const shown: Record<string, unknown> = {};
    for (const [name, rule] of Object.entries(fields))
      if (Object.hasOwn(value, name)) shown[name] = rule(value[name as never], mask);
    return shown;
  };

type Shown = { type: string; [field: string]: unknown };

/** An object whose `type` says which fields it has. */
export const variants = (table: Record<string, Fields>): ((value: unknown, mask: Mask) => Shown) => {
  const rules = new Map(Object.entries(table).map(([type, fields]) => [type, only(fields)]));
  return (value, mask) => {
    const { type } = Object(value) as { type?: string };
    const rule = type === undefined ? undefined : rules.get(type);
    return type === undefined || rule === undefined
      ? { type: hidden }
      : { type, ...(rule(value, mask) as Record<string, unknown>) };
  };
};

/** The first entries of a list, and how many more there are. */
export const listOf =
  (rule: Rule): Rule =>
  (value, mask) => {
    if (!Array.isArray(value)) return hidden;
    const shown = value.slice(0, mostEntries).map((entry) => rule(entry, mask));
    return value.length > mostEntries ? [...shown, { more: value.length - mostEntries }] : shown;
  };

export const connection = matching(/^c\d+$/);
export const timestamp = matching(/^[\d/:, ]{0,40}$/);
