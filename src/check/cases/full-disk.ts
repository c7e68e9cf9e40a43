/** A server whose data file cannot grow any more. Needs `--start`. */
import { replies } from '../../protocol/replies.ts';
import type { Bench } from '../bench.ts';
import type { Case } from '../case.ts';
import { NotJudged } from '../fault.ts';
import { fieldsOf } from '../frame.ts';
import type { Launch } from '../launch.ts';
import { holes, type Pattern } from '../pattern.ts';
import type { Peer } from '../peer.ts';
import { expectSame, historyOf, hostedOf, messagesIn, type Stored, storedIn } from '../stored.ts';

/** The most blocks of a file, of 512 or 1024 bytes each, and more messages than there is room for. */
const blocks = 8;
const mostSaid = 200;
/** How many messages are sent that there is no room for. */
const refusals = 3;

export const fullDiskCases: readonly Case[] = [
  {
    rule: 'P-SEND-3',
    stage: 'storage',
    needs: ['P-SEND-1', 'P-GET-1', 'P-EVT-1', 'P-DB-5'],
    title: {
      en: 'a message that cannot be written is refused, shown to nobody, and in no history',
      vi: 'tin nhắn không ghi được thì bị từ chối, không hiện cho ai và không có trong lịch sử',
    },
    run: async (bench) => {
      const server = hostedOf(bench);
      await server.kill();
      server.file.write(undefined);
      const confined = server.confined(blocks);
      try {
        if ((await confined.start()) !== 'accepting') throw new NotJudged(noLimit);
        await fill(bench, confined);
      } finally {
        await confined.kill();
        await server.startWith(undefined);
      }
    },
  },
];

async function fill(bench: Bench, confined: Launch): Promise<void> {
  const [talker, witness] = (await bench.members(2)) as [Peer, Peer];
  const stored: Stored[] = [];
  let refused = 0;
  for (let count = 0; count < mostSaid && refused < refusals; count++) {
    const content = bench.content().padEnd(bench.run.limits.content, '.');
    const failure = replies.sendFailed(talker.nickname ?? '', content, '');
    const reply = await talker.ask({ data: 'send', content }).catch((error: unknown) => {
      // Where the limit ends a program at once, it says nothing of what the program does.
      throw confined.isRunning ? error : new NotJudged(noLimit);
    });
    const isRefused = fieldsOf(reply)['status'] === false;
    if (isRefused) refused++;
    else stored.push(storedIn(reply));
    if (isRefused) talker.compare({ ...failure, error: holes.words } as Pattern, reply);
  }
  if (refused === 0) {
    expectSame('file on a full disk', messagesIn(hostedOf(bench)), stored, acknowledged);
    throw new NotJudged(noLimit);
  }
  expectSame('history on a full disk', await historyOf(bench), stored, kept);
  const heard = (await witness.events()).filter((event) => fieldsOf(event)['datatype'] === 'message');
  expectSame('events on a full disk', heard.map(storedIn), stored);
}

const noLimit = {
  en: 'the system’s limit on the size of files does not reach its data file',
  vi: 'giới hạn kích thước tệp của hệ thống không tác động tới tệp dữ liệu',
};
const acknowledged = {
  en: 'the server acknowledges what it could not write',
  vi: 'máy chủ xác nhận điều mà nó không ghi được',
};
const kept = {
  en: 'a message that was refused stays in memory, or one that was acknowledged is missing',
  vi: 'tin bị từ chối vẫn còn trong bộ nhớ, hoặc thiếu một tin đã được xác nhận',
};
