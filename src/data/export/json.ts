import type { Entry, Form } from './form.ts';

/** The data file itself, byte for byte as the server writes it. */
export class JsonForm implements Form {
  #isEmpty = true;

  begin(): string {
    return '[';
  }

  put({ json }: Entry): string {
    const separator = this.#isEmpty ? '' : '\n,';
    this.#isEmpty = false;
    return `${separator}${json}`;
  }

  end(): string {
    return this.#isEmpty ? ']' : '\n]';
  }
}

/** A message a line: its position, and its stored form. */
export const linesForm: Form = {
  begin: () => '',
  put: ({ position, json }) => `{"position":${position},${json.slice(1)}\n`,
  end: () => '',
};
