/** What a step of a lesson asks for, as conditions on single facts. */
import type { Fact } from './facts.ts';

/** Is this the fact that is waited for? `met`: which goals of the step are met already. */
export type Goal = (fact: Fact, met: readonly boolean[]) => boolean;
type Of<Kind extends Fact['kind']> = Extract<Fact, { kind: Kind }>;

/** Counts only what happens after another goal of the step was met. */
export const after =
  (index: number, goal: Goal): Goal =>
  (fact, met) =>
    met[index] === true && goal(fact, met);

const replied =
  (isIt: (fact: Of<'replied'>) => boolean): Goal =>
  (fact) =>
    fact.kind === 'replied' && isIt(fact);

/** A request has succeeded. */
export const done = (type: 'name' | 'get' | 'send', isIt = (_: Of<'replied'>) => true): Goal =>
  replied((fact) => fact.reply['status'] === true && fact.reply['type'] === type && isIt(fact));

/** A client has taken a nickname. */
export const named = (nickname: string): Goal =>
  done('name', ({ reply: { name, newname = name } }) => newname === nickname);

/** A request was refused. */
export const refused = (reason: string, isIt = (_: Of<'replied'>) => true): Goal =>
  replied((fact) => fact.reply['status'] === false && fact.reply['reason'] === reason && isIt(fact));

export const isStranger = ({ nickname }: Of<'replied'>) => nickname === undefined;
export const isMember = ({ nickname }: Of<'replied'>) => nickname !== undefined;
/** The request is a `send` of more than a screenful. */
export const isLong = ({ request: { content } }: Of<'replied'>) => `${content}`.length > 1000;

/** A member was told of another one. */
export const heard =
  (datatype: string, nickname?: string): Goal =>
  (fact) =>
    fact.kind === 'heard' &&
    fact.event['datatype'] === datatype &&
    (nickname === undefined || fact.event['name'] === nickname);

export const opened: Goal = (fact) => fact.kind === 'client' && fact.status === 'open';

/** A client was closed, with this code if one is given. */
export const closed =
  (code?: number): Goal =>
  (fact) =>
    fact.kind === 'client' && fact.status === 'closed' && (code === undefined || fact.code === code);

/** An actor has come to a state. */
export const moved =
  (leaf: string, by: Partial<Of<'moved'>> = {}): Goal =>
  (fact) =>
    fact.kind === 'moved' && fact.leaf === leaf && holds(fact, by);

export const flowed =
  (label: RegExp): Goal =>
  (fact) =>
    fact.kind === 'flowed' && label.test(fact.label);

export const frame =
  (what: Of<'frame'>['what'], isOwn: boolean): Goal =>
  (fact) =>
    fact.kind === 'frame' && fact.what === what && fact.isOwn === isOwn;

export const skipped: Goal = (fact) => fact.kind === 'skipped';

/** A fault has run as it must. */
export const ran =
  (name: string): Goal =>
  (fact) =>
    fact.kind === 'fault' && fact.name === name;

export const viewed =
  (isIt: (view: Of<'view'>) => boolean): Goal =>
  (fact) =>
    fact.kind === 'view' && isIt(fact);

/** The view stands still where the chosen actor was in a state. */
export const shown = (leaf: string): Goal =>
  viewed(({ mode, chosen }) => mode === 'paused' && chosen?.leaf === leaf);

export const live = viewed(({ mode }) => mode === 'live');

const holds = <Whole extends object>(whole: Whole, part: Partial<Whole>) =>
  Object.entries(part).every(([key, value]) => whole[key as keyof Whole] === value);
