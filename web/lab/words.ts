/** All that the lab says, in each language. */
import type { Language } from '../chat/words.ts';
import type { FaultName, Outcome } from './fault.ts';
import type { ClientStatus } from './picture.ts';

type Fault = { name: string; about: string; checks: string[] };

const en = {
  title: 'Chatbox Lab',
  largeType: 'Large type',
  live: 'Live',
  paused: 'Paused',
  slow: 'Slow motion',
  replay: 'Recording',
  away: 'The inspector does not answer. It will be tried again in a moment.',
  noChat: 'The inspector does not know where the chat is, so there are no clients.',
  skipped: (events: number, frames: number) =>
    [events > 0 ? `${events} events` : [], frames > 0 ? `${frames} frames` : []].flat().join(', ') +
    ' skipped',
  badFile: 'This file is not a recording.',
  newest: 'Newest',
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
    placeholder: 'Search',
    more: (count: number) => `and ${count} more: search for them`,
    fold: (name: string) => `What ${name} contains`,
  },
  chart: {
    title: 'Statechart',
    none: 'This actor is no state machine, so it has no chart. Its parent in the tree may have one; its code is in src/actors/.',
    /** Of actors that are no state machines, by their names. */
    plain: {
      mailbox:
        'No state machine: it gathers what the connections ask for in one turn of the event loop, and hands it to the room as one event, acts. The sequence shows it at work; its code is in src/actors/room.ts.',
      ledger:
        'No state machine: it commits the room’s batches one at a time, nicknames in memory and messages on disk, and answers committed or broken. The sequence shows it at work; its code is in src/actors/room.ts, and the writing in src/ledger/.',
      connections:
        'No state machine: it is the parent of c1, c2, …, and when one of them breaks it closes that one alone. Choose one of them in the tree to see its chart; its own code is in src/actors/system.ts.',
      beat: 'No state machine: it is a single beat, which pings every connection and cuts off those who have not answered the last one. Choose heartbeat in the tree to see when it comes; its code is in src/actors/heartbeat.ts.',
    },
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
    empty: 'Nothing has gone over the wire yet.',
    whose: 'Whose frames',
    all: 'everybody',
    own: 'the page’s clients',
    chosen: 'the chosen one',
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
    running: (seconds: number) => `Running ${seconds} s`,
    about:
      'Each one opens clients of its own, and closes them in the end. Everybody in the chat sees what they do.',
    result: { waiting: 'not yet', met: 'so it was', failed: 'it was not so' },
    outcome: { tooSlow: 'This time: 1013.', missedPing: 'This time: the heartbeat.' } satisfies Record<
      Outcome,
      string
    >,
    /** Of what takes three beats. */
    lasts: (seconds: number) => `Here that is ${seconds} s.`,
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
    halfOpen: {
      name: 'Half-open peer',
      about:
        'A peer registers and falls silent: it reads nothing and answers no ping, as if its cable were cut. Takes up to three beats.',
      checks: [
        'Until then it holds its nickname: NameAlreadyUsed (P-NAME-2)',
        'The others see it leave once, within two intervals (P-EVT-4)',
        'Its nickname is free again (P-EVT-2)',
        'The others are answered all the while',
      ],
    },
    slow: {
      name: 'Slow reader',
      about:
        'A peer reads a little at a time, while others change their nicknames thousands of times. (Changes leave nothing on the disk.)',
      checks: [
        'Others are answered all the while',
        'It is closed with 1013, too slow; or cut off by the heartbeat (P-EVT-4), if that comes first',
        'The others see it leave once (P-EVT-2)',
      ],
    },
    disk: {
      name: 'Full disk',
      about: 'The disk is full for a moment, for everybody who sends; then there is room again.',
      checks: [
        'A send is answered ErrorWhenSend, ENOSPC (P-SEND-3)',
        'Nobody sees it, and no history holds it',
        'Nicknames and histories go on',
        'With room again it works, without a restart',
      ],
    },
    kill: {
      name: 'Cut mid-send',
      about: 'A peer sends one message and half of another, and its TCP connection is reset.',
      checks: [
        'The others see it leave exactly once (P-EVT-2)',
        'The first message is seen before the leave, or not at all',
        'The half one is never seen',
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
  largeType: 'Chữ lớn',
  live: 'Trực tiếp',
  paused: 'Tạm dừng',
  slow: 'Quay chậm',
  replay: 'Bản ghi',
  away: 'Bộ quan sát không trả lời. Sẽ tự thử lại sau giây lát.',
  noChat: 'Bộ quan sát không biết địa chỉ của máy chủ chat nên không tạo được máy khách.',
  skipped: (events, frames) =>
    `bỏ qua ${[events > 0 ? `${events} sự kiện` : [], frames > 0 ? `${frames} khung tin` : []].flat().join(', ')}`,
  badFile: 'Tệp này không phải là bản ghi.',
  newest: 'Mới nhất',
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
    placeholder: 'Tìm',
    more: (count) => `và ${count} actor nữa: hãy tìm`,
    fold: (name) => `Bên trong ${name}`,
  },
  chart: {
    title: 'Sơ đồ trạng thái',
    none: 'Actor này không phải máy trạng thái nên không có sơ đồ. Actor cha của nó trong cây có thể có; mã nguồn nằm trong src/actors/.',
    plain: {
      mailbox:
        'Không phải máy trạng thái: nó gom những gì các kết nối yêu cầu trong một lượt của vòng lặp sự kiện, rồi giao cho phòng thành một sự kiện, acts. Khung trình tự cho thấy nó làm việc; mã nguồn ở src/actors/room.ts.',
      ledger:
        'Không phải máy trạng thái: nó ghi từng lô việc của phòng, biệt danh vào bộ nhớ và tin nhắn xuống đĩa, rồi trả lời committed hoặc broken. Khung trình tự cho thấy nó làm việc; mã nguồn ở src/actors/room.ts, còn việc ghi ở src/ledger/.',
      connections:
        'Không phải máy trạng thái: nó là cha của c1, c2, …, và khi một kết nối gặp lỗi thì nó chỉ đóng riêng kết nối ấy. Hãy chọn một kết nối trong cây để xem sơ đồ; mã nguồn của chính nó ở src/actors/system.ts.',
      beat: 'Không phải máy trạng thái: nó là một nhịp, ping mọi kết nối và ngắt những ai chưa trả lời lần trước. Hãy chọn heartbeat trong cây để xem khi nào nó đến; mã nguồn ở src/actors/heartbeat.ts.',
    },
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
    empty: 'Chưa có gì đi qua đường truyền.',
    whose: 'Khung tin của ai',
    all: 'mọi người',
    own: 'máy khách của trang',
    chosen: 'kết nối đang chọn',
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
    running: (seconds) => `Đang chạy ${seconds} s`,
    about:
      'Mỗi sự cố tự mở máy khách của nó, và đóng lại khi xong. Mọi người trong phòng chat đều thấy việc chúng làm.',
    result: { waiting: 'chưa', met: 'đúng vậy', failed: 'không đúng' },
    outcome: { tooSlow: 'Lần này: mã 1013.', missedPing: 'Lần này: nhịp tim.' },
    lasts: (seconds) => `Ở đây là ${seconds} giây.`,
    claims: {
      name: 'Hai người giành một tên',
      about: 'Hai máy khách xin cùng một biệt danh trong cùng một lúc.',
      checks: [
        'Cả hai đều được trả lời (P-REQ-7)',
        'Đúng một máy nhận được tên (P-NAME-5)',
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
    halfOpen: {
      name: 'Kết nối nửa mở',
      about:
        'Một máy đăng ký rồi im bặt: không đọc gì, không trả lời ping nào, như thể dây mạng bị cắt. Mất tối đa ba nhịp.',
      checks: [
        'Tới lúc đó nó vẫn giữ biệt danh: NameAlreadyUsed (P-NAME-2)',
        'Những người khác thấy nó rời đi một lần, trong hai nhịp (P-EVT-4)',
        'Biệt danh của nó lại dùng được (P-EVT-2)',
        'Suốt lúc đó những người khác vẫn được trả lời',
      ],
    },
    slow: {
      name: 'Máy đọc chậm',
      about:
        'Một máy đọc từng chút một, trong khi những máy khác đổi biệt danh hàng nghìn lần. (Đổi tên không để lại gì trên đĩa.)',
      checks: [
        'Suốt lúc đó những người khác vẫn được trả lời',
        'Nó bị đóng với mã 1013, quá chậm; hoặc bị nhịp tim ngắt (P-EVT-4), nếu nhịp tim tới trước',
        'Những người khác thấy nó rời đi một lần (P-EVT-2)',
      ],
    },
    disk: {
      name: 'Đĩa đầy',
      about: 'Đĩa đầy trong chốc lát, với mọi người đang gửi; sau đó lại có chỗ.',
      checks: [
        'send được trả lời ErrorWhenSend, ENOSPC (P-SEND-3)',
        'Không ai thấy tin đó, lịch sử cũng không có nó',
        'Biệt danh và lịch sử vẫn hoạt động',
        'Có chỗ lại thì gửi được, không cần khởi động lại',
      ],
    },
    kill: {
      name: 'Cắt ngang khi đang gửi',
      about: 'Một máy gửi trọn một tin và nửa tin nữa, rồi kết nối TCP của nó bị đặt lại (reset).',
      checks: [
        'Những người khác thấy nó rời đi đúng một lần (P-EVT-2)',
        'Tin đầu hiện trước khi nó rời đi, hoặc không hiện',
        'Nửa tin kia không bao giờ hiện',
        'Biệt danh của nó dùng lại được ngay (P-NAME-2)',
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
