/** The texts about the wire in Vietnamese. */
import type { WireWords } from './en.ts';

export const vi: WireWords = {
  ending: {
    first: { client: 'máy khách đóng kết nối', server: 'máy chủ đóng kết nối' },
    answer: { client: 'máy khách đáp lại', server: 'máy chủ đáp lại' },
    cut: {
      client: 'máy khách mất hẳn, không có khung đóng (1006)',
      server: 'máy chủ cắt kết nối, không có khung đóng (1006)',
    },
  },
};
