/** What somebody does in a test of the order: over one connection, or over several that take over from each other. */
import fc from 'fast-check';
import { expect } from 'vitest';
import { type Client, type Frame, newClient } from './client.ts';

type Request = Record<string, unknown>;
/** Requests that are sent at once. */
type Breath = Request[];
type Comeback = {
  /** What is asked on the old connection just before the new one takes over. Changes no nickname. */
  underWay: Breath;
  /** Whether the old connection is cut off before. Otherwise it is alive. */
  isCutOff: boolean;
  breaths: Breath[];
};
/** What somebody asks, how often it comes back, and whether it says goodbye in the end. */
export type Script = { breaths: Breath[]; comebacks: Comeback[]; goes: boolean };

const naming = fc.record({
  data: fc.constant('name'),
  name: fc.constantFrom('A', 'B', 'C', 'a ', ''),
  resume: fc.constantFrom(true, true, undefined, 'not a secret'),
});
const sending = fc.record({ data: fc.constant('send'), content: fc.constant('') });
const getting = fc.constant({ data: 'get' });
const wrong = fc.constantFrom({ data: 'nothing' }, { data: 'send' }, { data: 'get', limit: -1 });
const harmless = [
  { weight: 6, arbitrary: sending },
  { weight: 2, arbitrary: getting },
  { weight: 1, arbitrary: wrong },
];
const request = fc.oneof({ weight: 3, arbitrary: naming }, ...harmless);
const breathsFrom = (minLength: number) =>
  fc.array(fc.array(request, { minLength: 1, maxLength: 6 }), { minLength, maxLength: 4 });

export const scripts: fc.Arbitrary<Script[]> = fc.array(
  fc.record({
    breaths: breathsFrom(1),
    comebacks: fc.array(
      fc.record({
        underWay: fc.array(fc.oneof(...harmless), { maxLength: 6 }),
        isCutOff: fc.boolean(),
        breaths: breathsFrom(0),
      }),
      { maxLength: 3 },
    ),
    goes: fc.boolean(),
  }),
  { minLength: 1, maxLength: 5 },
);

/** What was asked and heard on one connection, without the claim with which it took over. */
export type Life = { asked: Request[]; heard: Frame[]; isAfterCut: boolean };
/** `client`: the last connection. */
export type Played = { client: Client; lives: Life[]; goes: boolean };

export const repliesIn = (heard: readonly Frame[]) => heard.filter(({ type }) => type !== 'receive');

/** Plays a script, as far as there is a secret to come back with. The contents are `number.0`, `number.1` and so on. */
export async function play(url: string, script: Script, number: number): Promise<Played> {
  let client = await newClient(url);
  let life: Life = { asked: [], heard: [], isAfterCut: false };
  const lives = [life];
  let sends = 0;
  /** What the next connection needs to take over. */
  let nickname: unknown;
  let resume: unknown;

  function say(breath: Breath): void {
    for (const said of breath) {
      const isSend = said['data'] === 'send' && 'content' in said;
      const own = isSend ? { ...said, content: `${number}.${sends++}` } : said;
      life.asked.push(own);
      client.say(own);
    }
  }
  function learn({ type, status, ...reply }: Frame): void {
    if (type !== 'name' || status !== true) return;
    nickname = reply['newname'] ?? reply['name'];
    resume = reply['resume'] ?? resume;
  }
  async function speak(breaths: Breath[]): Promise<void> {
    for (const breath of breaths) {
      say(breath);
      while (repliesIn(life.heard).length < life.asked.length) {
        const frame = await client.next();
        life.heard.push(frame);
        learn(frame);
      }
    }
  }

  await speak(script.breaths);
  for (const { underWay, isCutOff, breaths } of script.comebacks) {
    if (resume === undefined) break;
    const [old, { heard }] = [client, life];
    const next = await newClient(url);
    say(underWay);
    if (isCutOff) old.socket.terminate();
    const reply = await next.ask({ data: 'name', name: nickname, resume });
    expect(reply).toMatchObject({ action: 'register', name: nickname, status: true });
    learn(reply);
    if (!isCutOff) expect(await old.closed()).toBe(4000);
    heard.push(...(await old.left()));
    client = next;
    life = { asked: [], heard: [], isAfterCut: isCutOff };
    lives.push(life);
    await speak(breaths);
  }
  if (script.goes) await client.leave();
  return { client, lives, goes: script.goes };
}
