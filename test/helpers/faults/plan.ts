/** Which faults happen when: the same for the same numbers. */
import type { Chooser } from '../fuzz.ts';
import { certainMs } from './silence.ts';

/** Redis, or the process of this number. */
export type Target = 'redis' | number;

/** A fault that begins so long after the start, and lasts so long. */
export type Act = { on: Target; kind: Kind; atMs: number; forMs: number };

export type PlanOptions = {
  seconds: number;
  /** How many processes there are. */
  processes: number;
  /** After how many seconds of silence a process counts as dead. */
  lease: number;
};

type Lengths = Readonly<Record<string, readonly [least: number, most: number]>>;

/** The faults of a process, and how many milliseconds they last. */
const faultsOfProcess = {
  /** Killed, and started again. */
  crash: [200, 1500],
  /** Asked to end, and started again. */
  retire: [200, 1500],
  /** Stopped for less than its lease, or more. */
  pause: [200, 3000],
  /** Stopped for so much longer than its lease, while Redis has no faults, that the others certainly give it up. */
  hang: [certainMs + 200, certainMs + 1500],
  /** Its connections to Redis are cut. */
  cut: [0, 1],
  /** They are cut, and new ones are refused. */
  refuse: [300, 4000],
  /** What they carry is held back. */
  swallow: [300, 4000],
} as const satisfies Lengths;

const faultsOfRedis = {
  'redis crash': [200, 2000],
  'redis hang': [300, 3000],
  'redis full': [300, 2500],
  /** Its files cannot grow, so that it ends by itself. */
  'redis disk full': [300, 1500],
} as const satisfies Lengths;

export type Kind = keyof typeof faultsOfProcess | keyof typeof faultsOfRedis;
export const kinds = Object.keys({ ...faultsOfProcess, ...faultsOfRedis }) as Kind[];

/** A plan of this length has every kind of fault. */
const wholeSeconds = 60;
/** In each turn another process has no faults, so that somebody is always told everything. Redis has none in every second. */
const turnMs = 10_000;
/** How much sooner the last fault of a process ends, so that it has members by then. */
const settlingMs = 4000;

export function planOf(choose: Chooser, { seconds, processes, lease }: PlanOptions): Act[] {
  const isSpared = (on: Target, ms: number) => {
    const turn = Math.floor(ms / turnMs);
    return on === 'redis' ? turn % 2 === 1 : turn % processes === on;
  };
  const isFit = ({ on, kind, atMs, forMs }: Act) => {
    const isAlone = isSpared('redis', atMs) && isSpared('redis', atMs + forMs);
    const isWished = on === 'redis' || kind !== 'hang' || isAlone;
    return isWished && !isSpared(on, atMs) && !isSpared(on, atMs + forMs + settlingMs);
  };
  const plan = (on: Target) => {
    const lengths: Lengths = on === 'redis' ? faultsOfRedis : faultsOfProcess;
    const deck = shuffled(choose, Object.keys(lengths) as Kind[]);
    const acts: Act[] = [];
    for (let atMs = between(choose, 500, 3000); ; ) {
      const kind = deck[acts.length % deck.length] as Kind;
      const [least, most] = lengths[kind] ?? [0, 0];
      const act = {
        on,
        kind,
        atMs,
        forMs: between(choose, least, most) + (kind === 'hang' ? lease * 1000 : 0),
      };
      if (atMs + act.forMs + settlingMs > seconds * 1000) return acts;
      if (isFit(act)) acts.push(act);
      atMs += isFit(act) ? act.forMs + between(choose, 1000, 3000) : 500;
    }
  };
  const targets: Target[] = ['redis', ...Array.from({ length: processes }, (_, number) => number)];
  let acts = targets.flatMap(plan);
  // Of three hundred plans, one leaves a kind out.
  while (seconds >= wholeSeconds && kinds.some((kind) => acts.every((act) => act.kind !== kind)))
    acts = targets.flatMap(plan);
  return acts.sort((one, other) => one.atMs - other.atMs);
}

const between = (choose: Chooser, least: number, most: number) => least + choose.below(most - least);

function shuffled<Item>(choose: Chooser, items: readonly Item[]): Item[] {
  const left = [...items];
  return items.flatMap(() => left.splice(choose.below(left.length), 1));
}
