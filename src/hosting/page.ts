/**
 * The chat page, as `npm run build` leaves it in `dist/web/chat`: static files, compressed already, with an ETag of their
 * content, under a Content-Security-Policy that lets nothing run but the page's own script files.
 */
import { createHash } from 'node:crypto';
import { existsSync, readdirSync, readFileSync } from 'node:fs';
import type { IncomingMessage, ServerResponse } from 'node:http';
import { fileURLToPath } from 'node:url';
import sirv from 'sirv';
import { StartError } from '../start-error.ts';

const folder = fileURLToPath(new URL('../../dist/web/chat/', import.meta.url));

export type PageOptions = {
  /** Most code points of a nickname and of a message: what the page's counters count to. */
  maxName: number;
  maxContent: number;
  /** Seconds between two pings. */
  pingInterval: number;
  /** Origins whose pages may show this one in a frame, separated by spaces; `*` for all. */
  embedOrigins: string;
};

/**
 * Answers a request for the page; what is none of its files goes to `next`, or is answered 404. As Express's middleware
 * it can stand under a path: `app.use('/chat', page)`.
 */
export type Page = (request: IncomingMessage, response: ServerResponse, next?: () => void) => void;

/** Throws a StartError if the page has not been built. */
export function createPage({ maxName, maxContent, pingInterval, embedOrigins }: PageOptions): Page {
  if (!existsSync(folder)) throw new StartError('PAGE_MISSING', 'the chat page is not built: npm run build');
  const files = sirv(folder, { brotli: true, gzip: true });
  const tags = tagsOf(folder);
  const policy = policyFor(embedOrigins);
  const config = JSON.stringify({ maxName, maxContent, pingInterval });

  function guard(response: ServerResponse): void {
    response.setHeader('content-security-policy', policy);
    response.setHeader('x-content-type-options', 'nosniff');
    response.setHeader('referrer-policy', 'no-referrer');
  }

  function refuse(response: ServerResponse): void {
    guard(response);
    end(response, 404, 'There is no such page.\n');
  }

  return (request: IncomingMessage & { originalUrl?: string }, response, next = () => refuse(response)) => {
    const path = pathOf(request.url);
    const tag = tags.get(path);
    if (tag === undefined && path !== '/config.json') {
      next();
      return;
    }
    guard(response);
    if (request.method !== 'GET' && request.method !== 'HEAD') {
      response.setHeader('allow', 'GET, HEAD');
      end(response, 405, 'This page can only be read.\n');
      return;
    }
    const mount = pathOf(request.originalUrl);
    if (path === '/' && !mount.endsWith('/')) {
      // The page's own addresses are relative to its folder.
      response.writeHead(308, { location: `./${mount.slice(mount.lastIndexOf('/') + 1)}/` }).end();
      return;
    }
    const isHashed = path.startsWith('/assets/');
    response.setHeader('cache-control', isHashed ? 'public, max-age=31536000, immutable' : 'no-cache');
    // Another site's page may load the widget and nothing else.
    const reach = path === '/widget.js' ? 'cross-origin' : 'same-origin';
    response.setHeader('cross-origin-resource-policy', reach);
    if (tag === undefined) {
      end(response, 200, config, 'application/json');
      return;
    }
    response.setHeader('etag', tag);
    response.setHeader('vary', 'Accept-Encoding');
    if (isAmong(tag, request.headers['if-none-match'])) {
      response.writeHead(304).end();
      return;
    }
    // Without ranges, which a page does not need: sirv throws at one that ends before it begins.
    delete request.headers.range;
    // A file that is gone since the start ends its request and not the process.
    response.once('pipe', (file) => file.once('error', () => response.destroy()));
    files(request, response, next);
  };
}

/** The path of a request, which a proxy may send with the whole address before it. */
function pathOf(url = '/'): string {
  const [path = '/'] = url.replace(/^https?:\/\/[^/?]*/i, '').split('?', 1);
  return path === '' ? '/' : path;
}

/** The weak comparison of RFC 9110 §13.1.2. */
function isAmong(tag: string, header = ''): boolean {
  const opaque = (text: string) => text.trim().replace(/^W\//, '');
  return header.split(',').some((one) => one.trim() === '*' || opaque(one) === opaque(tag));
}

/** Weak ETags by path, of what a file holds and not of its date: a package's files all bear one date. */
function tagsOf(folder: string): Map<string, string> {
  const tags = new Map<string, string>();
  for (const entry of readdirSync(folder, { recursive: true, withFileTypes: true })) {
    if (!entry.isFile() || /\.(br|gz)$/.test(entry.name)) continue;
    const file = `${entry.parentPath}/${entry.name}`;
    const hash = createHash('sha256').update(readFileSync(file)).digest('base64url').slice(0, 22);
    tags.set(`/${file.slice(folder.length).replaceAll('\\', '/').replace(/^\/+/, '')}`, `W/"${hash}"`);
  }
  const index = tags.get('/index.html');
  if (index !== undefined) tags.set('/', index);
  return tags;
}

function policyFor(embedOrigins: string): string {
  const directives = [
    "default-src 'none'",
    "script-src 'self'",
    "style-src 'self'",
    "img-src 'self' data:",
    "connect-src 'self'",
    "base-uri 'none'",
    "form-action 'none'",
    "require-trusted-types-for 'script'",
    `frame-ancestors 'self' ${embedOrigins}`.trimEnd(),
  ];
  return directives.join('; ');
}

function end(response: ServerResponse, status: number, text: string, type = 'text/plain'): void {
  response.writeHead(status, {
    'content-type': `${type}; charset=utf-8`,
    'content-length': Buffer.byteLength(text),
  });
  response.end(text);
}
