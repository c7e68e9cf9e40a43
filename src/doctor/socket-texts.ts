/** The findings about the WebSocket. */
import { type Finding, fail, pass, unreachable, type Words, warn } from './finding.ts';

const passOn: Words = {
  en: 'make the proxy pass WebSockets on; in nginx: proxy_http_version 1.1; proxy_set_header Upgrade $http_upgrade; proxy_set_header Connection "upgrade";',
  vi: 'hãy để proxy chuyển tiếp WebSocket; với nginx: proxy_http_version 1.1; proxy_set_header Upgrade $http_upgrade; proxy_set_header Connection "upgrade";',
};

/** The codes that a close has come with, for both languages. */
const codes = (...all: (number | undefined)[]) => all.map((code) => code ?? '-').join(', ');

export const socketTexts = {
  opened: () =>
    pass('upgrade', {
      en: 'the chat page can open a WebSocket (101)',
      vi: 'trang chat mở được WebSocket (101)',
    }),
  ownRefused: (origin: string) =>
    fail(
      'upgrade',
      {
        en: `programs can open a WebSocket, but the page at ${origin} cannot`,
        vi: `chương trình mở được WebSocket, nhưng trang ở ${origin} thì không`,
      },
      {
        en: 'make the proxy pass Host on unchanged (nginx: proxy_set_header Host $http_host;); if you set --origins, list this origin',
        vi: 'hãy để proxy chuyển tiếp nguyên Host (nginx: proxy_set_header Host $http_host;); nếu có đặt --origins, hãy thêm nguồn này',
      },
    ),
  failed: (error: string) =>
    fail(
      'upgrade',
      { en: `cannot open a WebSocket: ${error}`, vi: `không mở được WebSocket: ${error}` },
      { en: 'check the log of the proxy', vi: 'hãy xem nhật ký của proxy' },
    ),
  answeredAsPage: (status: number) =>
    fail(
      'upgrade',
      {
        en: `got a page (${status}) instead of a WebSocket`,
        vi: `thay vì WebSocket lại nhận được một trang (${status})`,
      },
      passOn,
    ),
  led: (status: number) =>
    fail(
      'upgrade',
      { en: `the handshake is redirected (${status})`, vi: `bắt tay bị chuyển hướng (${status})` },
      { en: 'use the address that it redirects to', vi: 'hãy dùng địa chỉ mà nó chuyển sang' },
    ),
  spoilt: (status: number, reason: string) =>
    fail(
      'upgrade',
      {
        en: `the handshake was refused (${status}): ${reason}`,
        vi: `bắt tay bị từ chối (${status}): ${reason}`,
      },
      passOn,
    ),
  noToken: () =>
    fail(
      'upgrade',
      { en: 'the server requires an access token (401)', vi: 'máy chủ đòi mã truy cập (401)' },
      {
        en: 'add it to the address: ?access_token=…',
        vi: 'hãy thêm mã vào địa chỉ: ?access_token=…',
      },
    ),
  wrongToken: () =>
    fail(
      'upgrade',
      {
        en: 'the server does not accept this access token (401)',
        vi: 'máy chủ không nhận mã truy cập này (401)',
      },
      {
        en: 'compare it with the lines of --access-token-file, and check that the proxy passes the query on',
        vi: 'hãy so với các dòng trong --access-token-file, và kiểm tra proxy có chuyển tiếp phần truy vấn',
      },
    ),
  forbidden: (status: number, reason: string) =>
    fail(
      'upgrade',
      {
        en: `the handshake was refused (${status}): ${reason}`,
        vi: `bắt tay bị từ chối (${status}): ${reason}`,
      },
      {
        en: 'list this host in --hosts, and make the proxy pass Host on (nginx: proxy_set_header Host $http_host;)',
        vi: 'hãy thêm tên máy này vào --hosts, và để proxy chuyển tiếp Host (nginx: proxy_set_header Host $http_host;)',
      },
    ),
  notThere: () =>
    fail(
      'upgrade',
      { en: 'no chat at this path (404)', vi: 'không có phòng chat nào ở đường dẫn này (404)' },
      {
        en: 'check the path and the slash at its end',
        vi: 'hãy kiểm tra đường dẫn, cả dấu / ở cuối',
      },
    ),
  full: (status: number) =>
    fail(
      'upgrade',
      {
        en: `the server takes no more connections right now (${status})`,
        vi: `hiện máy chủ không nhận thêm kết nối (${status})`,
      },
      {
        en: 'try again in a minute, or raise --max-connections, --max-per-address or --connect-rate',
        vi: 'hãy thử lại sau một phút; nếu vẫn vậy, tăng --max-connections, --max-per-address hoặc --connect-rate',
      },
    ),
  unreachable: (status: number) => unreachable('upgrade', status),
  refused: (status: number) =>
    fail(
      'upgrade',
      { en: `the handshake was refused (${status})`, vi: `bắt tay bị từ chối (${status})` },
      { en: 'check the rules of the proxy', vi: 'hãy xem lại quy tắc của proxy' },
    ),

  originsKept: () =>
    pass('origin', {
      en: "pages of other sites are refused, the chat's own page is let in",
      vi: 'trang của nơi khác bị từ chối, trang chat thì vào được',
    }),
  anyOrigin: () =>
    warn(
      'origin',
      {
        en: 'the pages of any site may open a WebSocket here',
        vi: 'trang của bất cứ nơi nào cũng mở được WebSocket ở đây',
      },
      {
        en: 'unless you want that, remove the * from --origins, and make the proxy pass Origin on',
        vi: 'nếu không muốn vậy, hãy bỏ * khỏi --origins, và để proxy chuyển tiếp Origin',
      },
    ),
  originUnknown: (fault: string) =>
    warn(
      'origin',
      {
        en: `cannot tell whether the pages of other sites are let in: ${fault}`,
        vi: `không rõ trang của nơi khác có vào được không: ${fault}`,
      },
      { en: 'try again', vi: 'hãy thử lại' },
    ),

  spoken: () =>
    pass('protocol', {
      en: 'the server speaks the protocol of the chat',
      vi: 'máy chủ nói đúng giao thức chat',
    }),
  mute: () =>
    fail(
      'protocol',
      { en: 'a request got no reply', vi: 'yêu cầu không được trả lời' },
      { en: 'is this the address of the chat?', vi: 'đây có đúng là địa chỉ của phòng chat không?' },
    ),
  otherProtocol: (reply: string) =>
    fail(
      'protocol',
      { en: `a request got the reply ${reply}`, vi: `yêu cầu được trả lời bằng ${reply}` },
      { en: 'is this the address of the chat?', vi: 'đây có đúng là địa chỉ của phòng chat không?' },
    ),

  closesRight: () =>
    pass('close', {
      en: 'close codes arrive: 1000 for a goodbye, 1007 for a broken frame',
      vi: 'mã đóng đến nơi: 1000 cho lời tạm biệt, 1007 cho khung hỏng',
    }),
  closesWrong: (...got: [goodbye: number | undefined, offence: number | undefined]) =>
    fail(
      'close',
      {
        en: `close codes are lost: got ${codes(...got)} instead of 1000, 1007`,
        vi: `mã đóng bị mất: nhận được ${codes(...got)} thay vì 1000, 1007`,
      },
      {
        en: 'make the proxy pass WebSocket frames on unchanged: turn off whatever inspects or buffers them',
        vi: 'hãy để proxy chuyển tiếp nguyên vẹn các khung WebSocket: tắt những gì kiểm tra hay giữ chúng lại',
      },
    ),
  notAgain: (check: 'close' | 'idle') =>
    fail(
      check,
      { en: 'cannot open another WebSocket', vi: 'không mở được thêm WebSocket' },
      {
        en: 'check whether the proxy limits connections (nginx: limit_conn)',
        vi: 'hãy xem proxy có giới hạn số kết nối không (nginx: limit_conn)',
      },
    ),

  lived: (seconds: number, interval: number) =>
    pass('idle', {
      en: `a silent connection survived ${seconds.toFixed()} s; the server pings every ${interval.toFixed(1)} s`,
      vi: `kết nối im lặng vẫn còn sau ${seconds.toFixed()} giây; cứ ${interval.toFixed(1)} giây máy chủ ping một lần`,
    }),
  noPings: (seconds: number) =>
    warn(
      'idle',
      {
        en: `a silent connection survived ${seconds.toFixed()} s, but the server hardly pinged it`,
        vi: `kết nối im lặng vẫn còn sau ${seconds.toFixed()} giây, nhưng máy chủ hầu như không ping`,
      },
      {
        en: 'make --ping-interval shorter than every time limit along the way (many are 60 s)',
        vi: 'hãy để --ping-interval ngắn hơn mọi giới hạn thời gian trên đường truyền (thường là 60 giây)',
      },
    ),
  cutOff: (seconds: number, code: number, interval: number | undefined) => {
    const ping = interval?.toFixed(1) ?? '?';
    return fail(
      'idle',
      {
        en: `a silent connection was cut off after ${seconds.toFixed()} s (${code}); seconds between pings: ${ping}`,
        vi: `kết nối im lặng bị cắt sau ${seconds.toFixed()} giây (${code}); số giây giữa hai ping: ${ping}`,
      },
      {
        en: "make the proxy's time limit longer than --ping-interval (nginx: proxy_read_timeout and proxy_send_timeout)",
        vi: 'hãy để giới hạn thời gian của proxy dài hơn --ping-interval (nginx: proxy_read_timeout và proxy_send_timeout)',
      },
    );
  },
} satisfies Record<string, (...facts: never[]) => Finding>;
