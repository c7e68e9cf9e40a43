/** The findings about the way to a server, and about the Node that runs the doctor. */
import type { NodeFault } from '../hosting/node-version.ts';
import { recommendedNode } from '../hosting/node-version.ts';
import { type Finding, fail, pass, plain, warn } from './finding.ts';

export const networkTexts = {
  nodeFit: (version: string) => pass('node', plain(`Node ${version}`)),
  nodeUnfit: (fault: NodeFault) =>
    fault.kind === 'ended'
      ? warn(
          'node',
          {
            en: `Node ${fault.version} of this machine has had no security fixes since ${fault.end}`,
            vi: `Node ${fault.version} của máy này không còn được vá lỗi bảo mật từ ngày ${fault.end}`,
          },
          {
            en: `if the server runs here, change to ${recommendedNode}`,
            vi: `nếu máy chủ chạy ở đây, hãy đổi sang ${recommendedNode}`,
          },
        )
      : warn(
          'node',
          {
            en: `Node ${fault.version} of this machine has a known hole through which strangers can slow a server down`,
            vi: `Node ${fault.version} của máy này có một lỗ hổng đã biết, qua đó người lạ có thể làm chậm máy chủ`,
          },
          {
            en: `if the server runs here, change to ${fault.least} or newer`,
            vi: `nếu máy chủ chạy ở đây, hãy đổi sang bản ${fault.least} hoặc mới hơn`,
          },
        ),

  resolved: (host: string, addresses: readonly string[]) =>
    pass('dns', plain(`${host}: ${addresses.join(', ')}`)),
  unresolved: (host: string, error: string) =>
    fail(
      'dns',
      { en: `${host} does not resolve: ${error}`, vi: `${host} không có địa chỉ nào: ${error}` },
      {
        en: 'check the name, or add an A or AAAA record for it',
        vi: 'hãy kiểm tra lại tên, hoặc thêm bản ghi A hay AAAA cho nó ở nơi quản lý tên miền',
      },
    ),

  connected: (port: number) => pass('tcp', { en: `port ${port} answers`, vi: `cổng ${port} có trả lời` }),
  halfConnected: (faults: string) =>
    warn(
      'tcp',
      { en: `some addresses do not answer: ${faults}`, vi: `không phải địa chỉ nào cũng trả lời: ${faults}` },
      {
        en: 'make the server or its proxy listen on all of them (nginx: also listen [::]:443), or remove their DNS records',
        vi: 'hãy để máy chủ hoặc proxy nghe ở tất cả các địa chỉ ấy (nginx: thêm listen [::]:443), hoặc xoá bản ghi DNS của chúng',
      },
    ),
  unconnected: (faults: string) =>
    fail(
      'tcp',
      { en: `nothing answers: ${faults}`, vi: `không có ai trả lời: ${faults}` },
      {
        en: 'start the server or its proxy, make it listen on more than 127.0.0.1, and open the port in the firewall',
        vi: 'hãy chạy máy chủ hoặc proxy ở đó, cho nó nghe cả từ ngoài máy, và mở cổng trên tường lửa',
      },
    ),

  open: () =>
    warn(
      'tls',
      {
        en: 'no TLS: anybody along the way can read and change everything',
        vi: 'không có TLS: ai ở trên đường truyền cũng đọc và sửa được mọi thứ',
      },
      {
        en: 'put a proxy with a certificate in front of the server (see deploy/proxies) and use https://',
        vi: 'hãy đặt một proxy có chứng chỉ ở phía trước (deploy/proxies) và dùng https://',
      },
    ),
  noTls: (error: string) =>
    fail(
      'tls',
      { en: `cannot establish TLS: ${error}`, vi: `không mở được kết nối TLS: ${error}` },
      {
        en: 'if this port does not speak TLS, use http://, or give the proxy a certificate',
        vi: 'cổng này có nói TLS không? Nếu không, hãy dùng http:// hoặc cấp chứng chỉ cho proxy',
      },
    ),
  trusted: (protocol: string, days: number) =>
    pass('tls', {
      en: `${protocol}; the certificate is trusted and valid for ${days} more days`,
      vi: `${protocol}; chứng chỉ được tin cậy và còn hạn ${days} ngày`,
    }),
  expiresSoon: (days: number) =>
    warn(
      'tls',
      { en: `the certificate expires in ${days} days`, vi: `chứng chỉ hết hạn sau ${days} ngày nữa` },
      {
        en: 'renew it, and find out why it was not renewed automatically (certbot renew --dry-run)',
        vi: 'hãy gia hạn, và xem vì sao nó không tự gia hạn (certbot renew --dry-run)',
      },
    ),
  expired: (date: string) =>
    fail(
      'tls',
      { en: `the certificate expired on ${date}`, vi: `chứng chỉ đã hết hạn vào ${date}` },
      {
        en: 'renew it, and make the proxy or the server read it again (systemctl reload nginx)',
        vi: 'hãy gia hạn rồi cho proxy hoặc máy chủ đọc lại (systemctl reload nginx)',
      },
    ),
  wrongName: (host: string, names: string) =>
    fail(
      'tls',
      {
        en: `the certificate is for ${names}, not for ${host}`,
        vi: `chứng chỉ không dành cho ${host} mà cho ${names}`,
      },
      {
        en: 'use an address that it covers, or get one that covers this host too',
        vi: 'hãy dùng một địa chỉ có tên trong đó, hoặc xin chứng chỉ có cả tên này',
      },
    ),
  selfSigned: () =>
    fail(
      'tls',
      {
        en: 'the certificate is self-signed, so browsers warn about it',
        vi: 'chứng chỉ tự ký: trình duyệt sẽ cảnh báo',
      },
      {
        en: "get one that browsers trust, for example from Let's Encrypt; Caddy does that by itself",
        vi: "hãy xin chứng chỉ mà trình duyệt tin, như của Let's Encrypt; Caddy tự làm việc đó",
      },
    ),
  ownAuthority: () =>
    fail(
      'tls',
      {
        en: 'the certificate comes from an authority that this machine does not know',
        vi: 'chứng chỉ do một nơi mà máy này không biết cấp',
      },
      {
        en: "if the authority is your own, give its root certificate to the browsers of your visitors, and to the doctor with NODE_EXTRA_CA_CERTS=root.pem; else get a certificate that browsers trust, for example from Let's Encrypt",
        vi: "nếu đó là CA của riêng bạn, hãy cài chứng chỉ gốc của nó vào trình duyệt của người dùng, và đưa cho doctor qua NODE_EXTRA_CA_CERTS=root.pem; nếu không, hãy xin chứng chỉ mà trình duyệt tin, như của Let's Encrypt",
      },
    ),
  untrusted: (fault: string) =>
    fail(
      'tls',
      { en: `the certificate is not trusted: ${fault}`, vi: `chứng chỉ không được tin cậy: ${fault}` },
      {
        en: 'if its chain is incomplete, serve the intermediate certificates too (fullchain.pem and not cert.pem)',
        vi: 'nếu chuỗi chứng chỉ thiếu, hãy đưa ra cả chứng chỉ trung gian (fullchain.pem chứ không phải cert.pem)',
      },
    ),
  tokenKept: () =>
    fail(
      'tls',
      {
        en: 'stopping here: the access token would go to a server whose certificate is not trusted',
        vi: 'dừng ở đây: mã truy cập sẽ được gửi đến một máy chủ có chứng chỉ không đáng tin',
      },
      {
        en: 'fix the certificate first, or leave the token out of the address',
        vi: 'hãy sửa chứng chỉ trước, hoặc bỏ mã truy cập khỏi địa chỉ',
      },
    ),
} satisfies Record<string, (...facts: never[]) => Finding>;
