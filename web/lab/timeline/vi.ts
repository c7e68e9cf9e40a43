import type { TimelineWords } from './en.ts';

export const vi: TimelineWords = {
  title: 'Dòng thời gian',
  help: 'Kéo: di chuyển · lăn chuột hoặc chụm ngón tay: thu phóng · bấm: tới chỗ ấy. Bằng bàn phím: ← → từng bước, + − thu phóng, Page Up và Page Down di chuyển, Home và End, 0 toàn bộ',
  lanes: { writes: 'ghi', steps: 'trạng thái', frames: 'khung tin' },
  now: (time, since) => `${time}, ${since} sau mục trước`,
};
