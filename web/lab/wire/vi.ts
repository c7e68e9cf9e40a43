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
  handshake: {
    title: 'Bắt tay',
    about:
      'WebSocket bắt đầu bằng một yêu cầu HTTP xin chuyển sang giao thức khác. Sau trả lời 101, chính kết nối TCP ấy chuyển các khung tin. Chỗ nào ghi … là giá trị không hiện ra, vì nó có thể cho biết danh tính.',
    request: 'Máy khách hỏi',
    response: 'Máy chủ trả lời',
    close: 'Đóng phần bắt tay',
    notes: {
      host: 'Máy chủ mà máy khách muốn gặp, vì một địa chỉ có thể dùng cho nhiều máy chủ.',
      upgrade: 'Giao thức muốn chuyển sang.',
      connection: 'Upgrade chỉ dành cho chặng kế tiếp. Proxy không hiểu nó sẽ bỏ nó tại đây.',
      origin:
        'Trang web đã mở kết nối. Trình duyệt luôn gửi và trang không sửa được, nên máy chủ có thể từ chối trang lạ (403).',
      'sec-websocket-key':
        'Số ngẫu nhiên, mỗi lần một khác. Nó không phải bí mật: câu trả lời chứng tỏ máy chủ đã hiểu đúng yêu cầu này.',
      'sec-websocket-accept':
        'Khóa ghép với một chuỗi cố định rồi băm bằng SHA-1. Máy chủ không biết WebSocket thì không thể tạo ra.',
      'sec-websocket-version': 'Phiên bản giao thức, từ năm 2011 là 13 (RFC 6455).',
      'sec-websocket-extensions':
        'Những gì máy khách đề nghị, thường là nén. Máy chủ này không nhận, nên khung tin vẫn đọc được.',
      'sec-websocket-protocol':
        'Ngôn ngữ bên trong khung tin. Máy khách đề nghị vài tên, máy chủ chọn một. Tên mà máy chủ này không biết thì không hiện.',
    },
  },
};
