/** The mistakes that servers are known to make with certain requests, recognised by the reply. */
import type { Words } from '../doctor/finding.ts';
import { Fault } from './fault.ts';

/** `seen` is how the signature of the fault looks. */
export type Hint = { readonly seen: RegExp; readonly says: Words };

/** It was granted. */
const granted = /→ .*true:/;
/** It was taken for a request that is well formed. */
const accepted = /→ .*(true|UnknownRegister):/;
/** It was taken for JSON. */
const read = /→ .*(true|UnknownRegister|UnknownType|NotEnoughKey):/;

export const hints = {
  looseJson: {
    seen: read,
    says: {
      en: 'the reader of JSON accepts more than RFC 8259 allows',
      vi: 'bộ đọc JSON chấp nhận nhiều hơn RFC 8259 cho phép',
    },
  },
  trailing: {
    seen: read,
    says: {
      en: 'what comes after the JSON value is ignored',
      vi: 'phần đứng sau giá trị JSON bị bỏ qua',
    },
  },
  looseBytes: {
    seen: accepted,
    says: {
      en: 'bytes that are not UTF-8 are replaced or dropped in decoding, where decoding must fail',
      vi: 'byte không phải UTF-8 bị thay hoặc bị bỏ khi giải mã, trong khi việc giải mã phải báo lỗi',
    },
  },
  noBinary: {
    seen: /→ .*(WrongFormatJSON|UnknownType):/,
    says: {
      en: 'a binary frame is not read as text',
      vi: 'khung nhị phân không được đọc như văn bản',
    },
  },
  inherited: {
    seen: /→ .*(true|UnknownRegister|NotEnoughKey):/,
    says: {
      en: 'keys or names count that every object inherits, and not only what the client has sent',
      vi: 'những khoá hoặc tên mà mọi đối tượng đều thừa kế cũng được tính, không chỉ những gì client gửi',
    },
  },
  looseCommand: {
    seen: accepted,
    says: {
      en: 'the command is converted before it is compared: it must be exactly "name", "get" or "send"',
      vi: 'lệnh bị chuyển đổi trước khi so sánh: nó phải đúng là "name", "get" hoặc "send"',
    },
  },
  noType: {
    seen: /→ .*UnknownType:/,
    says: {
      en: 'type is not read where data is missing',
      vi: 'không đọc type khi thiếu data',
    },
  },
  otherKeys: {
    seen: /→ .*(UnknownType|NotEnoughKey|WrongFormat)/,
    says: {
      en: 'keys that nobody asked for must be ignored',
      vi: 'những khoá không ai hỏi tới phải được bỏ qua',
    },
  },
  typeFirst: {
    seen: /→ send/,
    says: {
      en: 'type is preferred to data, where it must count only if data is missing',
      vi: 'type được ưu tiên hơn data, trong khi nó chỉ được tính khi thiếu data',
    },
  },
  fallback: {
    seen: accepted,
    says: {
      en: 'type is read although data is there: only a missing key may fall back, not null or an unknown command',
      vi: 'type được đọc dù đã có data: chỉ khi thiếu khoá data mới được dùng type, không phải khi nó là null hay lệnh lạ',
    },
  },
  firstKey: {
    seen: /→ send/,
    says: {
      en: 'of a key that comes twice the first counts, where the last must',
      vi: 'khi một khoá có hai lần thì lần đầu được tính, trong khi phải là lần cuối',
    },
  },
  falsy: {
    seen: /→ .*NotEnoughKey:/,
    says: {
      en: 'a key whose value is empty, 0, false or null is taken for a missing key',
      vi: 'khoá có giá trị rỗng, 0, false hoặc null bị coi là thiếu khoá',
    },
  },
  anyType: {
    seen: granted,
    says: {
      en: 'the type or the length of the value is not checked, or it is converted to text first',
      vi: 'kiểu hoặc độ dài của giá trị không được kiểm tra, hoặc nó bị đổi thành văn bản trước',
    },
  },
  surrogate: {
    seen: granted,
    says: {
      en: 'a lone surrogate, which no UTF-8 text can hold, is not noticed (in JavaScript, isWellFormed() does)',
      vi: 'không nhận ra nửa cặp thay thế (surrogate) đứng một mình, thứ không thể có trong UTF-8 (JavaScript có isWellFormed())',
    },
  },
  units: {
    seen: /→ .*WrongFormat/,
    says: {
      en: 'the length is counted in UTF-16 units or in bytes, not in code points: 😀 is one character',
      vi: 'độ dài được đếm theo đơn vị UTF-16 hoặc byte, không theo điểm mã: 😀 là một ký tự',
    },
  },
  changedText: {
    seen: /true → .*true: value (name|newname|content)$/,
    says: {
      en: 'text is trimmed, escaped or normalized; it must be kept and shown as it was sent',
      vi: 'văn bản bị cắt khoảng trắng, thay ký tự hoặc chuẩn hoá; nó phải được giữ và hiện đúng như khi gửi',
    },
  },
} as const satisfies Record<string, Hint>;

/** A fault with the likely cause that a hint knows of; anything else as it is. */
export function explained(error: unknown, hint: Hint | undefined): unknown {
  if (!(error instanceof Fault) || hint === undefined || !hint.seen.test(error.signature)) return error;
  return new Fault({ ...error, likely: hint.says, signature: `${error.signature} ${hint.says.en}` });
}
