/** The chat page, which `npm run build` leaves in `dist/web/chat`. */
import { fileURLToPath } from 'node:url';
import { StartError } from '../start-error.ts';
import { type Page, serveFiles } from './files.ts';

const folder = fileURLToPath(new URL('../../dist/web/chat/', import.meta.url));

export type PageOptions = {
  /** Most code points of a nickname and of a message, for the page's counters. */
  maxName: number;
  maxContent: number;
  /** Seconds from one ping to the next. */
  pingInterval: number;
  /** How long a nickname outlives its connection. */
  resumeSeconds: number;
  /** Origins whose pages may show this one in a frame, separated by spaces; `*` for all. */
  embedOrigins: string;
};

/** Throws a StartError if the page has not been built. */
export function createPage({ embedOrigins, ...options }: PageOptions): Page {
  const { maxName, maxContent, pingInterval, resumeSeconds } = options;
  // The zone that timestamps are written in (P-TIME-1), by its IANA name.
  const { timeZone } = Intl.DateTimeFormat().resolvedOptions();
  const page = serveFiles({
    folder,
    policy: [
      "connect-src 'self'",
      "require-trusted-types-for 'script'",
      `frame-ancestors 'self' ${embedOrigins}`.trimEnd(),
    ],
    config: { maxName, maxContent, pingInterval, resumeSeconds, timeZone },
    headersOf: (path) => ({
      // The name of an asset holds a hash of its content.
      'cache-control': path.startsWith('/assets/') ? 'public, max-age=31536000, immutable' : 'no-cache',
      // Pages of other sites may load the widget and nothing else.
      'cross-origin-resource-policy': path === '/widget.js' ? 'cross-origin' : 'same-origin',
    }),
  });
  if (page === undefined) throw new StartError('PAGE_MISSING', 'the chat page is not built: npm run build');
  return page;
}
