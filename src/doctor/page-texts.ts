/** The findings about the page and about addresses. */
import { type Finding, fail, pass, unreachable, warn } from './finding.ts';

export const pageTexts = {
  silent: (check: 'page' | 'address', error: string) =>
    fail(
      check,
      { en: `the request got no answer: ${error}`, vi: `yêu cầu không có trả lời: ${error}` },
      {
        en: 'check that the port speaks the protocol of the address, http or https',
        vi: 'hãy kiểm tra cổng này có nói đúng giao thức của địa chỉ, http hay https',
      },
    ),
  good: () =>
    pass('page', {
      en: 'the page loads, and its policy allows only its own scripts',
      vi: 'trang tải được, chính sách của nó chỉ cho chạy mã của chính nó',
    }),
  none: () =>
    pass('page', {
      en: 'the server has no page, only WebSockets',
      vi: 'máy chủ này không có trang, chỉ có WebSocket',
    }),
  elsewhere: (status: number, location: string) =>
    fail(
      'page',
      {
        en: `redirects (${status}) to ${location}`,
        vi: `chuyển hướng (${status}) sang ${location}`,
      },
      {
        en: 'use that address: WebSocket clients do not follow redirects',
        vi: 'hãy dùng địa chỉ đó: máy khách WebSocket không tự chuyển hướng',
      },
    ),
  notThere: () =>
    fail(
      'page',
      { en: 'no page at this path (404)', vi: 'không có trang nào ở đường dẫn này (404)' },
      {
        en: 'check the path and the slash at its end; under a sub-path, the proxy must strip it (see deploy/proxies)',
        vi: 'hãy kiểm tra đường dẫn, cả dấu / ở cuối; nếu nằm dưới một đường dẫn con, proxy phải bỏ phần đó đi (deploy/proxies)',
      },
    ),
  wrongHost: (reason: string) =>
    fail(
      'page',
      {
        en: `the server does not know this host (421): ${reason}`,
        vi: `máy chủ không nhận tên máy này (421): ${reason}`,
      },
      {
        en: 'list this host in --hosts, and make the proxy pass Host on (nginx: proxy_set_header Host $http_host;)',
        vi: 'hãy thêm tên máy này vào --hosts, và để proxy chuyển tiếp Host (nginx: proxy_set_header Host $http_host;)',
      },
    ),
  unreachable: (status: number) => unreachable('page', status),
  refused: (status: number) =>
    fail(
      'page',
      { en: `the page was refused (${status})`, vi: `trang bị từ chối với mã ${status}` },
      {
        en: 'the server itself serves the page to everybody: check the rules of the proxy',
        vi: 'máy chủ thì đưa trang cho tất cả: hãy xem lại quy tắc của proxy',
      },
    ),
  notHtml: (type: string) =>
    fail(
      'page',
      { en: `got ${type} instead of a page`, vi: `thứ nhận được không phải trang mà là ${type}` },
      { en: 'is this the address of the chat?', vi: 'đây có đúng là địa chỉ của phòng chat không?' },
    ),
  noPolicy: () =>
    fail(
      'page',
      {
        en: 'the page has no Content-Security-Policy',
        vi: 'trang không có Content-Security-Policy',
      },
      {
        en: 'if this is the chat, make the proxy pass that header on (nginx: remove proxy_hide_header)',
        vi: 'nếu đây là phòng chat, hãy để proxy chuyển tiếp header đó (nginx: bỏ proxy_hide_header)',
      },
    ),
  badPolicy: (directive: string) =>
    fail(
      'page',
      {
        en: `a Content-Security-Policy is wrong: ${directive}`,
        vi: `có Content-Security-Policy sai: ${directive}`,
      },
      {
        en: 'the server sends a correct one: remove the one that the proxy adds (nginx: add_header)',
        vi: 'máy chủ đã gửi chính sách đúng: hãy bỏ chính sách riêng của proxy (nginx: add_header)',
      },
    ),

  seen: (address: string) =>
    pass('address', { en: `the server sees you as ${address}`, vi: `máy chủ thấy bạn là ${address}` }),
  seenElse: (address: string, local: string) =>
    warn(
      'address',
      {
        en: `the server sees you as ${address}, but the address of this machine is ${local}`,
        vi: `máy chủ thấy bạn là ${address}, còn máy này là ${local}`,
      },
      {
        en: 'if that is the address of a proxy, the proxy must send X-Forwarded-For and be listed in --trust-proxy',
        vi: 'nếu đó là địa chỉ của một proxy, proxy ấy phải gửi X-Forwarded-For và có trong --trust-proxy',
      },
    ),
  proxySilent: (address: string) =>
    fail(
      'address',
      {
        en: `the server sees the address of a proxy (${address}) instead of yours, so everybody shares its limits`,
        vi: `máy chủ thấy địa chỉ của proxy (${address}) thay vì của bạn, nên mọi người dùng chung giới hạn của nó`,
      },
      {
        en: 'make the proxy send your address; in nginx: proxy_set_header X-Forwarded-For $proxy_add_x_forwarded_for;',
        vi: 'proxy phải gửi địa chỉ: với nginx, proxy_set_header X-Forwarded-For $proxy_add_x_forwarded_for;',
      },
    ),
  proxyUntrusted: (address: string) =>
    fail(
      'address',
      {
        en: `the server sees you as ${address}, although a proxy sends X-Forwarded-For`,
        vi: `máy chủ thấy bạn là ${address}, dù proxy có gửi X-Forwarded-For`,
      },
      {
        en: `tell the server to trust that proxy: add ${address} to --trust-proxy`,
        vi: `hãy cho máy chủ tin proxy đó: thêm ${address} vào --trust-proxy`,
      },
    ),
  forgeable: () =>
    fail(
      'address',
      {
        en: 'anybody can forge their address: the server believes the X-Forwarded-For that a client sends',
        vi: 'ai cũng giả được địa chỉ: máy chủ tin X-Forwarded-For do chính máy khách gửi',
      },
      {
        en: 'make the proxy append the address it sees (nginx: $proxy_add_x_forwarded_for), and list only proxies in --trust-proxy',
        vi: 'proxy phải thêm địa chỉ mà nó thấy (nginx: $proxy_add_x_forwarded_for), và --trust-proxy chỉ ghi các proxy',
      },
    ),
  tooNear: () =>
    warn(
      'address',
      {
        en: 'cannot be checked from the machine of the server',
        vi: 'không kiểm tra được từ chính máy của máy chủ',
      },
      {
        en: 'run the doctor on another machine too, to see whether addresses are passed on',
        vi: 'hãy chạy doctor từ một máy khác nữa, để xem địa chỉ có được chuyển tiếp không',
      },
    ),
  unspoken: () =>
    warn(
      'address',
      {
        en: 'the server does not say which address it sees',
        vi: 'máy chủ không cho biết nó thấy địa chỉ nào',
      },
      {
        en: 'it may be older than this doctor, or the proxy may not pass doctor.json on',
        vi: 'có thể nó cũ hơn doctor này, hoặc proxy không chuyển tiếp doctor.json',
      },
    ),
} satisfies Record<string, (...facts: never[]) => Finding>;
