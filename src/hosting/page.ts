/** The chat page. `npm run build` puts it into `dist/web/chat`, and the one that shows its own connection into `dist/web/own`. */
import type { IncomingMessage } from 'node:http';
import { fileURLToPath } from 'node:url';
import { StartError } from '../start-error.ts';
import { type Page, serveFiles } from './files.ts';
import type { Refusal } from './http.ts';
import { renewalFor } from './renewal.ts';

const folderOf = (name: 'chat' | 'own') => fileURLToPath(new URL(`../../dist/web/${name}/`, import.meta.url));

export type PageOptions = {
  /** The most code points of a nickname and of a message, for the page's counters. */
  maxName: number;
  maxContent: number;
  /** Seconds from one ping to the next. */
  pingInterval: number;
  /** How long a nickname outlives its connection. */
  resumeSeconds: number;
  /** Origins whose pages may show this one in an iframe, separated by spaces; `*` for all. */
  embedOrigins: string;
  /** What the host calls the room, and its colour. */
  title: string | undefined;
  color: string | undefined;
  /** Whether each page may see the machine of its own connection. */
  showOwn: boolean;
  /** How many are online now. Whoever joins learns it too, so the page may say it before. */
  countOnline: () => number;
  /** Whether there is no room for whoever sends a request to open a WebSocket. */
  isFull: (request: IncomingMessage) => boolean;
  /** Why a request may not read more of the page than its files, if it may not. */
  refusalOf: (request: IncomingMessage) => Refusal | undefined;
};

/** Throws a StartError if the page has not been built. */
export function createPage({ embedOrigins, countOnline, isFull, refusalOf, ...options }: PageOptions): Page {
  const { maxName, maxContent, pingInterval, resumeSeconds, title, color, showOwn } = options;
  // The zone that timestamps are written in (P-TIME-1), by its IANA name.
  const { timeZone } = Intl.DateTimeFormat().resolvedOptions();
  const page = serveFiles({
    folder: folderOf(showOwn ? 'own' : 'chat'),
    policy: [
      "connect-src 'self'",
      "require-trusted-types-for 'script'",
      `frame-ancestors 'self' ${embedOrigins}`.trimEnd(),
    ],
    refusalOf,
    config: (request) => ({
      ...{ maxName, maxContent, pingInterval, resumeSeconds, timeZone, title, color },
      online: countOnline(),
      isFull: isFull(request),
    }),
    scriptFor: renewalFor,
    headersOf: (path) => ({
      // The name of an asset contains a hash of its content.
      'cache-control': path.startsWith('/assets/') ? 'public, max-age=31536000, immutable' : 'no-cache',
      // Other sites may load only the widget.
      'cross-origin-resource-policy': path === '/widget.js' ? 'cross-origin' : 'same-origin',
    }),
  });
  if (page === undefined) throw new StartError('PAGE_MISSING', 'the chat page is not built: npm run build');
  return page;
}
