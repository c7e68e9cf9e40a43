/** All that the page says, in each language. `Words` is made of the English ones, so a missing word is a type error. */
import type { Refusal } from '../../src/client/client.ts';
import type { Refusal as Refused } from '../../src/protocol/replies.ts';

/** Most code points of a nickname and of a message, as the server allows. */
export type Limits = { readonly maxName: number; readonly maxContent: number };

/** The reasons that this page's requests can meet: the contract's, and the client's own. */
type Reason =
  | Extract<
      Refused['reason'],
      | 'NameAlreadyUsed'
      | 'WrongFormatName'
      | 'WrongFormatContent'
      | 'ErrorWhenRegister'
      | 'ErrorWhenChange'
      | 'ErrorWhenSend'
    >
  | 'ConnectionLost'
  | 'NotNow'
  | 'Replaced'
  | 'TooLarge'
  | 'UnknownAnswer'
  /** `ConnectionLost`, of a nickname. */
  | 'NameLost';

const en = {
  title: 'Classic Chatbox',
  tagline: 'Choose a nickname and join the conversation.',
  nickname: 'Nickname',
  join: 'Join',
  conversation: 'Conversation',
  message: 'Message',
  placeholder: 'Write a message',
  send: 'Send',
  tooMany: (count: number) => (count === 1 ? '1 character too many' : `${count} characters too many`),
  malformed: 'It holds a broken character.',
  online: 'Online',
  you: '(you)',
  alone: 'Nobody else is here yet. Share the address of this page to change that.',
  members: (count: number) => (count === 1 ? '1 person online' : `${count} people online`),
  close: 'Close',
  rename: 'Change nickname',
  newNickname: 'New nickname',
  save: 'Save',
  cancel: 'Cancel',
  sending: 'Sending…',
  queued: 'Will be sent once connected',
  failed: 'Not sent.',
  retry: 'Retry',
  discard: 'Discard',
  newest: 'Newest messages',
  unread: 'New messages',
  newMessages: (count: number) => (count === 1 ? '1 new message' : `${count} new messages`),
  joined: 'joined',
  left: 'left',
  renamed: 'is now',
  beginning: 'This is where the conversation begins.',
  emptyTitle: 'No messages yet',
  emptyText: 'Say hello. Whoever joins later will read it too.',
  loading: 'Loading messages…',
  loadingOlder: 'Loading older messages…',
  banner: {
    connecting: 'Connecting…',
    waiting: 'The connection is lost. It will be tried again in a moment.',
    reconnecting: 'Connecting again…',
    reclaiming: 'Connected. Waiting for your nickname to be free again…',
    syncing: 'Catching up with what was said…',
    closed: 'The connection is closed.',
  },
  tryNow: 'Try now',
  connected: 'Connected',
  disconnected: 'Not connected',
  refusals: ({ maxName, maxContent }: Limits): Record<Reason, string> => ({
    NameAlreadyUsed: 'Somebody is using this nickname. Choose another one.',
    WrongFormatName: `A nickname has 1 to ${maxName} characters, and at least one that can be seen.`,
    ErrorWhenRegister: 'The server could not register this nickname',
    ErrorWhenChange: 'The server could not change the nickname',
    WrongFormatContent: `The server did not take it: a message has 1 to ${maxContent} characters.`,
    ErrorWhenSend: 'The server could not store it',
    ConnectionLost: 'The connection was lost on the way. It may have arrived or not.',
    NameLost: 'The connection was lost before there was an answer. Try again.',
    NotNow: 'That is not possible just now. Try again once you are connected.',
    Replaced: 'Another nickname was asked for instead.',
    TooLarge: 'The server does not take a message this large.',
    UnknownAnswer: 'The server answered something that this page does not understand.',
  }),
};

export type Words = typeof en;

const vi: Words = {
  title: 'Classic Chatbox',
  tagline: 'Chọn một biệt danh để vào trò chuyện.',
  nickname: 'Biệt danh',
  join: 'Vào',
  conversation: 'Cuộc trò chuyện',
  message: 'Tin nhắn',
  placeholder: 'Viết tin nhắn',
  send: 'Gửi',
  tooMany: (count) => `Thừa ${count} ký tự`,
  malformed: 'Có một ký tự bị hỏng.',
  online: 'Đang trực tuyến',
  you: '(bạn)',
  alone: 'Chưa có ai khác ở đây. Hãy chia sẻ địa chỉ trang này để mời mọi người.',
  members: (count) => `${count} người đang trực tuyến`,
  close: 'Đóng',
  rename: 'Đổi biệt danh',
  newNickname: 'Biệt danh mới',
  save: 'Lưu',
  cancel: 'Huỷ',
  sending: 'Đang gửi…',
  queued: 'Sẽ gửi khi có kết nối',
  failed: 'Chưa gửi được.',
  retry: 'Gửi lại',
  discard: 'Bỏ',
  newest: 'Tin mới nhất',
  unread: 'Tin nhắn mới',
  newMessages: (count) => `${count} tin nhắn mới`,
  joined: 'đã vào',
  left: 'đã rời đi',
  renamed: 'đổi biệt danh thành',
  beginning: 'Cuộc trò chuyện bắt đầu từ đây.',
  emptyTitle: 'Chưa có tin nhắn nào',
  emptyText: 'Hãy chào một câu. Ai vào sau cũng sẽ đọc được.',
  loading: 'Đang tải tin nhắn…',
  loadingOlder: 'Đang tải tin cũ hơn…',
  banner: {
    connecting: 'Đang kết nối…',
    waiting: 'Mất kết nối. Sẽ tự thử lại sau giây lát.',
    reconnecting: 'Đang kết nối lại…',
    reclaiming: 'Đã có kết nối. Đang chờ lấy lại biệt danh của bạn…',
    syncing: 'Đang tải những tin bạn đã lỡ…',
    closed: 'Đã ngắt kết nối.',
  },
  tryNow: 'Thử ngay',
  connected: 'Đã kết nối',
  disconnected: 'Chưa kết nối',
  refusals: ({ maxName, maxContent }) => ({
    NameAlreadyUsed: 'Biệt danh này đang có người dùng. Hãy chọn biệt danh khác.',
    WrongFormatName: `Biệt danh dài từ 1 đến ${maxName} ký tự và phải có ít nhất một ký tự nhìn thấy được.`,
    ErrorWhenRegister: 'Máy chủ không đăng ký được biệt danh này',
    ErrorWhenChange: 'Máy chủ không đổi được biệt danh',
    WrongFormatContent: `Máy chủ không nhận: tin nhắn dài từ 1 đến ${maxContent} ký tự.`,
    ErrorWhenSend: 'Máy chủ không lưu được',
    ConnectionLost: 'Mất kết nối giữa chừng. Không rõ tin đã đến nơi hay chưa.',
    NameLost: 'Mất kết nối trước khi có trả lời. Hãy thử lại.',
    NotNow: 'Lúc này chưa làm được. Hãy thử lại khi đã có kết nối.',
    Replaced: 'Đã xin một biệt danh khác thay cho biệt danh này.',
    TooLarge: 'Máy chủ không nhận tin lớn như vậy.',
    UnknownAnswer: 'Máy chủ trả lời điều mà trang này không hiểu.',
  }),
};

export const dictionaries = { en, vi };
export type Language = keyof typeof dictionaries;
export const languages = [
  { language: 'en', short: 'EN', name: 'English' },
  { language: 'vi', short: 'VI', name: 'Tiếng Việt' },
] as const satisfies readonly { language: Language; short: string; name: string }[];

/** Why the server, or the connection, said no; with the server's own words where it gave some. */
export function refusalInWords({ reason, error }: Refusal, words: Words, limits: Limits): string {
  const known: Record<string, string> = words.refusals(limits);
  const said = Object.hasOwn(known, reason) ? known[reason] : known['UnknownAnswer'];
  return error === undefined ? `${said}` : `${said}: ${error}`;
}

/** The same of a nickname, which is no message that may have arrived. */
export function nameRefusalInWords(refusal: Refusal, words: Words, limits: Limits): string {
  return refusalInWords(
    refusal.reason === 'ConnectionLost' ? { reason: 'NameLost' } : refusal,
    words,
    limits,
  );
}
