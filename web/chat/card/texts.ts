import type { Language } from '../words.ts';

const en = {
  scan: 'Scan the code with a phone, or enter this address in a browser:',
  others: 'Other addresses of this computer',
  onlyHere:
    'Only this computer reaches this address. For others, start the server with --host 0.0.0.0 and open this card again.',
  invited: 'Whoever joins needs an invite link too. This address has none.',
  code: (address: string) => `QR code of ${address}`,
  wholeScreen: 'Fill the screen',
  close: 'Close',
};
const vi: typeof en = {
  scan: 'Quét mã bằng điện thoại, hoặc nhập địa chỉ này vào trình duyệt:',
  others: 'Các địa chỉ khác của máy này',
  onlyHere:
    'Chỉ máy này vào được địa chỉ này. Để người khác vào được, hãy khởi động máy chủ với --host 0.0.0.0 rồi mở lại thẻ này.',
  invited: 'Người vào cũng cần có link mời. Địa chỉ này không kèm link mời.',
  code: (address) => `Mã QR của ${address}`,
  wholeScreen: 'Mở toàn màn hình',
  close: 'Đóng',
};
export const dictionaries: Record<Language, typeof en> = { en, vi };
