import type { IncomingHttpHeaders, IncomingMessage } from 'node:http';
import { request as requestPlain } from 'node:http';
import { request as requestTls } from 'node:https';
import { stepMs } from './network.ts';
import type { Target } from './target.ts';

export type Answer = {
  status: number;
  headers: IncomingHttpHeaders;
  body: string;
  /** The own address, as this machine sees it, and the address that was reached. */
  local: string | undefined;
  remote: string | undefined;
};

/** What is read of a body. */
const mostBytes = 65_536;

/** Sends a GET. Rejects if no answer comes in time. The certificate is not checked again. */
export function get(
  { page, isSecure }: Target,
  path: string,
  headers: Record<string, string> = {},
): Promise<Answer> {
  const url = new URL(path, page);
  url.search = page.search;
  const request = isSecure ? requestTls : requestPlain;
  const options = { headers, agent: false, rejectUnauthorized: false, signal: AbortSignal.timeout(stepMs) };
  return new Promise((resolve, reject) => {
    request(url, options, (response) => {
      const { localAddress: local, remoteAddress: remote } = response.socket;
      const { statusCode: status = 0 } = response;
      readBody(response).then(
        (body) => resolve({ status, headers: response.headers, body, local, remote }),
        reject,
      );
    })
      .on('error', reject)
      .end();
  });
}

/** The first line of a body, for people. */
export const firstLineOf = (body: string) => body.trimStart().slice(0, 200).split('\n', 1)[0] ?? '';

/** The beginning of a body as text. */
export async function readBody(response: IncomingMessage): Promise<string> {
  let body = '';
  for await (const part of response.setEncoding('utf8')) {
    body += part;
    if (body.length > mostBytes) break;
  }
  return body.slice(0, mostBytes);
}
