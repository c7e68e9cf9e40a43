/** The mistakes that servers are known to make, recognised by what they do. */
import type { Words } from '../doctor/finding.ts';
import { type Fields, type Frame, fieldsOf, isEvent, kindOf } from './frame.ts';
import { type Difference, Hole, type Pattern } from './pattern.ts';

export const texts = {
  crashed: {
    en: 'the server answered before, and now accepts no connection: it may have crashed',
    vi: 'trước đó máy chủ có trả lời, nay không nhận kết nối nào: có thể nó đã dừng vì lỗi',
  },
  mute: {
    en: 'the server has not answered this request at all',
    vi: 'máy chủ không hề trả lời yêu cầu này',
  },
  untold: {
    en: 'the event is not sent to this member',
    vi: 'sự kiện không được gửi tới thành viên này',
  },
  closed: {
    en: 'the server has closed the connection instead of answering, perhaps because of an exception',
    vi: 'máy chủ đã đóng kết nối thay vì trả lời, có thể vì một ngoại lệ (exception)',
  },
} as const satisfies Record<string, Words>;

/** Why nothing has come. `end`: how the connection has ended, if it has. */
export function silenceOf(end: string | undefined, isEvent: boolean): Words {
  if (end !== undefined) return texts.closed;
  return isEvent ? texts.untold : texts.mute;
}

/** What is known of a frame that is not what it should be. `expected` is `undefined` if nothing was. */
export type Symptom = {
  peer: { readonly label: string; readonly nickname: string | undefined };
  expected: Pattern | undefined;
  frame: Frame;
  difference?: Difference;
};

type Sign = {
  isSeen: (symptom: Symptom, got: Fields, wanted: Fields) => boolean;
  says: (symptom: Symptom, got: Fields, wanted: Fields) => Words;
};

const lastKey = (difference?: Difference) => difference?.path.replace(/^.*\./, '') ?? '';

/** As JSON calls it. */
function typeOf(value: unknown): string {
  if (value === null) return 'null';
  return Array.isArray(value) ? 'array' : typeof value;
}

/** The first sign that is seen counts. */
const signs: readonly Sign[] = [
  {
    isSeen: ({ frame }) => frame.value === undefined,
    says: () => ({
      en: 'the frame is not JSON in a text frame',
      vi: 'khung này không phải là JSON trong một khung văn bản',
    }),
  },
  {
    isSeen: ({ peer, frame }, got) =>
      isEvent(frame) && peer.nickname !== undefined && [got['name'], got['newname']].includes(peer.nickname),
    says: ({ peer: { label } }) => ({
      en: `${label} received its own event`,
      vi: `${label} nhận được sự kiện của chính mình`,
    }),
  },
  {
    isSeen: ({ peer, frame }) => isEvent(frame) && peer.nickname === undefined,
    says: ({ peer: { label } }) => ({
      en: `${label} has not registered, and received an event`,
      vi: `${label} chưa đăng ký mà đã nhận được sự kiện`,
    }),
  },
  {
    isSeen: ({ frame, expected }) =>
      isEvent(frame) && kindOf(Object(frame.value)) !== kindOf(expected ?? null),
    says: () => ({
      en: 'an event came that nobody has caused, or twice',
      vi: 'có một sự kiện không do ai gây ra, hoặc đến hai lần',
    }),
  },
  {
    isSeen: (_, got, wanted) => wanted['status'] === false && got['status'] === true,
    says: (_, __, { reason }) => ({
      en: `the server accepted what it must refuse with ${reason}`,
      vi: `máy chủ chấp nhận điều mà nó phải từ chối với ${reason}`,
    }),
  },
  {
    isSeen: (_, got, wanted) => wanted['status'] === true && got['status'] === false,
    says: (_, { reason }) => ({
      en: `the server refused what is allowed, with ${reason}`,
      vi: `máy chủ từ chối điều được phép, với ${reason}`,
    }),
  },
  {
    isSeen: (_, got, wanted) => typeof wanted['reason'] === 'string' && wanted['reason'] !== got['reason'],
    says: (_, { reason }, { reason: wanted }) => ({
      en: `the reason must be ${wanted}, not ${reason}: the checks may run in another order, or one is missing`,
      vi: `lý do phải là ${wanted}, không phải ${reason}: có thể thứ tự kiểm tra bị đổi, hoặc thiếu một phép kiểm tra`,
    }),
  },
  {
    isSeen: (_, got, wanted) =>
      ['register', 'change'].includes(`${got['action']}`) && got['action'] !== wanted['action'],
    says: ({ peer: { label, nickname } }) =>
      nickname === undefined
        ? { en: `${label} has no nickname yet to change`, vi: `${label} chưa có biệt danh nào để đổi` }
        : {
            en: `${label} has a nickname already, which changes`,
            vi: `${label} đã có biệt danh, và đang đổi nó`,
          },
  },
  {
    isSeen: ({ frame, expected }, got, wanted) =>
      kindOf(Object(frame.value)) !== kindOf(expected ?? null) &&
      (got['reason'] === undefined || got['reason'] !== wanted['reason']),
    says: () => ({
      en: 'this is the reply to another request, or one reply too many',
      vi: 'đây là trả lời cho một yêu cầu khác, hoặc thừa một trả lời',
    }),
  },
  {
    isSeen: ({ difference }) => difference?.kind === 'missing',
    says: ({ difference }) => ({
      en: `the key ${difference?.path} is missing`,
      vi: `thiếu khoá ${difference?.path}`,
    }),
  },
  {
    isSeen: ({ difference }) => difference?.kind === 'extra',
    says: ({ difference }) => ({
      en: `the key ${difference?.path} does not belong there`,
      vi: `khoá ${difference?.path} không được có ở đó`,
    }),
  },
  {
    isSeen: ({ difference }) => difference?.kind === 'order',
    says: () => ({
      en: 'the keys are in another order',
      vi: 'các khoá có thứ tự khác',
    }),
  },
  {
    isSeen: ({ difference }, got, wanted) => {
      const key = lastKey(difference);
      return !(wanted[key] instanceof Hole) && typeOf(got[key]) !== typeOf(wanted[key]);
    },
    says: ({ difference }, got, wanted) => {
      const [is, must] = [got, wanted].map((fields) => typeOf(fields[lastKey(difference)]));
      return {
        en: `${difference?.path} must be of the type ${must}, not ${is}`,
        vi: `${difference?.path} phải thuộc kiểu ${must}, không phải ${is}`,
      };
    },
  },
  {
    isSeen: ({ difference }) => difference?.kind === 'value',
    says: ({ difference }) => ({
      en: `${difference?.path} has another value`,
      vi: `${difference?.path} có giá trị khác`,
    }),
  },
];

/** The likely cause in words. */
export function likelyOf(symptom: Symptom): Words | undefined {
  const [got, wanted] = [fieldsOf(symptom.frame), Object(symptom.expected) as Fields];
  return signs.find(({ isSeen }) => isSeen(symptom, got, wanted))?.says(symptom, got, wanted);
}
