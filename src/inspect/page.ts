/** The inspector's page: the lab, as `npm run build` leaves it in `dist/web/lab`, or a line of text where there is none. */
import { existsSync } from 'node:fs';
import type { IncomingMessage, ServerResponse } from 'node:http';
import { fileURLToPath } from 'node:url';
import sirv from 'sirv';

/** Where the lab is built. */
export const labFolder = fileURLToPath(new URL('../../dist/web/lab/', import.meta.url));

export type LabPage = {
  show: (request: IncomingMessage, response: ServerResponse) => void;
  /** Does it take the token to see it? Scripts and styles are the package's own and hold nothing of the chat. */
  isSecret: (request: IncomingMessage) => boolean;
};

export type LabConfig = {
  /** The address of the chat, where the page may connect to. */
  chat: string | undefined;
  /** Seconds from one of its pings to the next. */
  pingSeconds: number;
};

/** Serves the files of `folder`, and what they need to know in `config.json`. */
export function createLabPage(folder: string, labConfig: LabConfig): LabPage {
  const config = JSON.stringify(labConfig);
  const files = existsSync(folder) ? sirv(folder, { brotli: true, gzip: true, dotfiles: false }) : undefined;
  const policy = [
    "default-src 'none'",
    "script-src 'self'",
    "style-src 'self'",
    "img-src 'self' data:",
    `connect-src 'self' ${labConfig.chat ?? ''}`.trimEnd(),
    'frame-src https://stately.ai',
    "base-uri 'none'",
    "form-action 'none'",
    "frame-ancestors 'none'",
  ].join('; ');

  return {
    isSecret: ({ url = '' }) => !url.startsWith('/assets/'),
    show(request, response) {
      response.setHeader('content-security-policy', policy);
      response.setHeader('x-content-type-options', 'nosniff');
      response.setHeader('referrer-policy', 'no-referrer');
      response.setHeader('cross-origin-resource-policy', 'same-origin');
      response.setHeader('cache-control', 'no-store');
      if (request.method !== 'GET' && request.method !== 'HEAD') {
        response.writeHead(405, { allow: 'GET, HEAD' }).end();
        return;
      }
      if (request.url?.startsWith('/config.json?')) {
        response.writeHead(200, { 'content-type': 'application/json; charset=utf-8' }).end(config);
        return;
      }
      const onMissing = () => {
        const isIndex = files === undefined && request.url?.startsWith('/?');
        response.writeHead(isIndex ? 200 : 404, { 'content-type': 'text/plain; charset=utf-8' });
        response.end(isIndex ? 'The events are at /events, a WebSocket with the same token.\n' : undefined);
      };
      delete request.headers.range;
      response.once('pipe', (file) => file.once('error', () => response.destroy()));
      if (files === undefined) onMissing();
      else files(request, response, onMissing);
    },
  };
}
