/** All texts of the page, in each language. The type `Words` comes from the English ones, so a missing text is a type error. */
import type { Refusal } from '../../src/client/client.ts';
import type { Refusal as Refused } from '../../src/protocol/replies.ts';

/** The server's limits for a nickname and a message, in code points. */
export type Limits = { readonly maxName: number; readonly maxContent: number };

/** Why a request of this page can fail: the contract's reasons, and the client's own. */
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
  /** `ConnectionLost` while asking for a nickname. */
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
  malformed: 'It contains a broken character.',
  online: 'Online',
  you: '(you)',
  alone: 'Nobody else is here yet. Share the address of this page to invite others.',
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
  ghost: 'Your earlier connection still holds this nickname. Trying again until it is free…',
  serverTime: (timestamp: string, zone = '') => `On the server: ${timestamp} ${zone}`.trim(),
  joined: 'joined',
  left: 'left',
  renamed: 'is now',
  beginning: 'This is where the conversation begins.',
  emptyTitle: 'No messages yet',
  emptyText: 'Say hello. People who join later can read it, too.',
  loading: 'Loading messages…',
  loadingOlder: 'Loading older messages…',
  banner: {
    connecting: 'Connecting…',
    waiting: 'Connection lost. Trying again in a moment.',
    reconnecting: 'Reconnecting…',
    reclaiming: 'Connected. Waiting for your nickname to be free again…',
    syncing: 'Loading the messages you missed…',
    stopped: 'The server closed the connection.',
    /** It did because the same person goes on elsewhere. */
    takenOver: 'You are using this chat in another window.',
  },
  tryNow: 'Try now',
  connectHere: 'Continue here',
  connected: 'Connected',
  disconnected: 'Not connected',
  refusals: ({ maxName, maxContent }: Limits): Record<Reason, string> => ({
    NameAlreadyUsed: 'Somebody is already using this nickname. Choose another one.',
    WrongFormatName: `A nickname must have 1 to ${maxName} characters, at least one of them visible.`,
    ErrorWhenRegister: 'The server could not register this nickname',
    ErrorWhenChange: 'The server could not change the nickname',
    WrongFormatContent: `The server refused it: a message must have 1 to ${maxContent} characters.`,
    ErrorWhenSend: 'The server could not store it',
    ConnectionLost: 'The connection was lost while sending. The message may or may not have arrived.',
    NameLost: 'The connection was lost before the server answered. Try again.',
    NotNow: 'That is not possible right now. Try again once you are connected.',
    Replaced: 'You have asked for another nickname instead.',
    TooLarge: 'This is too large for the server.',
    UnknownAnswer: 'The server sent an answer that this page does not understand.',
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
  ghost: 'Kết nối trước của bạn còn giữ biệt danh này. Đang thử lại cho đến khi lấy được…',
  serverTime: (timestamp, zone = '') => `Giờ máy chủ: ${timestamp} ${zone}`.trim(),
  joined: 'đã vào',
  left: 'đã rời đi',
  renamed: 'đổi biệt danh thành',
  beginning: 'Cuộc trò chuyện bắt đầu từ đây.',
  emptyTitle: 'Chưa có tin nhắn nào',
  emptyText: 'Hãy chào một câu. Người vào sau cũng đọc được.',
  loading: 'Đang tải tin nhắn…',
  loadingOlder: 'Đang tải tin cũ hơn…',
  banner: {
    connecting: 'Đang kết nối…',
    waiting: 'Mất kết nối. Sẽ tự thử lại sau giây lát.',
    reconnecting: 'Đang kết nối lại…',
    reclaiming: 'Đã có kết nối. Đang chờ lấy lại biệt danh của bạn…',
    syncing: 'Đang tải những tin bạn đã lỡ…',
    stopped: 'Máy chủ đã đóng kết nối.',
    takenOver: 'Bạn đang trò chuyện ở một cửa sổ khác.',
  },
  tryNow: 'Thử ngay',
  connectHere: 'Tiếp tục ở đây',
  connected: 'Đã kết nối',
  disconnected: 'Chưa kết nối',
  refusals: ({ maxName, maxContent }) => ({
    NameAlreadyUsed: 'Biệt danh này đang có người dùng. Hãy chọn biệt danh khác.',
    WrongFormatName: `Biệt danh phải dài từ 1 đến ${maxName} ký tự, trong đó có ít nhất một ký tự nhìn thấy được.`,
    ErrorWhenRegister: 'Máy chủ không đăng ký được biệt danh này',
    ErrorWhenChange: 'Máy chủ không đổi được biệt danh',
    WrongFormatContent: `Máy chủ từ chối: tin nhắn phải dài từ 1 đến ${maxContent} ký tự.`,
    ErrorWhenSend: 'Máy chủ không lưu được',
    ConnectionLost: 'Mất kết nối khi đang gửi. Tin nhắn có thể đã đến nơi hoặc chưa.',
    NameLost: 'Mất kết nối trước khi máy chủ trả lời. Hãy thử lại.',
    NotNow: 'Lúc này chưa làm được. Hãy thử lại khi đã có kết nối.',
    Replaced: 'Bạn đã xin một biệt danh khác thay cho biệt danh này.',
    TooLarge: 'Nội dung này quá lớn đối với máy chủ.',
    UnknownAnswer: 'Máy chủ gửi một trả lời mà trang này không hiểu.',
  }),
};

export const dictionaries = { en, vi };
export type Language = keyof typeof dictionaries;
export const languages = [
  { language: 'en', short: 'EN', name: 'English' },
  { language: 'vi', short: 'VI', name: 'Tiếng Việt' },
] as const satisfies readonly { language: Language; short: string; name: string }[];

/** Why a request failed, followed by the server's own `error` if it gave one. */
export function refusalInWords({ reason, error }: Refusal, words: Words, limits: Limits): string {
  const known: Record<string, string> = words.refusals(limits);
  const said = Object.hasOwn(known, reason) ? known[reason] : known['UnknownAnswer'];
  return error === undefined ? `${said}` : `${said}: ${error}`;
}

/** The same for a nickname: after a lost connection the user simply tries again. */
export function nameRefusalInWords(refusal: Refusal, words: Words, limits: Limits): string {
  return refusalInWords(
    refusal.reason === 'ConnectionLost' ? { reason: 'NameLost' } : refusal,
    words,
    limits,
  );
}
