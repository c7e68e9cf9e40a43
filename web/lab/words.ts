/** All texts of the lab, in each language. */
import type { Language } from '../chat/words.ts';
import type { FaultName, Outcome } from './fault.ts';
import type { Trouble } from './link.ts';
import type { ClientStatus } from './picture.ts';

type Fault = { name: string; about: string; checks: string[] };

const en = {
  title: 'Chatbox Lab',
  largeType: 'Large type',
  live: 'Live',
  paused: 'Paused',
  slow: 'Slow motion',
  replay: 'Recording',
  cut: 'Interrupted',
  trouble: {
    away: 'The inspector does not answer. Trying again in a moment.',
    full: 'The inspector is being watched by as many pages as it allows. Close another lab, and this page connects by itself.',
    restarted:
      'The server was restarted and has a new token, so this page no longer gets anything. Open the address that the server printed after “inspector on”.',
  } satisfies Record<Trouble, string>,
  diskFull:
    'A lab has filled the disk. The server has only one, so until that lab frees it, for half a minute at most, all messages are refused, including yours.',
  noChat: 'The inspector does not know the address of the chat, so you cannot add clients.',
  skipped: (events: number, frames: number) =>
    [events > 0 ? `${events} events` : [], frames > 0 ? `${frames} frames` : []].flat().join(', ') +
    ' skipped',
  dropped: (entries: number) => `the oldest ${entries} entries are no longer kept`,
  badFile: 'This file is not a recording.',
  newest: 'Newest',
  time: {
    label: 'Time',
    pause: 'Pause the view',
    go: 'Continue',
    live: 'Back to live',
    back: 'Step back',
    forward: 'Step forward',
    backOfChosen: 'Previous event of this actor',
    forwardOfChosen: 'Next event of this actor',
    pings: 'pings',
    showPings: 'Show what the heartbeat does: in the steps, the sequence and the wire log',
    goTo: 'Go to this moment',
    place: 'Position in the recording',
    pace: 'Speed',
    paces: { 0: 'real time', 1: '1 step/s', 2: '2 steps/s', 5: '5 steps/s' } as Record<number, string>,
    export: 'Export',
    import: 'Import',
  },
  enlarge: 'Enlarge',
  shrink: 'Shrink',
  /** Beside the state of a connection. */
  notes: { underWay: (count: number) => `${count} under way`, waiting: 'waiting' },
  tree: {
    title: 'Actors',
    search: 'Search by name or state',
    placeholder: 'Search',
    more: (count: number) => `and ${count} more: use the search`,
    fold: (name: string) => `Actors in ${name}`,
  },
  chart: {
    title: 'Statechart',
    none: 'This actor is not a state machine, so it has no chart. Its parent in the tree may have one. Its code is in src/actors/.',
    /** About actors that are not state machines, by name. */
    plain: {
      mailbox:
        'Not a state machine: it collects what the connections ask for in one turn of the event loop, and passes it to the room as one event, changes. The sequence shows it at work. Its code is in src/actors/room.ts.',
      ledger:
        'Not a state machine: it commits the room’s changes, one commit at a time, nicknames in memory and messages on disk. It tells the room what has happened (stretch) and answers committed or broken. The sequence shows it at work. Its code is in src/actors/room.ts, and the code that writes in src/ledger/.',
      connections:
        'Not a state machine: it is the parent of c1, c2, …, and when one of them fails, it closes only that one. Select one of them in the tree to see its chart. Its own code is in src/actors/system.ts.',
      beat: 'Not a state machine: it is a single beat, which pings every connection and disconnects those that have not answered the previous ping. Select heartbeat in the tree to see when it runs. Its code is in src/actors/heartbeat.ts.',
    },
    unknown: 'Select an actor.',
    whose: 'Show the chart of',
    selected: 'the selected actor',
    /** About the machine of the client library. */
    client:
      'The machine of the client library, which the chat page uses. It runs at the other end of a connection, so no actor of the server is in these states. Its code is in src/client/machine.ts.',
    zoomIn: 'Larger',
    zoomOut: 'Smaller',
    fit: 'Fit',
    state: 'State',
    event: 'Last event',
    legend: 'Arrows: event [guard] / action',
    taken: 'Transition',
  },
  sequence: {
    title: 'Sequence',
    others: 'others',
    empty: 'Nothing has happened yet.',
    told: (label: string, count: number) => `${label}, to ${count} peers`,
  },
  wire: {
    title: 'Wire log',
    empty: 'No frames have been sent yet.',
    whose: 'Show the frames of',
    all: 'everybody',
    own: 'the page’s clients',
    chosen: 'the selected connection',
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
    resume: 'Ask for a secret with which the nickname can be taken back after a break (P-RES-1)',
    three: 'Send three at once',
    drop: 'Drop',
    dropping: 'Drop the connection, as a browser does when a page is reloaded',
    comeBack: 'Come back',
    nickname: 'Nickname',
    content: 'Message',
    free: 'Any frame',
    send: 'Send the frame',
    broken: 'Invalid requests',
    status: { connecting: 'connecting', open: 'open', closed: 'closed', removed: 'removed' } as Record<
      ClientStatus,
      string
    >,
    unmatched: 'connection unknown',
    later: 'not in this view yet',
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
      'Each fault opens its own clients and closes them at the end. Everybody in the chat sees what they do.',
    remains: (author: string, content: string) =>
      `The message “${content}” by “${author} …” stays in the history of the chat.`,
    result: { waiting: 'pending', met: 'passed', failed: 'failed' },
    outcome: { tooSlow: 'This time: 1013.', missedPing: 'This time: the heartbeat.' } satisfies Record<
      Outcome,
      string
    >,
    /** About a fault that takes three beats. */
    lasts: (seconds: number) => `Here that is ${seconds} s.`,
    claims: {
      name: 'Two claims at once',
      about: 'Two clients ask for the same nickname at the same moment.',
      checks: [
        'Both are answered (P-REQ-7)',
        'Exactly one gets the nickname (P-NAME-5)',
        'The other gets NameAlreadyUsed',
      ],
    },
    flood: {
      name: 'Flood',
      about: 'One client sends 500 requests without waiting; meanwhile another one registers.',
      checks: [
        'Each request gets exactly one reply (P-REQ-7)',
        'The replies come in the order of the requests',
        'Nobody is disconnected for it',
        'The other client is answered meanwhile',
      ],
    },
    halfOpen: {
      name: 'Half-open peer',
      about:
        'A peer registers and falls silent: it reads nothing and answers no ping, as if its cable had been cut. Takes up to three beats.',
      checks: [
        'While it is silent, it keeps its nickname: NameAlreadyUsed (P-NAME-2)',
        'The others see it leave once, within two intervals (P-EVT-4)',
        'Then its nickname is free again (P-EVT-2)',
        'Meanwhile the others are answered',
      ],
    },
    slow: {
      name: 'Slow reader',
      about:
        'A peer reads a little at a time, while others change their nicknames thousands of times. (Changes are not stored on disk.)',
      checks: [
        'Meanwhile the others are answered',
        'It is closed with 1013, too slow, or disconnected by the heartbeat (P-EVT-4), whichever comes first',
        'The others see it leave once (P-EVT-2)',
      ],
    },
    disk: {
      name: 'Full disk',
      about: 'For a moment the disk is full, for everybody who sends; then there is space again.',
      checks: [
        'A send is answered with ErrorWhenSend, ENOSPC (P-SEND-3)',
        'Nobody sees the message, and it is in no history',
        'Nicknames and histories still work',
        'Once there is space again, sending works without a restart',
      ],
    },
    kill: {
      name: 'Cut mid-send',
      about: 'A peer sends one message and half of another; then its TCP connection is reset.',
      checks: [
        'The others see it leave exactly once (P-EVT-2)',
        'The first message is seen before the leave, or not at all',
        'The half message is never seen',
        'Its nickname is free at once (P-NAME-2)',
      ],
    },
    comeBack: {
      name: 'Cut and come back',
      about:
        'A peer registers and asks for a secret; then its TCP connection is reset. A second later it comes back on another connection and offers the secret.',
      checks: [
        'While it is away, its connection waits in registered.lost and keeps the nickname: NameAlreadyUsed (P-RES-3)',
        'The new connection takes the nickname over, and the old one ends (P-RES-2)',
        'The others see it neither leave nor register (P-RES-2)',
        'It keeps its place among those online (P-RES-2)',
      ],
    },
  } satisfies Record<FaultName, Fault> & Record<string, unknown>,
  keys: 'Keys: Space pause · ← → step · Shift ← → step of the actor · P pings · + − 0 zoom · N new client · / search',
  glossary: {
    title: 'Glossary',
    close: 'Close the glossary',
  },
  stately: {
    title: 'Stately inspector',
    link: 'Stately inspector (needs internet)',
    status: {
      connecting: 'Connecting',
      live: 'Live',
      away: 'Interrupted',
      full: 'Interrupted',
      restarted: 'Interrupted',
      offline: 'No answer',
    },
    waiting: 'Connecting to the hosted Stately inspector, a page of stately.ai…',
    offline:
      'The hosted Stately inspector does not answer. It is a page of stately.ai and needs internet; the lab works without it.',
    retry: 'Try again',
    back: 'Back to the lab',
    /** The flag follows. */
    note: 'On this page your browser passes the events on to another site, stately.ai. Nicknames and messages in them are masked unless the server was started with',
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
  cut: 'Gián đoạn',
  trouble: {
    away: 'Trình quan sát không trả lời. Sẽ tự thử lại sau giây lát.',
    full: 'Số trang đang xem trình quan sát đã tới mức tối đa. Hãy đóng một trang phòng thí nghiệm khác, trang này sẽ tự kết nối.',
    restarted:
      'Máy chủ đã khởi động lại và có mã truy cập mới nên trang này không nhận được gì nữa. Hãy mở địa chỉ mà máy chủ in ra sau “inspector on”.',
  },
  diskFull:
    'Một trang phòng thí nghiệm đã làm đầy đĩa. Máy chủ chỉ có một đĩa, nên cho tới khi trang ấy giải phóng đĩa, lâu nhất là nửa phút, mọi tin nhắn đều bị từ chối, kể cả của bạn.',
  noChat: 'Trình quan sát không biết địa chỉ của phòng chat nên không thêm được máy khách.',
  skipped: (events, frames) =>
    `bỏ qua ${[events > 0 ? `${events} sự kiện` : [], frames > 0 ? `${frames} khung tin` : []].flat().join(', ')}`,
  dropped: (entries) => `${entries} mục cũ nhất không còn được giữ`,
  badFile: 'Tệp này không phải là bản ghi.',
  newest: 'Mới nhất',
  time: {
    label: 'Thời gian',
    pause: 'Tạm dừng hình',
    go: 'Tiếp tục',
    live: 'Về trực tiếp',
    back: 'Lùi một bước',
    forward: 'Tiến một bước',
    backOfChosen: 'Sự kiện trước của actor này',
    forwardOfChosen: 'Sự kiện sau của actor này',
    pings: 'ping',
    showPings: 'Hiện cả những gì nhịp tim làm: khi đi từng bước, trong trình tự và nhật ký đường truyền',
    goTo: 'Tới thời điểm này',
    place: 'Vị trí trong bản ghi',
    pace: 'Tốc độ',
    paces: { 0: 'thời gian thực', 1: '1 bước/giây', 2: '2 bước/giây', 5: '5 bước/giây' },
    export: 'Xuất',
    import: 'Nhập',
  },
  enlarge: 'Phóng to',
  shrink: 'Thu nhỏ',
  notes: { underWay: (count) => `${count} đang xử lý`, waiting: 'đang chờ' },
  tree: {
    title: 'Các actor',
    search: 'Tìm theo tên hoặc trạng thái',
    placeholder: 'Tìm',
    more: (count) => `và ${count} actor nữa: hãy dùng ô tìm`,
    fold: (name) => `Các actor trong ${name}`,
  },
  chart: {
    title: 'Sơ đồ trạng thái',
    none: 'Actor này không phải máy trạng thái nên không có sơ đồ. Actor cha của nó trong cây có thể có; mã nguồn nằm trong src/actors/.',
    plain: {
      mailbox:
        'Không phải máy trạng thái: nó gom những gì các kết nối yêu cầu trong một lượt của vòng lặp sự kiện, rồi giao cho phòng thành một sự kiện, changes. Khung trình tự cho thấy nó làm việc. Mã nguồn ở src/actors/room.ts.',
      ledger:
        'Không phải máy trạng thái: nó ghi các thay đổi của phòng, mỗi lần một lô, biệt danh vào bộ nhớ và tin nhắn xuống đĩa. Nó báo cho phòng những gì đã xảy ra (stretch) rồi trả lời committed hoặc broken. Khung trình tự cho thấy nó làm việc. Mã nguồn ở src/actors/room.ts, còn phần ghi đĩa ở src/ledger/.',
      connections:
        'Không phải máy trạng thái: nó là cha của c1, c2, …, và khi một kết nối gặp lỗi thì nó chỉ đóng kết nối ấy. Hãy chọn một kết nối trong cây để xem sơ đồ. Mã nguồn của chính nó ở src/actors/system.ts.',
      beat: 'Không phải máy trạng thái: nó là một nhịp, ping mọi kết nối và ngắt những kết nối chưa trả lời ping trước đó. Hãy chọn heartbeat trong cây để xem khi nào nó chạy. Mã nguồn ở src/actors/heartbeat.ts.',
    },
    unknown: 'Hãy chọn một actor.',
    whose: 'Hiện sơ đồ của',
    selected: 'actor đang chọn',
    client:
      'Máy của thư viện client mà trang chat dùng. Nó chạy ở đầu kia của kết nối nên không actor nào của máy chủ ở trong các trạng thái này. Mã nguồn ở src/client/machine.ts.',
    zoomIn: 'To hơn',
    zoomOut: 'Nhỏ hơn',
    fit: 'Vừa khung',
    state: 'Trạng thái',
    event: 'Sự kiện cuối',
    legend: 'Mũi tên: sự kiện [điều kiện] / hành động',
    taken: 'Bước chuyển',
  },
  sequence: {
    title: 'Trình tự',
    others: 'khác',
    empty: 'Chưa có gì xảy ra.',
    told: (label, count) => `${label}, tới ${count} máy`,
  },
  wire: {
    title: 'Nhật ký đường truyền',
    empty: 'Chưa có khung tin nào được gửi.',
    whose: 'Hiện khung tin của',
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
    resume: 'Xin một mã bí mật để lấy lại biệt danh sau khi mất kết nối (P-RES-1)',
    three: 'Gửi ba tin cùng lúc',
    drop: 'Làm đứt',
    dropping: 'Làm đứt kết nối, như trình duyệt làm khi tải lại trang',
    comeBack: 'Trở lại',
    nickname: 'Biệt danh',
    content: 'Tin nhắn',
    free: 'Khung tin tuỳ ý',
    send: 'Gửi khung tin',
    broken: 'Yêu cầu sai',
    status: { connecting: 'đang kết nối', open: 'đang mở', closed: 'đã đóng', removed: 'đã bỏ' },
    unmatched: 'chưa rõ kết nối',
    later: 'chưa có trong hình này',
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
      'Mỗi sự cố mở máy khách riêng của nó và đóng lại khi xong. Mọi người trong phòng chat đều thấy chúng làm gì.',
    remains: (author, content) => `Tin “${content}” của “${author} …” sẽ nằm lại trong lịch sử phòng chat.`,
    result: { waiting: 'chưa có kết quả', met: 'đạt', failed: 'không đạt' },
    outcome: { tooSlow: 'Lần này: mã 1013.', missedPing: 'Lần này: nhịp tim.' },
    lasts: (seconds) => `Ở đây là ${seconds} giây.`,
    claims: {
      name: 'Hai người giành một tên',
      about: 'Hai máy khách xin cùng một biệt danh vào cùng một lúc.',
      checks: [
        'Cả hai đều được trả lời (P-REQ-7)',
        'Đúng một máy được biệt danh ấy (P-NAME-5)',
        'Máy kia nhận NameAlreadyUsed',
      ],
    },
    flood: {
      name: 'Gửi dồn dập',
      about: 'Một máy khách gửi 500 yêu cầu không chờ trả lời; trong lúc đó một máy khác đăng ký.',
      checks: [
        'Mỗi yêu cầu có đúng một trả lời (P-REQ-7)',
        'Các trả lời tới theo đúng thứ tự của yêu cầu',
        'Không ai bị ngắt kết nối vì việc ấy',
        'Máy kia vẫn được trả lời trong lúc đó',
      ],
    },
    halfOpen: {
      name: 'Kết nối nửa mở',
      about:
        'Một máy đăng ký rồi im bặt: không đọc gì, không trả lời ping nào, như thể dây mạng bị cắt. Mất tối đa ba nhịp.',
      checks: [
        'Trong lúc im lặng nó vẫn giữ biệt danh: NameAlreadyUsed (P-NAME-2)',
        'Những người khác thấy nó rời đi một lần, trong vòng hai khoảng ping (P-EVT-4)',
        'Sau đó biệt danh của nó lại trống (P-EVT-2)',
        'Suốt lúc đó những người khác vẫn được trả lời',
      ],
    },
    slow: {
      name: 'Máy đọc chậm',
      about:
        'Một máy đọc từng chút một, trong khi những máy khác đổi biệt danh hàng nghìn lần. (Việc đổi tên không được lưu xuống đĩa.)',
      checks: [
        'Suốt lúc đó những người khác vẫn được trả lời',
        'Nó bị đóng với mã 1013, quá chậm, hoặc bị nhịp tim ngắt (P-EVT-4), tuỳ cái nào tới trước',
        'Những người khác thấy nó rời đi một lần (P-EVT-2)',
      ],
    },
    disk: {
      name: 'Đĩa đầy',
      about: 'Trong chốc lát đĩa đầy, đối với tất cả những ai gửi tin; sau đó lại có chỗ.',
      checks: [
        'send được trả lời ErrorWhenSend, ENOSPC (P-SEND-3)',
        'Không ai thấy tin ấy, lịch sử cũng không có nó',
        'Biệt danh và lịch sử vẫn hoạt động',
        'Khi lại có chỗ thì gửi được mà không cần khởi động lại',
      ],
    },
    kill: {
      name: 'Cắt ngang khi đang gửi',
      about: 'Một máy gửi trọn một tin và nửa tin nữa, rồi kết nối TCP của nó bị reset.',
      checks: [
        'Những người khác thấy nó rời đi đúng một lần (P-EVT-2)',
        'Tin đầu hiện trước khi nó rời đi, hoặc không hiện',
        'Nửa tin kia không bao giờ hiện',
        'Biệt danh của nó dùng lại được ngay (P-NAME-2)',
      ],
    },
    comeBack: {
      name: 'Bị cắt rồi trở lại',
      about:
        'Một máy đăng ký và xin một mã bí mật, rồi kết nối TCP của nó bị reset. Một giây sau nó trở lại bằng một kết nối mới và đưa ra mã ấy.',
      checks: [
        'Lúc vắng mặt, kết nối của nó chờ ở registered.lost và vẫn giữ biệt danh: NameAlreadyUsed (P-RES-3)',
        'Kết nối mới nhận lại biệt danh, kết nối cũ kết thúc (P-RES-2)',
        'Những người khác không thấy nó rời đi, cũng không thấy nó đăng ký (P-RES-2)',
        'Nó giữ nguyên chỗ trong danh sách người đang có mặt (P-RES-2)',
      ],
    },
  },
  keys: 'Phím: Space tạm dừng · ← → từng bước · Shift ← → từng bước của actor · P ping · + − 0 thu phóng · N máy khách mới · / tìm',
  glossary: {
    title: 'Thuật ngữ',
    close: 'Đóng bảng thuật ngữ',
  },
  stately: {
    title: 'Trình quan sát Stately',
    link: 'Trình quan sát Stately (cần internet)',
    status: {
      connecting: 'Đang kết nối',
      live: 'Trực tiếp',
      away: 'Gián đoạn',
      full: 'Gián đoạn',
      restarted: 'Gián đoạn',
      offline: 'Không trả lời',
    },
    waiting: 'Đang kết nối tới trình quan sát của Stately, một trang của stately.ai…',
    offline:
      'Trình quan sát của Stately không trả lời. Đó là một trang của stately.ai nên cần internet; phòng thí nghiệm thì không cần.',
    retry: 'Thử lại',
    back: 'Về phòng thí nghiệm',
    note: 'Ở trang này, trình duyệt của bạn chuyển các sự kiện cho một trang của bên khác, stately.ai. Biệt danh và tin nhắn trong đó được che, trừ khi máy chủ khởi động với',
  },
};

export const dictionaries: Record<Language, Words> = { en, vi };
