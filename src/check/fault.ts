import type { Words } from '../doctor/finding.ts';

export type FaultOptions = {
  /** As JSON, or in words. */
  expected: string | Words;
  received: string | Words;
  likely?: Words | undefined;
  /** What the faults that come of one mistake have in common. Only the first of them is reported. */
  signature: string;
  isLoose?: boolean;
};

/** What a server did instead of what it should have done. */
export class Fault extends Error {
  readonly expected: string | Words;
  readonly received: string | Words;
  readonly likely: Words | undefined;
  readonly signature: string;
  readonly isLoose: boolean;

  constructor({ expected, received, likely, signature, isLoose = false }: FaultOptions) {
    super(`expected ${english(expected)}, received ${english(received)}`);
    this.expected = expected;
    this.received = received;
    this.likely = likely;
    this.signature = signature;
    this.isLoose = isLoose;
  }
}

const english = (said: string | Words) => (typeof said === 'string' ? said : said.en);

/** A case says nothing of this server. */
export class NotJudged extends Error {
  readonly why: Words;

  constructor(why: Words = noSign) {
    super(why.en);
    this.why = why;
  }
}

const noSign = {
  en: 'the server shows no sign of it, and need not have it',
  vi: 'máy chủ không có dấu hiệu nào của nó, và không bắt buộc phải có',
};
