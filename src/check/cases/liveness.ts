/** Pings, and peers that do not answer them. Only here does `check` wait: for as long as the pings announce. */
import { events } from '../../protocol/replies.ts';
import type { Bench } from '../bench.ts';
import type { Case } from '../case.ts';
import { Fault, NotJudged } from '../fault.ts';
import { fieldsOf } from '../frame.ts';
import { differenceOf, Hole, shownPattern, timed } from '../pattern.ts';
import type { Peer } from '../peer.ts';

const stage = 'liveness';
/** How long to wait for the first ping, before any has said what the interval is, in multiples of the time for a reply. */
const patience = 6;
/** By how much a ping may be early or late, besides half an interval, as a part of the time for a reply. */
const slack = 1 / 8;
/** Longer intervals are not waited for. A ping that comes much too early shows all the same. */
const longestMs = 60_000;
const tooSlow = {
  en: 'the pings are too far apart to be waited for',
  vi: 'các ping cách nhau quá xa để chờ',
};
const ping = {
  type: 'ping',
  timeout: new Hole('n', (value) => typeof value === 'number' && value > 0),
};

export const livenessCases: readonly Case[] = [
  {
    rule: 'P-EVT-3',
    stage,
    title: {
      en: 'every connection is told a ping at the interval that the ping announces',
      vi: 'mọi kết nối đều nhận ping theo đúng nhịp mà ping công bố',
    },
    run: async (bench) => {
      const openedAt = performance.now();
      const peers = [await bench.client(), await bench.member()];
      for (const peer of peers) {
        const intervalMs = await announcedMs(bench, peer);
        await secondPing(bench, peer, intervalMs);
        const [first = Number.NaN, second = Number.NaN] = peer.pings.map(({ at }) => at);
        const slackMs = slackIn(bench);
        expectWithin(first - openedAt, -slackMs, intervalMs * 1.5 + slackMs);
        expectWithin(second - first, intervalMs * 0.5 - slackMs, intervalMs * 1.5 + slackMs);
      }
    },
  },
  {
    rule: 'P-EVT-4',
    stage,
    needs: ['P-NAME-2', 'P-EVT-2', 'P-EVT-3'],
    title: {
      en: 'who does not answer a ping of the WebSocket protocol is disconnected and leaves, who answers stays',
      vi: 'ai không đáp lại ping của giao thức WebSocket thì bị ngắt và rời phòng, ai đáp lại thì ở lại',
    },
    run: async (bench) => {
      const witness = await bench.member();
      let count = 0;
      witness.socket.on('ping', () => count++);
      const silent = await bench.client({ autoPong: false });
      const talker = await bench.client({ autoPong: false });
      for (const peer of [silent, talker]) await peer.take(bench.nickname());
      await witness.events();
      const intervalMs = await announcedMs(bench, witness);
      if (intervalMs > longestMs) throw new NotJudged(tooSlow);
      // Whatever the beat has sent besides has come before the reply.
      await witness.events();
      if (count === 0)
        throw new Fault({
          expected: {
            en: 'a ping of the WebSocket protocol (opcode 9) with each {"type":"ping"}',
            vi: 'mỗi {"type":"ping"} đi cùng một ping của giao thức WebSocket (opcode 9)',
          },
          received: {
            en: 'only {"type":"ping"}',
            vi: 'chỉ có {"type":"ping"}',
          },
          signature: 'no protocol ping',
        });
      // Requests are no pongs.
      const talk = () => talker.isOpen && talker.send({ data: 'get', limit: 1 });
      await expectGone(bench, [silent, talker], intervalMs, talk);
      const left = [await witness.event(), await witness.event()].map((event) => fieldsOf(event)['name']);
      for (const peer of [silent, talker])
        if (!left.includes(peer.nickname))
          throw new Fault({
            expected: shownPattern(timed(events.left(peer.nickname ?? '', ''))),
            received: JSON.stringify(left),
            signature: 'no leave',
          });
      await witness.hearsNothing();
    },
  },
];

/** Waits for a first ping, and resolves to the interval that it announces. */
async function announcedMs(bench: Bench, peer: Peer): Promise<number> {
  await untilPings(bench, peer, 1, patience * bench.run.timeoutMs);
  const { text = '', value } = peer.pings[0]?.frame ?? {};
  const difference = differenceOf(ping, value);
  if (difference !== undefined && difference.kind !== 'order')
    throw new Fault({ expected: shownPattern(ping), received: text, signature: `ping: ${difference.path}` });
  return Number(Object(value).timeout) * 1000;
}

/** Waits for another ping, but not for as long as a very long interval takes. */
async function secondPing(bench: Bench, peer: Peer, intervalMs: number): Promise<void> {
  if (intervalMs <= longestMs) return untilPings(bench, peer, 2, intervalMs * 1.5 + slackIn(bench));
  await untilPings(bench, peer, 2, patience * bench.run.timeoutMs).catch((error) => {
    throw peer.isOpen ? new NotJudged(tooSlow) : error;
  });
}

async function untilPings(bench: Bench, peer: Peer, count: number, ms: number): Promise<void> {
  const endMs = performance.now() + ms;
  while (peer.pings.length < count && peer.isOpen && performance.now() < endMs)
    await peer.waits(endMs - performance.now());
  for (const { frame } of peer.pings) bench.tell(`${peer.label}< ${frame.text}`);
  if (peer.pings.length >= count) return;
  const seconds = (ms / 1000).toFixed(1);
  throw new Fault({
    expected: `${shownPattern(ping)} × ${count}`,
    received: {
      en: `${peer.pings.length} pings within ${seconds} s`,
      vi: `${peer.pings.length} ping trong ${seconds} giây`,
    },
    signature: 'no ping',
  });
}

const slackIn = ({ run }: Bench) => run.timeoutMs * slack;

function expectWithin(ms: number, least: number, most: number): void {
  if (ms >= least && ms <= most) return;
  const [from, to, seconds] = [Math.max(0, least), most, ms].map((one) => (one / 1000).toFixed(1));
  throw new Fault({
    expected: { en: `a ping after ${from} to ${to} s`, vi: `ping sau ${from} đến ${to} giây` },
    received: { en: `after ${seconds} s`, vi: `sau ${seconds} giây` },
    likely: {
      en: 'the interval is not what `timeout` says, or it counts milliseconds',
      vi: 'nhịp ping không đúng như `timeout` nói, hoặc `timeout` tính bằng mili giây',
    },
    signature: 'interval',
  });
}

/**
 * Peers that answer no ping must be gone when their second one is due. A late beat is the server's own business, so what
 * counts is that ping, if the server sends it all the same. `act` is called again and again.
 */
async function expectGone(bench: Bench, peers: readonly Peer[], intervalMs: number, act: () => void) {
  const endMs = performance.now() + 3 * intervalMs + bench.run.timeoutMs;
  const isOverdue = ({ isOpen, pings: [, second] }: Peer) =>
    isOpen && second !== undefined && performance.now() - second.at > intervalMs / 2 + slackIn(bench);
  let peer = peers.find(({ isOpen }) => isOpen);
  for (; peer !== undefined && performance.now() < endMs; peer = peers.find(({ isOpen }) => isOpen)) {
    if (peers.some(isOverdue)) break;
    act();
    await peer.waits(intervalMs / 4);
  }
  if (peer === undefined) return;
  throw new Fault({
    expected: {
      en: `${peer.label}, which has sent no pong, is disconnected after two intervals at most`,
      vi: `${peer.label} không gửi pong nên bị ngắt chậm nhất sau hai nhịp`,
    },
    received: { en: 'the connection is still open', vi: 'kết nối vẫn mở' },
    likely: {
      en: 'the server sends pings but does not look for pongs, or takes any frame for one',
      vi: 'máy chủ gửi ping mà không xét pong, hoặc coi khung bất kỳ là pong',
    },
    signature: 'half-open',
  });
}
