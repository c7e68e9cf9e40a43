/** Coming back without being missed: judged only if the server gives a secret to who asks for one. */
import { events, replies } from '../../protocol/replies.ts';
import type { Bench } from '../bench.ts';
import type { Case } from '../case.ts';
import { Fault, NotJudged } from '../fault.ts';
import { fieldsOf } from '../frame.ts';
import { Hole, type Pattern, shownPattern, timed } from '../pattern.ts';
import type { Peer } from '../peer.ts';
import { demand, history } from './send-and-get.ts';

const stage = 'extensions';
const needs = ['P-NAME-2', 'P-EVT-1', 'P-EVT-2'];
/** At least 128 bits take so many characters, if each is one of 64. */
const [fewest, most] = [22, 64];
const secret = new Hole('S', (value) => {
  const length = typeof value === 'string' ? [...value].length : 0;
  return length >= fewest && length <= most;
});

export const resumingCases: readonly Case[] = [
  {
    rule: 'P-RES-1',
    stage,
    needs,
    title: {
      en: 'who asks for a secret gets one, and a change of nickname keeps it',
      vi: 'ai xin mã bí mật thì được một mã, và đổi tên vẫn giữ mã ấy',
    },
    run: async (bench) => {
      const [peer, other] = [await holder(bench), await holder(bench)];
      if (peer.secret === other.secret) throw oneForAll(peer.secret);
      const changed = await claim(peer.peer, bench.nickname(), true);
      demand('secret after a change', peer.secret, changed);
    },
  },
  {
    rule: 'P-RES-1',
    stage,
    needs,
    title: {
      en: 'without resume no secret is made, nor for a resume that is neither true nor a string',
      vi: 'không có resume thì không tạo mã, resume không phải true hay chuỗi cũng vậy',
    },
    run: async (bench) => {
      await holder(bench);
      await bench.member();
      for (const resume of [false, null, 7, {}, []]) {
        const nickname = bench.nickname();
        await (await bench.client()).take(nickname, { data: 'name', name: nickname, resume });
      }
    },
  },
  {
    rule: 'P-RES-2',
    stage,
    needs: [...needs, 'P-RES-1'],
    title: {
      en: 'with its secret a holding passes to another connection, and nobody else hears of it',
      vi: 'có mã bí mật thì biệt danh chuyển sang kết nối khác mà không ai hay biết',
    },
    run: async (bench) => {
      const [witness] = await bench.members(1);
      const { peer: before, secret: first, nickname } = await holder(bench);
      const later = await bench.member();
      await witness?.events();
      const online = await onlineAt(later);
      const after = await bench.client();
      const second = await claim(after, nickname, first);
      if (second === first) throw oneForAll(first);
      await before.isClosedWith(4000);
      await witness?.hearsNothing();
      demand('online after a takeover', online, await onlineAt(later));
    },
  },
  {
    rule: 'P-RES-2',
    stage,
    needs: [...needs, 'P-RES-1'],
    title: {
      en: 'a secret that is not that of the nickname takes nothing over',
      vi: 'mã bí mật không phải của biệt danh ấy thì không lấy lại được gì',
    },
    run: async (bench) => {
      const [one, other] = [await holder(bench), await holder(bench)];
      const stranger = await bench.client();
      for (const resume of [other.secret, `${one.secret}x`, ''])
        await stranger.ask(
          { data: 'name', name: one.nickname, resume },
          replies.nameTaken({ oldname: undefined, nickname: one.nickname }) as Pattern,
        );
      await one.peer.events();
    },
  },
  {
    rule: 'P-RES-3',
    stage,
    needs: [...needs, 'P-RES-2'],
    title: {
      en: 'who is cut off keeps the nickname for a while and can come back',
      vi: 'ai bị đứt kết nối thì còn giữ biệt danh một lúc và trở lại được',
    },
    run: async (bench) => {
      const [witness] = (await bench.members(1)) as [Peer];
      const { peer, secret: first, nickname } = await holder(bench);
      await witness.events();
      peer.cut();
      await peer.ended;
      await claim(await bench.client(), nickname, first);
      const heard = await witness.events();
      // A server may be told not to keep holdings at all (--resume-seconds 0).
      if (heard.some((event) => fieldsOf(event)['datatype'] === 'leave')) throw new NotJudged();
      demand(
        'events around a return',
        [],
        heard.map(({ text }) => text),
      );
    },
  },
  {
    rule: 'P-RES-3',
    stage,
    needs: [...needs, 'P-RES-2'],
    title: {
      en: 'who says goodbye leaves at once, secret or not',
      vi: 'ai chào tạm biệt thì rời đi ngay, dù có mã bí mật hay không',
    },
    run: async (bench) => {
      const [witness] = (await bench.members(1)) as [Peer];
      const { peer, nickname } = await holder(bench);
      await witness.events();
      await peer.leave();
      await witness.event(timed(events.left(nickname, '')));
      await witness.hearsNothing();
    },
  },
];

type Holder = { peer: Peer; nickname: string; secret: string };

/** A member with a secret. */
async function holder(bench: Bench): Promise<Holder> {
  const peer = await bench.client();
  const nickname = bench.nickname();
  const reply = await peer.ask({ data: 'name', name: nickname, resume: true });
  const { status, resume } = fieldsOf(reply);
  if (status !== true)
    throw new Fault({
      expected: shownPattern(timed(replies.named({ oldname: undefined, nickname }, ''))),
      received: reply.text,
      signature: 'registration with resume',
    });
  if (resume === undefined) throw new NotJudged();
  peer.nickname = nickname;
  return { peer, nickname, secret: `${resume}` };
}

/** Registers, or changes the nickname, and asks for a secret or offers one. Resolves to the secret of the reply. */
async function claim(peer: Peer, nickname: string, resume: true | string): Promise<string> {
  const { nickname: oldname } = peer;
  const pattern = { ...(timed(replies.named({ oldname, nickname }, '')) as object), resume: secret };
  const reply = await peer.ask({ data: 'name', name: nickname, resume }, pattern);
  peer.nickname = nickname;
  return `${fieldsOf(reply)['resume']}`;
}

async function onlineAt(peer: Peer): Promise<readonly unknown[]> {
  return (await history(peer)).online;
}

const oneForAll = (received: string) =>
  new Fault({
    expected: { en: 'each holding has a secret of its own', vi: 'mỗi lần giữ biệt danh có mã bí mật riêng' },
    received,
    signature: 'the same secret',
  });
