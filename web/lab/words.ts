/** All that the lab says, in each language. */
import type { Language } from '../chat/words.ts';
import type { ClientStatus } from './entry.ts';
import type { FaultName } from './fault.ts';

type Fault = { name: string; about: string; checks: string[] };

const en = {
  title: 'Chatbox Lab',
  language: 'Language',
  theme: { auto: 'Theme: like the system', light: 'Theme: light', dark: 'Theme: dark' },
  largeType: 'Large type',
  live: 'Live',
  paused: 'Paused',
  slow: 'Slow motion',
  replay: 'Recording',
  away: 'The inspector does not answer. It will be tried again in a moment.',
  noChat: 'The inspector does not know where the chat is, so there are no clients.',
  skipped: (count: number) => `${count} events skipped`,
  badFile: 'This file is not a recording.',
  time: {
    label: 'Time',
    pause: 'Pause the view',
    go: 'Go on',
    live: 'Back to live',
    back: 'Step back',
    forward: 'Step forward',
    place: 'Place in the recording',
    pace: 'Speed',
    paces: { 0: 'as it comes', 1: '1 step/s', 2: '2 steps/s', 5: '5 steps/s' } as Record<number, string>,
    export: 'Export',
    import: 'Import',
  },
  enlarge: 'Enlarge',
  shrink: 'Make smaller',
  tree: {
    title: 'Actors',
    search: 'Search by name or state',
    more: (count: number) => `and ${count} more: search for them`,
    fold: (name: string) => `What ${name} contains`,
  },
  chart: {
    title: 'Statechart',
    none: 'This actor is no state machine: it has no chart.',
    unknown: 'Choose an actor.',
    zoomIn: 'Larger',
    zoomOut: 'Smaller',
    fit: 'Fit',
    state: 'State',
    event: 'Last event',
  },
  sequence: { title: 'Sequence', others: 'others', empty: 'Nothing has happened yet.' },
  wire: {
    title: 'Wire log',
    empty: 'Frames of the clients of this page appear here.',
    out: 'to the server',
    in: 'from the server',
    close: 'Close the rule',
  },
  clients: {
    title: 'Clients',
    add: 'Add a client',
    none: 'Each client is a real WebSocket to the chat. Add one and watch its connection.',
    remove: 'Remove',
    kill: 'Close',
    nickname: 'Nickname',
    content: 'Message',
    free: 'Any frame',
    send: 'Send the frame',
    broken: 'Broken ones',
    status: { connecting: 'connecting', open: 'open', closed: 'closed', removed: 'removed' } as Record<
      ClientStatus,
      string
    >,
    unmatched: 'connection not found',
    mistakes: {
      notJson: 'not JSON',
      unknown: 'unknown command',
      noKey: 'missing key',
      wrongForm: 'wrong form',
      tooLong: 'too long',
    },
  },
  faults: {
    title: 'Faults',
    run: 'Run',
    running: 'Running…',
    about: 'Each one opens clients of its own, and closes them in the end.',
    result: { waiting: 'not yet', met: 'so it was', failed: 'it was not so' },
    missing:
      'Not here: a half-open peer and a full disk need the server’s help, and a browser cannot stop reading a WebSocket, so no slow reader.',
    claims: {
      name: 'Two claims at once',
      about: 'Two clients ask for one nickname in the same instant.',
      checks: [
        'Both are answered (P-REQ-7)',
        'Exactly one gets it (P-NAME-5)',
        'The other hears NameAlreadyUsed',
      ],
    },
    flood: {
      name: 'Flood',
      about: 'One client sends 500 requests without waiting; another wants in meanwhile.',
      checks: [
        'Each request has exactly one reply (P-REQ-7)',
        'The replies come in the order of the requests',
        'Nobody is closed for it',
        'The other client is answered meanwhile',
      ],
    },
    kill: {
      name: 'Closed mid-send',
      about:
        'A client sends a message and closes in the same instant. (A page can only close; it cannot cut the line.)',
      checks: [
        'The others see it leave exactly once (P-EVT-2)',
        'Its message is seen before the leave, or not at all',
        'Its nickname is free at once (P-NAME-2)',
      ],
    },
  } satisfies Record<FaultName, Fault> & Record<string, unknown>,
  keys: 'Keys: Space pause · ← → step · + − 0 zoom · N new client · / search',
  stately: {
    title: 'Stately inspector',
    link: 'Stately inspector (needs internet)',
    status: { connecting: 'Connecting', live: 'Live', away: 'Interrupted', offline: 'No answer' },
    waiting: 'Connecting to the hosted Stately inspector, a page of stately.ai…',
    offline:
      'The hosted Stately inspector does not answer. It is a page of stately.ai and needs internet; the lab works without.',
    away: 'The inspector of the chat does not answer. It will be tried again in a moment.',
    retry: 'Try again',
    back: 'Back to the lab',
    /** The flag follows. */
    note: 'Here the events go to a page of another site, stately.ai, in this browser. Nicknames and messages in them are masked, unless the server was started with',
  },
};

export type Words = typeof en;

const vi: Words = {
  title: 'Phòng thí nghiệm Chatbox',
  language: 'Ngôn ngữ',
  theme: { auto: 'Giao diện: theo hệ thống', light: 'Giao diện: sáng', dark: 'Giao diện: tối' },
  largeType: 'Chữ lớn',
  live: 'Trực tiếp',
  paused: 'Tạm dừng',
  slow: 'Quay chậm',
  replay: 'Bản ghi',
  away: 'Bộ quan sát không trả lời. Sẽ tự thử lại sau giây lát.',
  noChat: 'Bộ quan sát không biết địa chỉ của máy chủ chat nên không tạo được máy khách.',
  skipped: (count) => `bỏ qua ${count} sự kiện`,
  badFile: 'Tệp này không phải là bản ghi.',
  time: {
    label: 'Thời gian',
    pause: 'Tạm dừng hình',
    go: 'Tiếp tục',
    live: 'Về trực tiếp',
    back: 'Lùi một bước',
    forward: 'Tiến một bước',
    place: 'Vị trí trong bản ghi',
    pace: 'Tốc độ',
    paces: { 0: 'như thật', 1: '1 bước/giây', 2: '2 bước/giây', 5: '5 bước/giây' },
    export: 'Xuất',
    import: 'Nhập',
  },
  enlarge: 'Phóng to',
  shrink: 'Thu nhỏ',
  tree: {
    title: 'Các actor',
    search: 'Tìm theo tên hoặc trạng thái',
    more: (count) => `và ${count} actor nữa: hãy tìm`,
    fold: (name) => `Bên trong ${name}`,
  },
  chart: {
    title: 'Sơ đồ trạng thái',
    none: 'Actor này không phải máy trạng thái nên không có sơ đồ.',
    unknown: 'Hãy chọn một actor.',
    zoomIn: 'To hơn',
    zoomOut: 'Nhỏ hơn',
    fit: 'Vừa khung',
    state: 'Trạng thái',
    event: 'Sự kiện cuối',
  },
  sequence: { title: 'Trình tự', others: 'khác', empty: 'Chưa có gì xảy ra.' },
  wire: {
    title: 'Nhật ký đường truyền',
    empty: 'Khung tin của các máy khách trong trang này sẽ hiện ở đây.',
    out: 'gửi tới máy chủ',
    in: 'từ máy chủ',
    close: 'Đóng quy tắc',
  },
  clients: {
    title: 'Máy khách',
    add: 'Thêm máy khách',
    none: 'Mỗi máy khách là một WebSocket thật tới máy chủ. Hãy thêm một máy khách rồi xem kết nối của nó.',
    remove: 'Bỏ',
    kill: 'Đóng',
    nickname: 'Biệt danh',
    content: 'Tin nhắn',
    free: 'Khung tin tuỳ ý',
    send: 'Gửi khung tin',
    broken: 'Yêu cầu hỏng',
    status: { connecting: 'đang kết nối', open: 'đang mở', closed: 'đã đóng', removed: 'đã bỏ' },
    unmatched: 'chưa rõ kết nối nào',
    mistakes: {
      notJson: 'không phải JSON',
      unknown: 'lệnh lạ',
      noKey: 'thiếu khoá',
      wrongForm: 'sai dạng',
      tooLong: 'quá dài',
    },
  },
  faults: {
    title: 'Sự cố',
    run: 'Chạy',
    running: 'Đang chạy…',
    about: 'Mỗi sự cố tự mở máy khách của nó, và đóng lại khi xong.',
    result: { waiting: 'chưa', met: 'đúng vậy', failed: 'không đúng' },
    missing:
      'Không có ở đây: kết nối nửa mở và đĩa đầy cần máy chủ hỗ trợ; trình duyệt không thể ngừng đọc WebSocket nên không có máy đọc chậm.',
    claims: {
      name: 'Hai người giành một tên',
      about: 'Hai máy khách xin cùng một biệt danh trong cùng một lúc.',
      checks: [
        'Cả hai đều được trả lời (P-REQ-7)',
        'Đúng một máy được tên (P-NAME-5)',
        'Máy kia nhận NameAlreadyUsed',
      ],
    },
    flood: {
      name: 'Gửi dồn dập',
      about: 'Một máy khách gửi 500 yêu cầu không chờ trả lời; trong lúc đó máy khác muốn vào.',
      checks: [
        'Mỗi yêu cầu có đúng một trả lời (P-REQ-7)',
        'Trả lời theo đúng thứ tự yêu cầu',
        'Không ai bị đóng kết nối',
        'Máy kia vẫn được trả lời trong lúc đó',
      ],
    },
    kill: {
      name: 'Đóng khi đang gửi',
      about:
        'Một máy khách gửi tin rồi đóng ngay lập tức. (Trang web chỉ đóng được chứ không cắt ngang được đường truyền.)',
      checks: [
        'Những người khác thấy nó rời đi đúng một lần (P-EVT-2)',
        'Tin của nó hiện trước khi rời đi, hoặc không hiện',
        'Biệt danh của nó được dùng lại ngay (P-NAME-2)',
      ],
    },
  },
  keys: 'Phím: Space tạm dừng · ← → từng bước · + − 0 thu phóng · N máy khách mới · / tìm',
  stately: {
    title: 'Bộ quan sát Stately',
    link: 'Bộ quan sát Stately (cần internet)',
    status: { connecting: 'Đang kết nối', live: 'Trực tiếp', away: 'Gián đoạn', offline: 'Không trả lời' },
    waiting: 'Đang kết nối tới bộ quan sát của Stately, một trang của stately.ai…',
    offline:
      'Bộ quan sát của Stately không trả lời. Đó là một trang của stately.ai nên cần internet; phòng thí nghiệm thì không cần.',
    away: 'Bộ quan sát của máy chủ chat không trả lời. Sẽ tự thử lại sau giây lát.',
    retry: 'Thử lại',
    back: 'Về phòng thí nghiệm',
    note: 'Ở đây các sự kiện được chuyển cho một trang của bên khác, stately.ai, ngay trong trình duyệt này. Biệt danh và tin nhắn trong đó được che, trừ khi máy chủ khởi động với',
  },
};

export const dictionaries: Record<Language, Words> = { en, vi };
