/** The texts about what waits in Vietnamese. */
import type { QueueWords } from './en.ts';

export const vi: QueueWords = {
  title: (name) => `Những gì đang chờ trong ${name}`,
  frames: (count) => `Hộp thư đến: ${count} khung tin`,
  paused: 'tạm ngừng đọc socket',
  bytes: (count) => `Chờ gửi đi: ${count} B`,
  scale: (ms) => `trong ${ms.toLocaleString('vi')} ms vừa qua`,
  order: 'Trên đường vào thứ tự chung',
  mailbox: (count) => `Hộp thư: ${count}`,
  waiting: (count) => `Chờ sau lần ghi đang chạy: ${count}`,
  none: 'Chưa có lần ghi nào.',
  batch: (count) => `${count} thay đổi`,
  underWay: 'đang ghi',
  more: (count) => `và ${count} thay đổi nữa`,
};
