/** Who is told what. */
import { events } from '../../protocol/replies.ts';
import type { Bench } from '../bench.ts';
import type { Case } from '../case.ts';
import { type Frame, fieldsOf } from '../frame.ts';
import { timed } from '../pattern.ts';
import type { Peer } from '../peer.ts';
import { demand } from './send-and-get.ts';

/** Two members and a stranger, who have heard nothing yet. */
async function three(bench: Bench): Promise<{ one: Peer; other: Peer; stranger: Peer }> {
  const [one, other] = (await bench.members(2)) as [Peer, Peer];
  return { one, other, stranger: await bench.client() };
}

const needs = ['P-NAME-2', 'P-SEND-1', 'P-GET-1'];

/** `act` makes one thing happen to the first member; resolves to the reply, and to the event that the other must hear. */
function shown(
  title: Case['title'],
  act: (one: Peer, bench: Bench) => Promise<{ reply: Frame; event: Parameters<typeof timed>[0] }>,
): Case {
  return {
    ...{ rule: 'P-EVT-1', stage: 'events', title, needs },
    run: async (bench) => {
      const { one, other, stranger } = await three(bench);
      const { event } = await act(one, bench);
      await one.hearsNothing();
      await other.event(timed(event));
      await other.hearsNothing();
      await stranger.hearsNothing();
    },
  };
}

function sameTime(title: Case['title'], act: (one: Peer, bench: Bench) => Promise<Frame>): Case {
  return {
    ...{ rule: 'P-TIME-3', stage: 'events', title, needs: [...needs, 'P-EVT-1'] },
    run: async (bench) => {
      const { one, other } = await three(bench);
      const reply = await act(one, bench);
      const event = await other.event();
      demand('timestamp of event', fieldsOf(reply)['timestamp'], fieldsOf(event)['timestamp'], {
        en: 'the clock is read again for the event; an act has one time',
        vi: 'đồng hồ được đọc lại cho sự kiện; một việc chỉ có một thời điểm',
      });
    },
  };
}

function leaves(title: Case['title'], go: (peer: Peer) => Promise<void> | void): Case {
  return {
    ...{ rule: 'P-EVT-2', stage: 'events', title, needs: [...needs, 'P-EVT-1'] },
    run: async (bench) => {
      const { one, other, stranger } = await three(bench);
      const nickname = one.nickname ?? '';
      await go(one);
      await other.event(timed(events.left(nickname, '')));
      await other.hearsNothing();
      await stranger.hearsNothing();
      await stranger.take(nickname);
    },
  };
}

export const eventCases: readonly Case[] = [
  shown(
    { en: 'a message is shown to the others only', vi: 'tin nhắn chỉ hiện cho những người khác' },
    async (one, bench) => {
      const content = bench.content();
      const reply = await one.say(content);
      return { reply, event: events.message({ name: one.nickname ?? '', content, timestamp: '' }) };
    },
  ),
  shown(
    {
      en: 'a change of nickname is shown to the others only',
      vi: 'việc đổi tên chỉ hiện cho những người khác',
    },
    async (one, bench) => {
      const [before, nickname] = [one.nickname ?? '', bench.nickname()];
      const reply = await one.take(nickname);
      return { reply, event: events.changed(before, nickname, '') };
    },
  ),
  {
    rule: 'P-EVT-1',
    stage: 'events',
    needs,
    title: {
      en: 'a registration is shown to the others only',
      vi: 'việc đăng ký chỉ hiện cho những người khác',
    },
    run: async (bench) => {
      const { one, stranger } = await three(bench);
      const witness = await bench.client();
      const nickname = bench.nickname();
      await stranger.take(nickname);
      await stranger.hearsNothing();
      await one.event(timed(events.registered(nickname, '')));
      await one.hearsNothing();
      await witness.hearsNothing();
    },
  },
  {
    rule: 'P-EVT-1',
    stage: 'events',
    needs,
    title: { en: 'what is refused is shown to nobody', vi: 'điều bị từ chối không hiện cho ai' },
    run: async (bench) => {
      const { one, other, stranger } = await three(bench);
      await one.ask({ data: 'send', content: '' });
      await one.ask({ data: 'name', name: '' });
      await one.ask({ data: 'name', name: other.nickname });
      await stranger.ask({ data: 'name', name: one.nickname });
      for (const peer of [one, other, stranger]) await peer.hearsNothing();
    },
  },
  sameTime(
    { en: 'a message has one timestamp for all', vi: 'một tin nhắn có cùng dấu thời gian với mọi người' },
    (one, bench) => one.say(bench.content()),
  ),
  sameTime(
    {
      en: 'a change of nickname has one timestamp for all',
      vi: 'một lần đổi tên có cùng dấu thời gian với mọi người',
    },
    (one, bench) => one.take(bench.nickname()),
  ),
  leaves(
    { en: 'a member that says goodbye leaves once', vi: 'thành viên chào tạm biệt thì rời đi đúng một lần' },
    (peer) => peer.leave(),
  ),
  leaves(
    { en: 'a member that is cut off leaves once', vi: 'thành viên bị đứt kết nối thì rời đi đúng một lần' },
    (peer) => peer.cut(),
  ),
  {
    rule: 'P-EVT-2',
    stage: 'events',
    needs,
    title: { en: 'who has not registered leaves silently', vi: 'ai chưa đăng ký thì rời đi lặng lẽ' },
    run: async (bench) => {
      const { one, stranger } = await three(bench);
      const witness = await bench.client();
      await stranger.leave();
      // What the server does at the end of that connection comes before the events of who registers after it.
      const nickname = bench.nickname();
      await witness.take(nickname);
      await one.event(timed(events.registered(nickname, '')));
      await one.hearsNothing();
    },
  },
];
