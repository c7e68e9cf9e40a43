import type { ClientFact } from '../../../src/client/reasons.ts';
import { en as factsEn, type WhyWords } from '../../lab/why/en.ts';
import { vi as factsVi } from '../../lab/why/vi.ts';
import type { Language } from '../words.ts';

type Says = WhyWords['says'] & {
  [Kind in ClientFact['kind']]: (fact: Extract<ClientFact, { kind: Kind }>) => string;
};

const en = {
  title: 'My connection',
  client: 'This page',
  server: 'The server, for this connection',
  chart: (machine: string, state: string) => `${machine}: chart, in the state ${state}`,
  untold: 'The server tells nothing about this connection now.',
  state: 'State',
  event: 'Last event',
  edge: 'Transition',
  none: 'none',
  guards: 'Guards',
  inbox: 'Requests waiting',
  paused: 'Socket',
  isPaused: { true: 'not being read', false: 'being read' },
  waiting: 'Bytes waiting',
  batch: 'Settled at once',
  ms: 'Since the event before',
  says: {
    ...factsEn.says,
    held: ({ is }) => (is === undefined ? 'no nickname is held' : `“${is}” is held`),
    wanted: ({ is }) => (is === undefined ? 'no other nickname is wanted' : `“${is}” is wanted`),
    reason: ({ is }) => `the server has said ${is}`,
    ghost: ({ is }) => `${is ? 'an' : 'no'} earlier connection of this page may still hold it`,
    blocks: ({ is, most }) => `refused ${is} of at most ${most} times before`,
  } satisfies Says as Says,
};

export type OwnWords = typeof en;

export const dictionaries: Record<Language, OwnWords> = {
  en,
  vi: {
    title: 'Kết nối của tôi',
    client: 'Trang này',
    server: 'Máy chủ, với kết nối này',
    chart: (machine, state) => `${machine}: sơ đồ, đang ở trạng thái ${state}`,
    untold: 'Hiện máy chủ không cho biết gì về kết nối này.',
    state: 'Trạng thái',
    event: 'Sự kiện gần nhất',
    edge: 'Bước chuyển',
    none: 'không có',
    guards: 'Điều kiện',
    inbox: 'Yêu cầu đang chờ',
    paused: 'Socket',
    isPaused: { true: 'đang tạm ngừng đọc', false: 'đang được đọc' },
    waiting: 'Byte đang chờ gửi',
    batch: 'Giải quyết cùng lúc',
    ms: 'Từ sự kiện trước',
    says: {
      ...factsVi.says,
      held: ({ is }) => (is === undefined ? 'không giữ biệt danh nào' : `đang giữ “${is}”`),
      wanted: ({ is }) => (is === undefined ? 'không xin biệt danh nào khác' : `đang xin “${is}”`),
      reason: ({ is }) => `máy chủ trả lời ${is}`,
      ghost: ({ is }) =>
        is
          ? 'có thể một kết nối trước của trang này còn giữ nó'
          : 'không kết nối trước nào của trang này giữ được nó',
      blocks: ({ is, most }) => `trước đó đã bị từ chối ${is} lần, nhiều nhất là ${most} lần`,
    },
  },
};
