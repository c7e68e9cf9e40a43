/** People chat over several processes while faults happen; then all is mended, and what they were told is recorded. */
import { setTimeout as pause } from 'node:timers/promises';
import { seeded } from '../../../src/check/seeded.ts';
import { keysOf } from '../../../src/ledger/redis/room.ts';
import { Chooser } from '../fuzz.ts';
import { Fleet, token } from './fleet.ts';
import { Line } from './line.ts';
import { Moderator } from './moderator.ts';
import { planOf } from './plan.ts';
import type { Life, Records } from './records.ts';
import type { Cut } from './transcript.ts';
import { Visitor, Words } from './visitor.ts';

const processes = 4;
const lease = 2;
/** How many stay at each process, and how many come and go. */
const residentsEach = 2;
const guestsInAll = 16;
/** How long anything may take once all is mended. What takes longer is a finding. */
const patienceMs = 30_000;
const lastWord = 'hết';

/** What is left of a storm. `surprises`: how processes ended by themselves; `logs`: what each has logged. */
export type Aftermath = { records: Records; surprises: string[]; logs: string[][] };

export async function storm(seed: number, seconds: number): Promise<Aftermath> {
  const fleet = await Fleet.start({ processes, lease });
  const lives: Life[] = [];
  const { residents, guests } = visitorsTo(fleet.urls, lives, seed);
  // The residents come first, so that whoever comes after them is seen by somebody who stays.
  const stays = residents.map((resident) => resident.run());
  await soon(() => residents.every(({ line }) => line?.isMember));
  const moderator = new Moderator({ urls: fleet.urls, token, choose: new Chooser(seeded(seed)) });
  const visits = Promise.all([...stays, ...guests.map((guest) => guest.run()), moderator.run()]);
  const plan = planOf(new Chooser(seeded(seed)), { seconds, processes, lease });
  // Before they are stopped, visits end only with an error.
  await Promise.race([fleet.suffer(plan), visits]);

  const judges = await Promise.all(fleet.urls.map((url, process) => arrive(url, process, lives)));
  for (const visitor of [...residents, ...guests, moderator]) visitor.stop();
  await withinPatience(visits);
  const [judge, ...others] = [...judges, ...[...residents, ...guests].flatMap(({ line }) => line ?? [])];
  await withinPatience(judge?.ask({ data: 'send', content: lastWord }));
  await soon(() => others.every((line) => !line.isOpen || !line.isMember || line.lastContent === lastWord));
  const quietAt = performance.now();
  for (const line of others) line.close();
  const { message, online } = await loneCut(fleet.urls, judge, lives);
  const stored = await fleet.redis.call('lrange', keysOf(fleet.prefix).history, '0', '-1');
  const records: Records = {
    lives,
    faults: fleet.faults,
    lease,
    history: message,
    stored: (stored as string[]).map((text) => JSON.parse(text)),
    removed: moderator.removed,
    bytes: await fleet.redis.bytesOf(fleet.prefix),
    online,
    quietAt,
  };
  return {
    records,
    surprises: fleet.berths.flatMap(({ surprises }) => surprises),
    logs: fleet.berths.map(({ log }) => log),
  };
}

function visitorsTo(urls: string[], lives: Life[], seed: number) {
  const words = new Words();
  let count = 0;
  const visitor = (home?: number) => {
    const choose = new Chooser(seeded(seed + ++count));
    return new Visitor({ urls, lives, words, choose, ...(home !== undefined && { home }) });
  };
  return {
    residents: Array.from({ length: processes * residentsEach }, (_, index) => visitor(index % processes)),
    guests: Array.from({ length: guestsInAll }, () => visitor()),
  };
}

/** Waits for something, but not for ever. */
const withinPatience = (promise: Promise<unknown> | undefined) => Promise.race([promise, pause(patienceMs)]);

/** Waits until a condition holds, but not for ever. */
async function soon(isTrue: () => boolean): Promise<void> {
  for (const deadline = performance.now() + patienceMs; !isTrue() && performance.now() < deadline; )
    await pause(20);
}

/** Registers at a process that is well, or will be soon. */
async function arrive(url: string, process: number, lives: Life[]): Promise<Line> {
  const deadline = performance.now() + patienceMs;
  while (performance.now() < deadline) {
    const line = await Line.open(url, process);
    if (line !== undefined) {
      lives.push(line.life);
      const reply = await line.ask({ data: 'name', name: `Trọng tài ${lives.length}` });
      if (reply?.['status'] === true) return line;
      line.close();
    }
    await pause(100);
  }
  throw new Error(`process ${process} takes nobody in`);
}

/** Gets the whole history, at best when nobody else is in the room any more. On a busy machine a judge may be lost. */
async function loneCut(urls: string[], judge: Line | undefined, lives: Life[]): Promise<Cut> {
  const deadline = performance.now() + patienceMs;
  for (let line = judge; ; ) {
    if (!line?.isOpen) line = await arrive(urls[0] ?? '', 0, lives);
    const cut = (await line.ask({ data: 'get' }))?.['data'] as Cut | undefined;
    if (cut !== undefined && (cut.online.length === 1 || performance.now() > deadline)) return cut;
    await pause(100);
  }
}
