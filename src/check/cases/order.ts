/** One order for all, and simultaneous claims: many rounds, with seeded chance. */
import type { Bench } from '../bench.ts';
import type { Case } from '../case.ts';
import { Fault } from '../fault.ts';
import { type Form, forms, materialOf } from '../forms.ts';
import { type Fields, fieldsOf, isEvent } from '../frame.ts';
import { Oracle } from '../oracle.ts';
import type { Pattern } from '../pattern.ts';
import type { Peer } from '../peer.ts';
import { grantedOf } from './forms.ts';
import { demand, history } from './send-and-get.ts';

const needs = ['P-NAME-2', 'P-SEND-1', 'P-GET-1', 'P-EVT-1'];

/** Sends forms without waiting; the replies must come in their order, one each. */
async function pipelined(bench: Bench, path: readonly Form[]): Promise<void> {
  const taken = (await bench.member()).nickname ?? '';
  const peer = await bench.client();
  const oracle = new Oracle(bench.run.limits, [taken]);
  const expected: Pattern[] = [];
  for (const form of path) {
    const frame = form.frame(materialOf(bench, oracle.nickname ?? bench.nickname(), taken));
    expected.push(oracle.reply(frame));
    peer.send(frame);
  }
  for (const pattern of expected) await peer.reply(pattern);
  peer.nickname = oracle.nickname;
  await peer.hearsNothing();
}

/** Tries a path, and if that fails, the shortest part of it that fails in the same way. */
async function shrunk(bench: Bench, path: readonly Form[]): Promise<void> {
  let shortest = path;
  let found = await faultOf(bench, path);
  if (found === undefined) return;
  for (let at = path.length - 1; at >= 0 && !bench.run.seen.has(found.signature); at--) {
    const shorter = shortest.filter((_, index) => index !== at);
    const fault = await faultOf(bench, shorter);
    if (fault?.signature !== found.signature) continue;
    [shortest, found] = [shorter, fault];
  }
  throw (await faultOf(bench, shortest)) ?? found;
}

async function faultOf(bench: Bench, path: readonly Form[]): Promise<Fault | undefined> {
  await bench.again();
  try {
    await pipelined(bench, path);
    return undefined;
  } catch (error) {
    if (error instanceof Fault) return error;
    throw error;
  }
}

/** Every round, so many claim one nickname at the same time. */
async function race(bench: Bench, count: number): Promise<void> {
  for (let round = 0; round < bench.run.rounds; round++) {
    await bench.again();
    const peers: Peer[] = [];
    for (let index = 0; index < count; index++) peers.push(await bench.client());
    const nickname = bench.nickname();
    for (const peer of peers) peer.send({ data: 'name', name: nickname });
    const answers = await Promise.all(peers.map((peer) => peer.reply()));
    const wins = answers.filter((answer) => fieldsOf(answer)['status'] === true).length;
    if (wins === 1) continue;
    throw new Fault({
      expected: `1 of ${count} is granted ${nickname}`,
      received: `${wins} of ${count}`,
      signature: 'race',
      likely: {
        en: 'between the look whether a nickname is free and taking it, something else can happen',
        vi: 'giữa lúc xem tên còn trống không và lúc nhận tên, việc khác có thể chen vào',
      },
    });
  }
}

/** All send at once, and hear the same order, which is the history's. */
async function oneOrder(bench: Bench): Promise<void> {
  for (let round = 0; round < bench.run.rounds; round++) {
    await bench.again();
    const members = await bench.members(3);
    const contents = members.map(() => [bench.content(), bench.content(), bench.content()]);
    const all = contents.flat();
    const heard = members.map((): string[] => []);
    for (const [index, member] of members.entries())
      for (const content of contents[index] ?? []) member.send({ data: 'send', content });
    for (const [index, member] of members.entries())
      for (const _ of all) heard[index]?.push(`${fieldsOf(await member.next())['content']}`);
    const { message } = await history(members[0] as Peer);
    const order = message.map(({ content }) => `${content}`).filter((content) => all.includes(content));
    for (const one of heard)
      demand('order', order, one, {
        en: 'not everybody is told the same order: a reply or an event overtakes another one',
        vi: 'không phải ai cũng nghe cùng một thứ tự: có trả lời hoặc sự kiện vượt lên trước',
      });
  }
}

/** What a `get` shows has been received before its reply, and is not received again; the rest comes after it. */
async function cut(bench: Bench): Promise<void> {
  for (let round = 0; round < bench.run.rounds; round++) {
    await bench.again();
    const [asker, talker] = (await bench.members(2)) as [Peer, Peer];
    const contents = Array.from({ length: 8 }, () => bench.content());
    const at = bench.run.below(contents.length);
    for (const [index, content] of contents.entries()) {
      talker.send({ data: 'send', content });
      if (index === at) asker.send({ data: 'get' });
    }
    const before: unknown[] = [];
    let frame = await asker.next();
    for (; isEvent(frame); frame = await asker.next()) before.push(fieldsOf(frame)['content']);
    const { message } = Object(fieldsOf(frame)['data']) as { message: readonly Fields[] };
    const shown = message.map(({ content }) => content).filter((content) => contents.includes(`${content}`));
    demand('cut', before, shown, {
      en: 'a get must show exactly the messages that its asker has been told before the reply',
      vi: 'get phải cho thấy đúng những tin mà người hỏi đã nhận trước trả lời ấy',
    });
    const after: unknown[] = [];
    while (before.length + after.length < contents.length)
      after.push(fieldsOf(await asker.event())['content']);
    demand('order around a get', contents, [...before, ...after]);
  }
}

export const orderCases: readonly Case[] = [
  {
    rule: 'P-REQ-7',
    stage: 'order',
    needs: [...needs, 'P-REQ-1'],
    title: {
      en: 'requests that come at once get one reply each, in their order',
      vi: 'các yêu cầu đến cùng lúc được trả lời mỗi cái một lần, đúng thứ tự',
    },
    run: async (bench) => {
      const { run } = bench;
      // What fails on its own has been reported, and claims on a nickname in use are the matter of P-NAME-5.
      const sound = forms.filter(
        (form) => !form.isLoose && !form.needsOther && form.rule !== 'P-NAME-4' && !run.broken.has(form),
      );
      // What is granted may take its time, and must not be overtaken.
      const { register, granted } = grantedOf(sound);
      await shrunk(bench, [...register, ...granted, ...granted.toReversed()]);
      for (let round = 0; round < run.rounds; round++)
        await shrunk(
          bench,
          Array.from({ length: 12 }, () => sound[run.below(sound.length)] as Form),
        );
    },
  },
  {
    rule: 'P-NAME-5',
    stage: 'order',
    needs,
    title: {
      en: 'of simultaneous claims, exactly one succeeds',
      vi: 'trong các yêu cầu cùng lúc, đúng một cái thành công',
    },
    run: (bench) => race(bench, 5),
  },
  {
    rule: 'P-SEND-4',
    stage: 'order',
    needs,
    title: {
      en: 'everybody hears one order, the history’s',
      vi: 'mọi người nghe cùng một thứ tự, như trong lịch sử',
    },
    run: oneOrder,
  },
  {
    rule: 'P-SEND-4',
    stage: 'order',
    needs,
    title: { en: 'a get is a cut through the order', vi: 'get là một nhát cắt ngang thứ tự' },
    run: cut,
  },
];
