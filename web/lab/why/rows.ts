/** The fields of an event, and of what an actor knew before and after it, as rows of a table. */

export type Row = {
  field: string;
  before: string | undefined;
  after: string | undefined;
  isChanged: boolean;
};

/** The fields of an object, with those of objects inside it as `limits.name`. */
export function fieldsOf(value: unknown, path = ''): [field: string, text: string][] {
  if (typeof value !== 'object' || value === null || Array.isArray(value))
    return path === '' || value === undefined ? [] : [[path, textOf(value)]];
  return Object.entries(value).flatMap(([key, inner]) =>
    fieldsOf(inner, path === '' ? key : `${path}.${key}`),
  );
}

const textOf = (value: unknown) => (typeof value === 'string' ? value : JSON.stringify(value));

/** Every field that is known before or after. What was not known before has not changed. */
export function rowsOf(before: unknown, after: unknown): Row[] {
  const [old, now] = [new Map(fieldsOf(before)), new Map(fieldsOf(after))];
  return [...new Set([...old.keys(), ...now.keys()])].map((field) => ({
    field,
    before: old.get(field),
    after: now.get(field),
    isChanged: before !== undefined && old.get(field) !== now.get(field),
  }));
}
