/** The texts of the lab in Vietnamese. */
import type { Words } from './en.ts';

export const vi: Words = {
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
    speeds: { 0.25: '¼ tốc độ gốc', 1: 'tốc độ gốc', 4: '4× tốc độ gốc' },
    import: 'Nhập',
  },
  enlarge: 'Phóng to',
  shrink: 'Thu nhỏ',
  notes: { underWay: (count) => `${count} đang gửi`, waiting: 'đang chờ' },
  process: {
    which: (pid, host) => `Tiến trình ${pid}, ${host}`,
    node: (node) => (node === undefined ? 'không ở trong phòng' : `trong phòng với tên ${node}`),
  },
  online: {
    title: (count, elsewhere) => `Đang có mặt: ${count}, trong đó ${elsewhere} ở nơi khác`,
    elsewhere: 'ở nơi khác',
    more: (count) => `và ${count} người nữa`,
  },
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
        'Không phải máy trạng thái: nó ghi các thay đổi của phòng, mỗi lần một lô, biệt danh vào bộ nhớ và tin nhắn xuống đĩa, hoặc tất cả vào Redis nếu Redis giữ phòng; khi ấy redis trong cây có sơ đồ. Nó báo cho phòng những gì đã xảy ra (stretch) rồi trả lời committed hoặc broken. Khung trình tự cho thấy nó làm việc. Mã nguồn ở src/actors/room.ts, còn phần ghi đĩa ở src/ledger/.',
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
    label: (label) => label.replaceAll(' elsewhere', ' ở nơi khác'),
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
    expected: 'Đáng lẽ phải nhận được:',
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
    after: (seconds) => `Lần này: sau ${seconds.toFixed(1).replace('.', ',')} giây.`,
    hindrance: {
      inRedis: 'Ở đây không làm được: Redis giữ phòng nên không có gì được ghi xuống đĩa này.',
      inFile:
        'Ở đây không làm được: phòng lưu trong tệp chỉ có một tiến trình, khi nó treo thì không ai chạy tiếp. Hãy khởi động máy chủ với --ledger redis://…',
      windows: 'Ở đây không làm được: Windows không dừng được một tiến trình.',
      init: 'Ở đây không làm được: tiến trình đầu tiên của một container không tự dừng được. Hãy chạy container với một tiến trình init (docker run --init).',
    },
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
    moderator: {
      name: 'Người điều hành ra tay',
      about:
        'Một bên bị cấm nói mà vẫn thử gửi một tin. Rồi nó được nói lại và gửi một tin khác. Sau đó nó bị mời ra khỏi phòng.',
      checks: [
        'Khi bị cấm nói, kết nối của nó ở registered.muted, và send được trả lời ErrorWhenSend (P-MOD-3)',
        'Không ai thấy tin ấy',
        'Khi được nói lại, mọi người thấy điều nó nói',
        'Khi nó bị mời ra, kết nối của nó bị đóng với mã 4001',
        'Những người khác thấy nó rời đi đúng một lần (P-EVT-2)',
      ],
    },
    hang: {
      name: 'Tiến trình này treo',
      about:
        'Tiến trình máy chủ này bị dừng lại (SIGSTOP), cùng với mọi người đang nối với nó và cả trang này. Một tiến trình khác vào phòng làm nhân chứng, thấy những gì mọi tiến trình còn lại thấy, rồi đánh thức nó. Trong lúc nó đứng yên, phòng thí nghiệm của một máy chủ thứ hai vẫn cho xem phòng chat. Kéo dài bằng thời hạn (lease) của nó cộng hai giây.',
      checks: [
        'Những người khác thấy một thành viên của tiến trình này rời đi đúng một lần (P-EVT-2)',
        'Họ thấy điều ấy khi thời hạn hết, xê dịch không quá một giây',
        'Điều nó nói trong lúc ấy không được trả lời và không có trong lịch sử; kết nối của nó bị đóng với mã 1012',
        'Sổ lưu bị gạt ra (fenced), rồi lại sẵn sàng (ready) với một chỗ mới trong phòng',
        'Biệt danh lại trống (P-NAME-2)',
      ],
    },
  },
  keys: 'Phím: Space tạm dừng · ← → từng bước · Shift ← → từng bước của actor · P ping · C cả lớp · + − 0 thu phóng · N máy khách mới · / tìm',
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
