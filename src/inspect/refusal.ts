/** What a browser shows for an address without the right token. It says nothing about the chat. */
import { createHash } from 'node:crypto';
import type { ServerResponse } from 'node:http';

const style =
  ':root { color-scheme: light dark; font: 1rem/1.5 system-ui, sans-serif } ' +
  'body { max-width: 36rem; margin: 12vh auto; padding: 0 1rem } h1, h2 { font-size: 1.3rem }';

const html = `<!doctype html>
<html lang="en">
<head>
<meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<title>Chatbox Lab: 403</title>
<style>${style}</style>
</head>
<body>
<main>
<h1>This address does not have the right token</h1>
<p>The server makes a new token at each start. Open the address that it printed after
<code>inspector on</code> when it was last started.</p>
<section lang="vi">
<h2>Địa chỉ này không có mã truy cập đúng</h2>
<p>Mỗi lần khởi động, máy chủ tạo một mã mới. Hãy mở địa chỉ mà nó in ra sau
<code>inspector on</code> trong lần khởi động gần nhất.</p>
</section>
</main>
</body>
</html>
`;

const headers = {
  'content-type': 'text/html; charset=utf-8',
  'content-length': Buffer.byteLength(html),
  'content-security-policy': `default-src 'none'; style-src 'sha256-${createHash('sha256').update(style).digest('base64')}'; frame-ancestors 'none'`,
  'cache-control': 'no-store',
  'x-content-type-options': 'nosniff',
  'referrer-policy': 'no-referrer',
};

/** Answers a request without the right token. */
export function refuseStranger(response: ServerResponse): void {
  response.writeHead(403, headers).end(html);
}
