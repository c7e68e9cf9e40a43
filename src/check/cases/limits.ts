/** Broken frames, fragments, large messages, and a client that does not read. */

import type { Words } from '../../doctor/finding.ts';
import { replies } from '../../protocol/replies.ts';
import type { Bench } from '../bench.ts';
import type { Case } from '../case.ts';
import { Fault, NotJudged } from '../fault.ts';
import { type Frame, fieldsOf, shownFrame } from '../frame.ts';
import type { End, Peer } from '../peer.ts';

const stage = 'limits';
/** A mask of zeros leaves the payload as it is. */
const mask = [0, 0, 0, 0];
/** Frames that RFC 6455 forbids a client. */
const broken: readonly { bytes: readonly number[]; title: Words }[] = [
  {
    bytes: [0x83, 0x80, ...mask],
    title: { en: 'a reserved opcode closes with 1002', vi: 'opcode dành riêng làm kết nối đóng với 1002' },
  },
  {
    bytes: [0xc1, 0x82, ...mask, ...Buffer.from('{}')],
    title: { en: 'a reserved bit closes with 1002', vi: 'bit dành riêng làm kết nối đóng với 1002' },
  },
  {
    bytes: [0x81, 0x02, ...Buffer.from('{}')],
    title: {
      en: 'a frame without a mask closes with 1002',
      vi: 'khung không có mask làm kết nối đóng với 1002',
    },
  },
  {
    bytes: [0x09, 0x80, ...mask],
    title: {
      en: 'a ping in fragments closes with 1002',
      vi: 'ping bị chia mảnh làm kết nối đóng với 1002',
    },
  },
];
/** How many requests each round adds to those that wait while the client does not read; how long their nicknames are. */
const [unreadPerRound, length] = [20, 60_000];
/** How many requests of another client the server answers meanwhile, a round. */
const meanwhilePerRound = 10;

export const limitCases: readonly Case[] = [
  {
    rule: 'P-REQ-1',
    stage,
    title: {
      en: 'a text frame that is not UTF-8 closes with 1007',
      vi: 'khung văn bản không phải UTF-8 làm kết nối đóng với 1007',
    },
    run: async (bench) => {
      const peer = await bench.client();
      bench.tell(`${peer.label}> (text) {"data":"\\xff"}`);
      peer.socket.send(Buffer.from('{"data":"\xff"}', 'latin1'), { binary: false });
      await peer.isClosedWith(1007);
    },
  },
  {
    rule: 'P-REQ-1',
    stage,
    title: {
      en: 'a request in fragments is one request, also with a ping between them',
      vi: 'yêu cầu chia thành nhiều mảnh vẫn là một yêu cầu, cả khi có ping chen giữa',
    },
    run: async (bench) => {
      const peer = await bench.client();
      fragments(bench, peer, ['{"data"', ':"ge', 't"}'], () => peer.socket.ping());
      await peer.reply(replies.unknownRegister('get'));
    },
  },
  ...broken.map(
    ({ bytes, title }): Case => ({
      rule: 'P-REQ-7',
      stage,
      title,
      run: async (bench) => {
        const peer = await bench.client();
        bench.tell(`${peer.label}> (bytes) ${Buffer.from(bytes).toString('hex')}`);
        peer.stream?.write(Buffer.from(bytes));
        await peer.isClosedWith(1002);
      },
    }),
  ),
  {
    rule: 'P-REQ-7',
    stage,
    title: {
      en: 'a message of 70,000 bytes is answered, or closes with 1009',
      vi: 'tin dài 70.000 byte được trả lời, hoặc làm kết nối đóng với 1009',
    },
    run: async (bench) => {
      const peer = await bench.client();
      const name = 'x'.repeat(70_000);
      peer.send({ data: 'name', name });
      const outcome = await outcomeOf(peer);
      if ('text' in outcome || outcome.code === 1009) return;
      throw new Fault({ expected: 'close 1009', received: `close ${outcome.code}`, signature: 'close 1009' });
    },
  },
  {
    rule: 'P-REQ-7',
    stage,
    needs: ['P-NAME-1'],
    title: {
      en: 'a client that does not read for a while gets every reply, in order',
      vi: 'máy khách tạm không đọc vẫn nhận đủ mọi trả lời, đúng thứ tự',
    },
    run: slowReader,
  },
  {
    rule: 'P-LIM-1',
    stage,
    title: {
      en: 'a message in more than 64 fragments closes with 1008',
      vi: 'tin chia thành hơn 64 mảnh làm kết nối đóng với 1008',
    },
    run: async (bench) => {
      const peer = await bench.client();
      const text = JSON.stringify({ data: 'get', padding: 'x'.repeat(60) });
      fragments(bench, peer, [...text.slice(0, 64), text.slice(64)]);
      // A server that answers has no such limit, and need not have one.
      if ('text' in (await outcomeOf(peer))) throw new NotJudged();
      await peer.isClosedWith(1008);
    },
  },
];

/** Sends a message in pieces, with something between the first two. */
function fragments(bench: Bench, peer: Peer, pieces: readonly string[], between = () => {}): void {
  bench.tell(`${peer.label}> (${pieces.length} fragments) ${pieces.join('')}`);
  for (const [index, piece] of pieces.entries()) {
    peer.socket.send(piece, { fin: index === pieces.length - 1 });
    if (index === 0) between();
  }
}

/** The reply to its request, or how the connection has ended. */
async function outcomeOf(peer: Peer): Promise<Frame | End> {
  try {
    return await peer.reply();
  } catch (error) {
    if (peer.isOpen) throw error;
    return peer.ended;
  }
}

/** Rejects with NotJudged where requests are let wait (P-LIM-1), since very many would take hours. */
async function demandPace(bench: Bench): Promise<void> {
  const peer = await bench.client();
  const startMs = performance.now();
  for (let index = 0; index < sample; index++) peer.send({ data: 'name', name: '' });
  try {
    for (let index = 0; index < sample; index++) await peer.reply();
  } catch (error) {
    throw error instanceof Fault && peer.isOpen ? new NotJudged(slowed) : error;
  }
  if (performance.now() - startMs > sampleMs) throw new NotJudged(slowed);
}

/** How many requests show the pace, and how long they may take. */
const [sample, sampleMs] = [20, 5000];
const slowed = {
  en: 'the server lets requests wait too long to try thousands of them',
  vi: 'máy chủ bắt các yêu cầu đợi lâu, nên không thử được hàng nghìn yêu cầu',
};

async function slowReader(bench: Bench): Promise<void> {
  await demandPace(bench);
  await bench.again();
  const peer = await bench.client();
  const witness = await bench.client();
  const unread = unreadPerRound * bench.run.rounds;
  peer.socket.pause();
  bench.tell(`${peer.label}> (${unread} requests with nicknames of ${length} characters; reads nothing)`);
  const { length: told } = bench.transcript;
  for (let index = 0; index < unread; index++)
    peer.socket.send(JSON.stringify({ data: 'name', name: `${index}`.padEnd(length, '.') }));
  // Meanwhile the server answers another client, so it has had the time to fill what it keeps for this one.
  for (let index = 0; index < meanwhilePerRound * bench.run.rounds; index++)
    await witness.ask({ data: 'get' });
  peer.socket.resume();
  try {
    for (let index = 0; index < unread; index++) await expectReplyTo(index, peer);
  } catch (error) {
    // It has answered no ping meanwhile, and may have been cut off for that (P-EVT-4).
    if (!peer.isOpen && witness.pings.length > 0) throw new NotJudged();
    throw error;
  } finally {
    bench.transcript.splice(told, bench.transcript.length - told - 2, '…');
  }
}

async function expectReplyTo(index: number, peer: Peer): Promise<void> {
  const reply = await peer.reply();
  if (`${fieldsOf(reply)['name']}`.startsWith(`${index}.`)) return;
  throw new Fault({
    expected: { en: `the reply to request ${index}`, vi: `trả lời cho yêu cầu ${index}` },
    received: shownFrame(reply.text),
    likely: {
      en: 'replies are dropped when the buffer of a client is full',
      vi: 'trả lời bị bỏ đi khi bộ đệm của máy khách đầy',
    },
    signature: 'slow reader',
  });
}
