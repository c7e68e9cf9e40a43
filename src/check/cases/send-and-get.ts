/** Messages, the history, and who is online. */
import type { Words } from '../../doctor/finding.ts';
import { formatTimestamp, parseTimestamp } from '../../protocol/timestamp.ts';
import type { Case } from '../case.ts';
import { Fault, NotJudged } from '../fault.ts';
import { type Fields, type Frame, fieldsOf } from '../frame.ts';
import { got } from '../oracle.ts';
import type { Peer } from '../peer.ts';

/** The whole history and the nicknames in use, as the server shows them to a member. */
export async function history(
  peer: Peer,
): Promise<{ message: readonly Fields[]; online: readonly unknown[] }> {
  const reply = await peer.ask({ data: 'get' }, got(peer.nickname ?? ''));
  const { message, online } = fieldsOf(reply)['data'] as Fields;
  return { message: message as Fields[], online: online as unknown[] };
}

/** A fault in words of JSON, what should be and what is. */
export function demand(what: string, expected: unknown, received: unknown, likely?: Words): void {
  const [wanted, given] = [JSON.stringify(expected), JSON.stringify(received)];
  if (wanted === given) return;
  const areLists = Array.isArray(expected) && Array.isArray(received);
  throw new Fault({
    ...{ expected: wanted, received: given ?? '', signature: what },
    likely: likely ?? (areLists ? listFault(expected, received) : undefined),
  });
}

/** What is likely wrong with a list. */
function listFault(expected: readonly unknown[], received: readonly unknown[]): Words {
  if (expected.some((one) => !received.includes(one)))
    return { en: 'something is missing', vi: 'thiếu mất một phần' };
  return received.length > expected.length
    ? {
        en: 'there is something that does not belong there, or comes twice',
        vi: 'có phần không thuộc về đó, hoặc bị lặp',
      }
    : { en: 'the order is another', vi: 'thứ tự khác' };
}

const noForm = {
  en: 'the timestamp has neither of the two forms',
  vi: 'dấu thời gian không thuộc dạng nào trong hai dạng',
};

const timestampOf = (frame: Frame) => fieldsOf(frame)['timestamp'];

export const sendAndGetCases: readonly Case[] = [
  {
    rule: 'P-REQ-7',
    stage: 'send and get',
    needs: ['P-SEND-1'],
    title: { en: 'a reply goes to its sender only', vi: 'trả lời chỉ tới người đã gửi yêu cầu' },
    run: async (bench) => {
      const [one, other] = [await bench.member(), await bench.member()];
      await one.say(bench.content());
      await one.take(bench.nickname());
      const reply = await other.ask({ data: 'get', limit: 1 });
      demand('reply to a get', 'get', fieldsOf(reply)['type'], {
        en: 'a reply goes to all members, not only to the sender of the request',
        vi: 'trả lời tới mọi thành viên, không chỉ tới người đã gửi yêu cầu',
      });
    },
  },
  {
    rule: 'P-GET-1',
    stage: 'send and get',
    needs: ['P-SEND-1', 'P-REQ-7'],
    title: {
      en: 'the history has every message, the oldest first',
      vi: 'lịch sử có mọi tin nhắn, tin cũ nhất đứng đầu',
    },
    run: async (bench) => {
      const [one, other] = [await bench.member(), await bench.member()];
      const said = [bench.content(), bench.content(), bench.content()];
      for (const [index, content] of said.entries()) await (index === 1 ? other : one).say(content);
      const { message } = await history(one);
      const ours = message.filter(({ content }) => said.includes(`${content}`));
      demand(
        'history',
        said,
        ours.map(({ content }) => content),
      );
      const names = [one, other, one].map(({ nickname }) => nickname);
      demand(
        'authors in history',
        names,
        ours.map(({ name }) => name),
      );
      for (const each of ours)
        demand('keys of a message', ['name', 'content', 'timestamp'], Object.keys(each));
    },
  },
  {
    rule: 'P-GET-1',
    stage: 'send and get',
    needs: ['P-NAME-2'],
    title: {
      en: 'online has the nicknames in use, in order of registration; a changed one keeps its place',
      vi: 'online có các tên đang dùng, theo thứ tự đăng ký; tên đã đổi giữ nguyên chỗ',
    },
    run: async (bench) => {
      const members = [await bench.member(), await bench.member(), await bench.member()];
      await members[1]?.take(bench.nickname());
      const { online } = await history(members[0] as Peer);
      const ours = online.filter((name) => bench.isOurName(name));
      demand(
        'online',
        members.map(({ nickname }) => nickname),
        ours,
      );
    },
  },
  {
    rule: 'P-SEND-5',
    stage: 'send and get',
    needs: ['P-GET-1'],
    title: {
      en: 'the history keeps the nickname that was held when the message was sent',
      vi: 'lịch sử giữ tên được dùng lúc gửi tin',
    },
    run: async (bench) => {
      const peer = await bench.member();
      const [before, content] = [peer.nickname, bench.content()];
      await peer.say(content);
      await peer.take(bench.nickname());
      const { message } = await history(peer);
      const found = message.find((one) => one['content'] === content);
      demand('author after a change', before, found?.['name'], {
        en: 'a change of nickname rewrites the history',
        vi: 'đổi tên làm đổi cả lịch sử',
      });
    },
  },
  {
    rule: 'P-TIME-3',
    stage: 'send and get',
    needs: ['P-GET-1', 'P-TIME-1'],
    title: {
      en: 'the history has the timestamp of the reply',
      vi: 'lịch sử có đúng dấu thời gian của trả lời',
    },
    run: async (bench) => {
      const peer = await bench.member();
      const content = bench.content();
      const reply = await peer.say(content);
      const { message } = await history(peer);
      const found = message.find((one) => one['content'] === content);
      demand('timestamp in history', timestampOf(reply), found?.['timestamp']);
    },
  },
  {
    rule: 'P-TIME-1',
    stage: 'send and get',
    title: { en: 'the timestamp is a date and a time that exist', vi: 'dấu thời gian là ngày giờ có thật' },
    run: async (bench) => {
      const { dialect } = bench.run;
      if (dialect === undefined) throw new NotJudged(noForm);
      const timestamp = `${timestampOf(await (await bench.member()).say(bench.content()))}`;
      const ms = parseTimestamp(timestamp);
      // Time zones are 14 hours apart from UTC at most.
      const isNow = ms !== undefined && Math.abs(ms - Date.now()) < 15 * 3600 * 1000;
      if (isNow) return;
      const now = formatTimestamp(new Date(), dialect);
      throw new Fault({
        expected: {
          en: `the time of now, which is ${now} here`,
          vi: `thời điểm hiện tại, ở đây là ${now}`,
        },
        ...{ received: timestamp, signature: 'time' },
        likely: {
          en: 'day and month have changed places, or another part is not two digits of the clock',
          vi: 'ngày và tháng bị đổi chỗ, hoặc một phần khác không đúng với đồng hồ',
        },
      });
    },
  },
  {
    rule: 'P-TIME-2',
    stage: 'send and get',
    needs: ['P-TIME-1', 'P-SEND-1'],
    title: {
      en: 'the content limit is that of the dialect',
      vi: 'giới hạn nội dung đúng theo dạng của giao thức',
    },
    run: async (bench) => {
      if (bench.run.dialect === undefined) throw new NotJudged(noForm);
      const peer = await bench.member();
      await peer.say('c'.repeat(bench.run.limits.content));
    },
  },
];
