import type { ClassWords } from './en.ts';

export const vi: ClassWords = {
  title: 'Cả lớp',
  open: 'Xem cả lớp: mọi kết nối cùng lúc',
  back: 'Về phòng thí nghiệm',
  empty: 'Lúc này chưa có ai kết nối.',
  none: 'Không có kết nối nào hợp bộ lọc.',
  text: 'Tìm theo tên, biệt danh hoặc trạng thái',
  placeholder: 'Tìm',
  state: 'Trạng thái',
  all: (count) => `mọi trạng thái (${count})`,
  waiting: 'có gì đang chờ',
  shown: (shown, all) => (shown === all ? `${all}` : `${shown} trên ${all}`),
  frames: (count) => `hộp thư ${count}`,
  bytes: (count) => `${count} B chờ gửi`,
  underWay: (count) => `${count} đang gửi`,
  paused: 'ngừng đọc',
  nobody: 'chưa có biệt danh',
  event: 'Sự kiện cuối',
  spotlight: (name) => `Chiếu riêng ${name}`,
  toGrid: 'Về cả lớp',
  keys: 'Mũi tên: di chuyển · Enter: chiếu riêng · Escape: trở lại',
};
