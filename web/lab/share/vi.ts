import type { ShareWords } from './en.ts';

export const vi: ShareWords = {
  title: 'Chia sẻ',
  about:
    'Bản ghi đúng như đang hiện, tới vị trí hiện tại. Lời của các máy khách trên trang được giữ nguyên, lời của người khác được che như trong phòng thí nghiệm.',
  link: 'Chép liên kết',
  aboutLink:
    'Cả bản ghi nằm trong liên kết, không máy chủ nào thấy nó. Liên kết mở được trong phòng thí nghiệm ở cùng địa chỉ, kể cả khi không có mã truy cập.',
  address: 'Liên kết',
  copied: 'Đã chép.',
  uncopied: 'Trình duyệt không cho chép. Liên kết đã được chọn: hãy nhấn Ctrl+C.',
  tooLong: (characters, most) =>
    `Bản ghi này quá dài để làm liên kết: cần ${characters} ký tự, mà nhiều nhất ${most} ký tự mới dùng được ở mọi nơi. Hãy lưu thành tệp, hoặc lùi về vị trí sớm hơn rồi chia sẻ phần trước đó.`,
  file: 'Lưu bản ghi',
  aboutFile: 'Một tệp JSON, phòng thí nghiệm nào cũng mở được bằng nút Nhập.',
  page: 'Lưu thành lab.html',
  aboutPage:
    'Một trang chứa cả phòng thí nghiệm lẫn bản ghi này. Nhấp đúp là mở, không cần máy chủ, không cần internet.',
  failed: 'Máy chủ không đưa trang này. Hãy tải lại trang rồi thử lần nữa.',
  close: 'Đóng',
  empty: 'Chưa mở bản ghi nào. Hãy nhấn Nhập, hoặc thả tệp bản ghi vào trang này.',
  flaws: {
    long: 'Bản ghi trong liên kết này quá dài nên không được mở.',
    large: 'Bản ghi trong liên kết này quá lớn sau khi giải nén nên không được mở.',
    damaged: 'Liên kết này bị hỏng, có lẽ bị cắt mất một phần khi chép.',
    foreign: 'Đây không phải bản ghi của phòng thí nghiệm.',
  },
};
