/** The inspector's page: the lab, which `npm run build` leaves in `dist/web/lab`. */
import type { IncomingMessage } from 'node:http';
import { fileURLToPath } from 'node:url';
import { type Page, serveFiles } from '../hosting/files.ts';
import { pathOf } from '../hosting/http.ts';
import type { ShownProcess } from './told.ts';

export const labFolder = fileURLToPath(new URL('../../dist/web/lab/', import.meta.url));

export type LabConfig = {
  /** The address of the chat, to which the page may connect. */
  chat: string | undefined;
  /** Seconds from one ping of the chat to the next. */
  pingSeconds: number;
  /** This process, where several share the room. */
  process?: ShownProcess | undefined;
};

/** Serves the lab, or one line of text if it has not been built. */
export function createLabPage(folder: string, config: LabConfig): Page {
  const page = serveFiles({
    folder,
    policy: [
      `connect-src 'self' ${config.chat ?? ''}`.trimEnd(),
      'frame-src https://stately.ai',
      "frame-ancestors 'none'",
    ],
    config: () => config,
    headersOf: (path) => ({
      'cache-control': 'no-store',
      'cross-origin-resource-policy': 'same-origin',
      // Its script is in the page itself, which the policy forbids here. It is to be saved and opened as a file.
      ...(/^\/lab(?:\.html)?$/.test(path) && { 'content-disposition': 'attachment; filename="lab.html"' }),
    }),
  });
  return page ?? hint;
}

/**
 * Is a request answered only with the token? The pages, scripts and styles are the package's own and say nothing about the
 * chat. After a reload a page has its token, but not in the address. A token that is given must be the right one.
 */
export const isSecret = ({ url = '' }: IncomingMessage) =>
  !/^\/(?:assets\/.*|(?:index|stately)(?:\.html)?)?$/.test(pathOf(url)) || /[?&]token=/.test(url);

const hint: Page = (_, response) => {
  response.writeHead(200, { 'content-type': 'text/plain; charset=utf-8' });
  response.end('The lab is not built. The events are at /events, a WebSocket with the same token.\n');
};
