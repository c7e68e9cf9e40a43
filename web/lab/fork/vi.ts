import type { ForkWords } from './en.ts';

export const vi: ForkWords = {
  open: 'Nếu như …?',
  title: 'Nếu như?',
  about: 'Lịch sử rẽ nhánh ở đây: nếu sự kiện này khác đi thì kết nối này đã làm gì?',
  unknown:
    'Bản ghi không cho biết trạng thái của kết nối này trước sự kiện gần nhất. Hãy đi tới một sự kiện sau đó.',
  broken: 'Không chạy được máy trạng thái với bản ghi này.',
  event: 'Sự kiện',
  in: 'ở',
  instead: 'Thay vào đó',
  dropped: 'Không có gì xảy ra',
  frame: 'Máy khách gửi một khung khác',
  others: 'Có chuyện khác xảy ra',
  frameText: 'Khung',
  recorded: 'Điều đã xảy ra',
  changed: 'Nếu như',
  differs: 'khác',
  room: 'gửi phòng',
  recalls: 'trả lời bằng lịch sử',
  close: 'Đóng',
  notes: {
    assumed: 'Bản ghi không có câu trả lời của phòng. Xem như phòng đồng ý.',
    unjudged: 'Nội dung bị che và chưa điều kiện nào xét nó. Xem như hợp lệ và được phép.',
    waits: 'Chờ trong hộp thư đến cho tới khi máy hết bận.',
    unfit: 'Không đến: ở đây không có yêu cầu nào để nó trả lời.',
    ended: 'Kết nối đã kết thúc.',
    dropped: 'Bị bỏ ra.',
  },
  limits:
    'Chỉ máy trạng thái của kết nối này chạy lại. Sự kiện do người khác gây ra giữ nguyên như trong bản ghi, kết quả xét các nội dung bị che cũng vậy.',
};
