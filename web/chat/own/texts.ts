import type { Own } from '../../../src/protocol/own.ts';

type Facts = Pick<Own, 'inbox' | 'paused' | 'waiting' | 'batch' | 'ms'>;

const en = {
  title: 'My connection',
  client: 'This page',
  server: 'The server',
  untold: 'not known yet',
  event: 'Last event',
  guard: 'Guard',
  facts: ({ inbox, paused, waiting, batch = 0, ms }: Facts): [string, string][] => [
    ['Inbox', `${inbox}${paused ? ', not read any further' : ''}`],
    ['To be sent', `${waiting} bytes`],
    ['Settled at once', `${batch}`],
    ['Waited', `${ms} ms`],
  ],
};

export type OwnWords = typeof en;

const vi: OwnWords = {
  title: 'Kết nối của tôi',
  client: 'Trang này',
  server: 'Máy chủ',
  untold: 'chưa rõ',
  event: 'Sự kiện gần nhất',
  guard: 'Điều kiện',
  facts: ({ inbox, paused, waiting, batch = 0, ms }) => [
    ['Hộp thư đến', `${inbox}${paused ? ', tạm ngừng đọc' : ''}`],
    ['Chờ gửi đi', `${waiting} byte`],
    ['Xong cùng lúc', `${batch}`],
    ['Đã chờ', `${ms} ms`],
  ],
};

export const dictionaries = { en, vi };
