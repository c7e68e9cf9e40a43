/** Extensions: judged only if the server shows that it has them. Otherwise it ignores their keys (P-REQ-2). */
import { replies } from '../../protocol/replies.ts';
import type { Bench } from '../bench.ts';
import type { Case } from '../case.ts';
import { Fault, NotJudged } from '../fault.ts';
import { fieldsOf } from '../frame.ts';
import { holes, type Pattern } from '../pattern.ts';
import type { Peer } from '../peer.ts';
import { demand } from './send-and-get.ts';

const stage = 'extensions';
const needs = ['P-GET-1', 'P-SEND-1'];

/** How many messages the case sends. Positions below count from the first of them. */
const count = 6;
/** What a `get` must show. `limit` is a number of messages, `before` and `after` are positions. */
const windows: readonly { ask: Window; shows: readonly number[] }[] = [
  { ask: { limit: 2 }, shows: [4, 5] },
  { ask: { limit: 2, before: 4 }, shows: [2, 3] },
  { ask: { after: 3 }, shows: [3, 4, 5] },
  { ask: { after: 1, before: 3 }, shows: [1, 2] },
  { ask: { limit: 2, after: 1 }, shows: [1, 2] },
  { ask: { limit: 2, after: 1, before: 5 }, shows: [1, 2] },
  { ask: { limit: 9, after: 0 }, shows: [0, 1, 2, 3, 4, 5] },
  { ask: { after: 6 }, shows: [] },
  { ask: { limit: 0 }, shows: [] },
];
type Window = { limit?: number; before?: number; after?: number };

/** Values that are no position and no number of messages, as JSON. */
const faulty = ['-1', '1.5', '"1"', 'null', 'true', '[1]', '9007199254740992'];
/** Other ways to write 1, as JSON. */
const ones = ['1.0', '1e0', '10e-1'];

export const extensionCases: readonly Case[] = [
  {
    rule: 'P-GET-2',
    stage,
    needs,
    title: {
      en: 'a get with limit, before or after shows that part of the history, with total and first',
      vi: 'get có limit, before hoặc after cho thấy đúng phần lịch sử ấy, kèm total và first',
    },
    run: async (bench) => {
      const peer = await withWindows(bench);
      const said: string[] = [];
      for (let index = 0; index < count; index++) said.push(bench.content());
      for (const content of said) await peer.say(content);
      const { total } = await part(peer, { limit: 0 });
      const start = Number(total) - count;
      for (const { ask, shows } of windows) {
        const moved = { ...ask };
        if (moved.before !== undefined) moved.before += start;
        if (moved.after !== undefined) moved.after += start;
        const { message, first } = await part(peer, moved);
        const contents = shows.map((index) => said[index]);
        demand(
          `messages of ${Object.keys(ask)}`,
          contents,
          message.map(({ content }) => content),
        );
        demand(`first of ${Object.keys(ask)}`, start + (shows[0] ?? count), first);
      }
    },
  },
  {
    rule: 'P-GET-2',
    stage,
    needs,
    title: {
      en: 'a plain get has no total and no first',
      vi: 'get không tham số thì không có total và first',
    },
    run: async (bench) => {
      const peer = await withWindows(bench);
      const reply = await peer.ask({ data: 'get' });
      demand('keys of data', ['message', 'online'], Object.keys(Object(fieldsOf(reply)['data'])));
    },
  },
  {
    rule: 'P-GET-3',
    stage,
    needs: [...needs, 'P-GET-2'],
    title: {
      en: 'a limit, before or after that is no non-negative safe integer is ErrorWhenGet',
      vi: 'limit, before hoặc after không phải số nguyên không âm an toàn thì là ErrorWhenGet',
    },
    run: async (bench) => {
      const peer = await withWindows(bench);
      for (const key of ['limit', 'before', 'after'])
        for (const value of faulty) {
          const reply = await peer.ask(`{"data":"get","${key}":${value}}`, failed(peer));
          const { error } = fieldsOf(reply);
          if (!`${error}`.includes(key))
            throw new Fault({
              expected: { en: `an error that names ${key}`, vi: `error nêu tên ${key}` },
              received: reply.text,
              signature: 'error names key',
            });
        }
    },
  },
  {
    rule: 'P-GET-3',
    stage,
    needs: [...needs, 'P-GET-2'],
    title: {
      en: 'the value of a limit counts, not how it is written',
      vi: 'giá trị của limit mới quan trọng, không phải cách viết',
    },
    run: async (bench) => {
      const peer = await withWindows(bench);
      await peer.say(bench.content());
      for (const value of ones) await peer.ask(`{"data":"get","limit":${value}}`, shown(peer));
    },
  },
];

/** The reply to a `get` for a part of the history. */
const shown = ({ nickname = '' }: Peer): Pattern => ({
  ...{ type: 'get', status: true, name: nickname, timestamp: holes.time },
  data: { message: holes.list, online: holes.list, total: holes.count, first: holes.count },
});

const failed = ({ nickname = '' }: Peer): Pattern => ({
  ...(replies.getFailed(nickname, '') as Pattern & object),
  error: holes.words,
});

/** A member of a server that has this extension. */
async function withWindows(bench: Bench): Promise<Peer> {
  const peer = await bench.member();
  const { data } = fieldsOf(await peer.ask({ data: 'get', limit: 1 }));
  const keys = Object.keys(Object(data));
  if (!keys.includes('total') && !keys.includes('first')) throw new NotJudged();
  return peer;
}

type Part = { message: readonly { content: string }[]; total: number; first: number };

async function part(peer: Peer, window: Window): Promise<Part> {
  const { data } = fieldsOf(await peer.ask({ data: 'get', ...window }, shown(peer)));
  return data as Part;
}
