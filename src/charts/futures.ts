/**
 * What a connection's machine would have done, had one event been another one or not come at all. The machine runs without
 * its socket and its room: what the others did stands in the recording, and what they would have done is assumed.
 */
import { createEmptyActor, initialTransition, transition } from 'xstate';
import { connectionMachine } from '../machines/connection.ts';
import type { Candidate, Evaluated } from '../machines/fact.ts';
import { type ConnectionInput, type Context, type Event, guards, mostUnderWay } from '../machines/guards.ts';

/** An event as a recording tells it: texts may be masked. */
export type ToldEvent = { type: string; [field: string]: unknown };
export type Step = { event: ToldEvent; why?: Candidate[] | undefined };
/** Where a connection is before the first of the steps. */
export type Start = { leaf: string; context: Pick<Context, 'id' | 'limits'> & Partial<Context> };

/** What the machine does of itself. What the room answers is not among it. */
type Deed = { reply: Parameters<ConnectionInput['refuse']>[0] } | { asks: string } | { recalls: true };
/**
 * What has to be known to read a turn. `assumed`: the room's answer is not in the recording, so it grants. `unjudged`: the
 * text is masked and no guard was asked about it, so it passes as well formed and allowed. `waits`: in the inbox, until the
 * machine is no longer busy. `unfit`: what it answers was never asked, so it does not come. `ended`: nobody is there to take it.
 */
export type Note = 'assumed' | 'unjudged' | 'waits' | 'unfit' | 'ended' | 'dropped';
export type Turn = { event: ToldEvent; leaf: string; deeds: Deed[]; note?: Note | undefined };

/** For each step, the turns that it leads to, as recorded and with another first event; `undefined` leaves it out. */
export function futuresOf(start: Start, steps: readonly Step[], first: ToldEvent | undefined) {
  const recorded = new Future(start).run(steps);
  return { recorded, changed: new Future(start, answersIn(start, steps, recorded)).run(steps, { first }) };
}

/** For each step that asked for a change, which one, and where in the recording the room answers it. */
type Answer = { change?: string; at?: number; event?: ToldEvent };
type Answers = ReadonlyMap<number, Answer>;

/** A change that was asked for before the first step. */
const earlier = -1;

function answersIn(start: Start, steps: readonly Step[], recorded: Turn[][]): Answers {
  const waiting = underWayAt(start);
  const answers = new Map<number, Answer>(waiting.map((origin) => [origin, {}]));
  for (const [at, { event }] of steps.entries()) {
    const change = recorded[at]?.flatMap(({ deeds }) => deeds.flatMap(changeOf))[0];
    if (change !== undefined) {
      answers.set(at, { change });
      waiting.push(at);
    }
    if (event.type === 'settled')
      for (const origin of waiting.splice(0, Number(event['count'])))
        answers.set(origin, { ...answers.get(origin), at, event });
  }
  return answers;
}

const underWayAt = ({ leaf, context }: Start): number[] => {
  const isClaiming = /\.(?:claiming|resuming|changing)$|^unregistered\.lost$/.test(leaf);
  return new Array(isClaiming ? 1 : (context.underWay ?? 0)).fill(earlier);
};

const changeOf = (deed: Deed) => ('asks' in deed && ['claim', 'post'].includes(deed.asks) ? [deed.asks] : []);

/** A step, its index, and whether it has taken the place of the recorded one. */
type Asked = { step: Step; index: number; isChanged: boolean };

class Future {
  readonly #answers: Answers | undefined;
  #snapshot;
  /** What the guards have said of the event in the recording. */
  #known: ReadonlyMap<string, boolean> = new Map();
  #deeds: Deed[] = [];
  #isUnjudged = false;
  /** The steps whose changes the room has not settled. */
  #waiting: number[];
  #inbox: Asked[] = [];
  /** The index of the step that is gone through. */
  #now = 0;

  constructor(start: Start, answers?: Answers) {
    this.#answers = answers;
    this.#waiting = underWayAt(start);
    const input: ConnectionInput = {
      ...start.context,
      house: { objectionToName: () => masked, objectionToContent: () => masked },
      room: createEmptyActor(),
      refuse: (reply) => this.#deeds.push({ reply }),
      recall: () => this.#deeds.push({ recalls: true }),
      awaitPeer: () => {},
    };
    const { nickname, isResumable = false, underWay = 0, muteReason } = start.context;
    const machine = this.#machine();
    const [{ context }] = initialTransition(machine, input);
    this.#snapshot = machine.resolveState({
      value: valueAt(start.leaf),
      context: { ...context, nickname, isResumable, underWay, muteReason },
    });
  }

  run(steps: readonly Step[], change?: { first: ToldEvent | undefined }): Turn[][] {
    return steps.map((step, index) => {
      this.#now = index;
      if (change === undefined || index > 0) return this.#take(step, index);
      const { first } = change;
      return first === undefined
        ? [this.#turn(step.event, 'dropped')]
        : this.#take({ event: first }, index, true);
    });
  }

  #take(step: Step, index: number, isChanged = false): Turn[] {
    const { event } = step;
    if (this.#snapshot.status !== 'active') return [this.#turn(event, 'ended')];
    if (event.type === 'settled' && this.#answers !== undefined) return this.#settle(event, isChanged);
    const asked = { step, index, isChanged };
    if (!isRequest(event) || (this.#inbox.length === 0 && this.#takes(step))) return this.#serve(asked);
    this.#inbox.push(asked);
    return [this.#turn(event, 'waits')];
  }

  /** Whether the connection gives its machine a request now. */
  #takes({ event, why = [] }: Step): boolean {
    this.#known = new Map(why.flatMap(({ guard }) => (guard ? verdictsIn(guard) : [])));
    return !this.#snapshot.hasTag('busy') || this.#snapshot.can(event as Event);
  }

  #serve({ step, index, isChanged }: Asked): Turn[] {
    this.#takes(step);
    const turn = this.#send(step.event);
    return [turn, ...this.#answer(turn, index, isChanged), ...this.#drain()];
  }

  /** The room answers those of the changes that were asked for here, too. */
  #settle(event: ToldEvent, isChanged: boolean): Turn[] {
    const isMeant = (origin: number) => isChanged || this.#answers?.get(origin)?.at === this.#now;
    const settled = this.#waiting.filter(isMeant).slice(0, Number(event['count']));
    if (settled.length === 0) return [this.#turn(event, 'unfit')];
    this.#waiting = this.#waiting.filter((origin) => !settled.includes(origin));
    return [this.#send({ ...event, count: settled.length }), ...this.#drain()];
  }

  /** The answer to a change, unless the recording has one that is still to come. */
  #answer({ event, deeds }: Turn, index: number, isChanged: boolean): Turn[] {
    const [change] = deeds.flatMap(changeOf);
    if (change === undefined || this.#answers === undefined) return [];
    const { at = Number.POSITIVE_INFINITY, ...known } = this.#answers.get(index) ?? {};
    const isSame = known.change === change && (change === 'post' || !isChanged);
    if (isSame && at > this.#now) {
      this.#waiting.push(index);
      return [];
    }
    if (isSame && known.event !== undefined) return [this.#send({ ...known.event, count: 1 })];
    const holding = { nickname: event['name'], isResumable: event['resume'] !== undefined, isResumed: false };
    const granted = { type: 'settled', count: 1, ...(change === 'claim' && { holding }) };
    return [{ ...this.#send(granted), note: 'assumed' }];
  }

  /** What has waited in the inbox. */
  #drain(): Turn[] {
    const [next] = this.#inbox;
    if (next === undefined || this.#snapshot.status !== 'active' || !this.#takes(next.step)) return [];
    this.#inbox.shift();
    return this.#serve(next);
  }

  #send(event: ToldEvent): Turn {
    this.#isUnjudged = false;
    const [next, actions] = transition(this.#snapshot.machine, this.#snapshot, event as Event);
    this.#snapshot = next;
    for (const { type, info, params, exec } of actions) {
      const { event: sent } = Object(params) as { event?: { type: string } };
      if (sent !== undefined) this.#deeds.push({ asks: sent.type });
      else if (!type.startsWith('xstate.')) exec?.(info, params);
    }
    return this.#turn(event, this.#isUnjudged ? 'unjudged' : undefined);
  }

  #turn(event: ToldEvent, note?: Note): Turn {
    const deeds = this.#deeds;
    this.#deeds = [];
    return { event, leaf: leafOf(this.#snapshot.value), deeds, note };
  }

  /** The machine, with the recording's word for what cannot be judged again. */
  #machine() {
    type At = Parameters<typeof guards.isAllowed>[0];
    const isFormed = (at: At, guard: 'isNickname' | 'isContent') => {
      const known = this.#known.get(guard);
      if (known !== undefined) return known;
      const text: unknown = at.event.type === 'name' ? at.event.name : Object(at.event).content;
      if (typeof text !== 'string' || !text.startsWith(masked)) return guards[guard](at);
      if (otherType.test(text)) return false;
      this.#isUnjudged = true;
      return true;
    };
    const isNickname = (at: At) => isFormed(at, 'isNickname');
    const isContent = (at: At) => isFormed(at, 'isContent');
    const isAllowed = (at: At) => {
      const known = this.#known.get('isAllowed');
      return known ?? (at.event.type === 'name' ? isNickname(at) : isContent(at));
    };
    return connectionMachine.provide({
      guards: {
        isNickname,
        isContent,
        isAllowed,
        isReturning: (at) => isAllowed(at) && typeof Object(at.event).resume === 'string',
        isNextAllowed: (at) => isAllowed(at) && !guards.isMuted(at) && at.context.underWay < mostUnderWay,
      },
    });
  }
}

/** How the inspector masks a text, and a value of another type. */
const masked = '•';
const otherType = /^•(?:null|array|object|number|boolean)$/;

const isRequest = ({ type }: ToldEvent) => ['name', 'get', 'send', 'unreadable'].includes(type);

const verdictsIn = ({ guard, verdict, parts = [] }: Evaluated): [string, boolean][] => [
  [guard, verdict],
  ...parts.flatMap(verdictsIn),
];

/** `registered.idle` is `{ registered: 'idle' }`. */
function valueAt(leaf: string) {
  const [outer = '', inner] = leaf.split('.');
  return inner === undefined ? outer : { [outer]: inner };
}

const leafOf = (value: string | object): string =>
  typeof value === 'string' ? value : Object.entries(value).flat().join('.');
