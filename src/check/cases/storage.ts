/** The data file while the server runs, and what is left when it is killed. Needs `--start`. */
import type { Bench } from '../bench.ts';
import type { Case } from '../case.ts';
import { Fault, NotJudged } from '../fault.ts';
import type { Hosted } from '../hosted.ts';
import {
  again,
  expectSame,
  historyOf,
  messagesIn,
  outcomeOf,
  running,
  type Stored,
  say,
  storedIn,
} from '../stored.ts';

const stage = 'storage';
/** How many messages are looked for in the file. */
const mostSaid = 10;
/** How many rounds of the other cases there are for each time that the server is killed here. */
const roundsPerKill = 3;
/** How many messages are on their way when it is. */
const underWay = 30;

export const storageCases: Case[] = [
  {
    rule: 'P-DB-5',
    stage,
    title: {
      en: 'a message is in the data file when its reply arrives',
      vi: 'khi câu trả lời tới nơi, tin nhắn đã nằm trong tệp dữ liệu',
    },
    async run(bench) {
      const server = await running(bench);
      const member = await bench.member();
      const said = messagesIn(server);
      for (let count = 0; count < mostSaid; count++) {
        said.push(await say(member, bench.content()));
        expectSame('message in file', messagesIn(server), said, {
          en: 'the server replies before it has written the message, or writes it elsewhere',
          vi: 'máy chủ trả lời trước khi ghi xong tin nhắn, hoặc ghi vào chỗ khác',
        });
      }
    },
  },
  {
    rule: 'P-DB-3',
    stage,
    title: {
      en: 'a second server on the same data file does not start',
      vi: 'máy chủ thứ hai trên cùng tệp dữ liệu không khởi động',
    },
    run: (bench) => refusesSecond(bench, (server) => server.beside()),
  },
  {
    rule: 'P-DB-3',
    stage,
    title: {
      en: 'a server that was killed can be started again at once',
      vi: 'máy chủ bị giết có thể khởi động lại ngay',
    },
    run: async (bench) => again(await running(bench)),
  },
  {
    rule: 'P-DB-3',
    stage,
    title: {
      en: 'a symbolic link to the data file counts as that file',
      vi: 'liên kết tượng trưng tới tệp dữ liệu cũng được tính là chính tệp đó',
    },
    run: (bench) => refusesSecond(bench, (server) => server.beside(server.link())),
  },
  {
    rule: 'P-SEND-5',
    stage,
    title: {
      en: 'after a restart, too, a message keeps the nickname that it was sent under',
      vi: 'sau khi khởi động lại, tin nhắn vẫn giữ biệt danh lúc gửi',
    },
    async run(bench) {
      const server = await running(bench);
      const member = await bench.member();
      const before = await say(member, 'xin chào');
      await member.take(bench.nickname());
      const after = await say(member, 'chào lại');
      await again(server);
      expectSame('nicknames after a restart', (await historyOf(bench)).slice(-2), [before, after]);
    },
  },
  {
    rule: 'P-SEND-2',
    stage,
    title: {
      en: 'a message that was acknowledged is not lost when the server is killed',
      vi: 'tin nhắn đã được xác nhận không mất khi máy chủ bị giết',
    },
    async run(bench) {
      const server = await running(bench);
      const acknowledged: Stored[] = [];
      for (let round = 0; round < bench.run.rounds; round += roundsPerKill) {
        const member = await bench.member();
        for (let number = 1; number <= underWay; number++)
          member.send({ data: 'send', content: bench.content() });
        for (let number = 1 + bench.run.below(underWay); number > 0; number--)
          acknowledged.push(storedIn(await member.reply()));
        await server.kill();
        await again(server);
        expectKept(acknowledged, await historyOf(bench));
      }
    },
  },
];

/** Starts a second server while the first runs: it must exit, and name the process that holds the file. */
async function refusesSecond(
  bench: Bench,
  secondOf: (server: Hosted) => ReturnType<Hosted['beside']>,
): Promise<void> {
  const server = await running(bench);
  const second = await secondOf(server);
  if (second === undefined)
    throw new NotJudged({ en: 'the command does not name the port', vi: 'câu lệnh không nêu cổng' });
  const started = await second.start();
  await second.kill();
  if (started !== 'exited')
    throw new Fault({
      signature: 'second server',
      expected: {
        en: 'the second server refuses to start and exits',
        vi: 'máy chủ thứ hai từ chối khởi động rồi thoát',
      },
      received: outcomeOf(started, second.lines),
      likely: { en: 'nothing locks the data file', vi: 'tệp dữ liệu không được khoá' },
    });
  const numbers = second.lines.join('\n').match(/\d+/g) ?? [];
  if (!numbers.some((number) => server.owns(Number(number))))
    throw new Fault({
      signature: 'does not name the process',
      expected: {
        en: 'the error says which process holds the file, by its pid',
        vi: 'thông báo lỗi cho biết tiến trình nào đang giữ tệp, bằng pid của nó',
      },
      received: outcomeOf(started, second.lines),
    });
}

/** The history has them, in their order. It may have more: whether a message without a reply was stored, nobody knows. */
function expectKept(acknowledged: readonly Stored[], history: readonly unknown[]): void {
  let position = 0;
  for (const message of acknowledged) {
    const [text, from] = [JSON.stringify(message), position];
    const found = history.findIndex((one, index) => index >= from && JSON.stringify(one) === text);
    if (found === -1)
      throw new Fault({
        signature: 'lost',
        expected: { en: `the history has ${text}`, vi: `lịch sử có ${text}` },
        received: {
          en: `the history has ${history.length} messages, the last of them ${JSON.stringify(history.at(-1))}`,
          vi: `lịch sử có ${history.length} tin nhắn, tin cuối là ${JSON.stringify(history.at(-1))}`,
        },
        likely: {
          en: 'the server replies before the message has been written: it was still in the program’s memory',
          vi: 'máy chủ trả lời trước khi ghi xong: tin nhắn vẫn còn nằm trong bộ nhớ của chương trình',
        },
      });
    position = found + 1;
  }
}
