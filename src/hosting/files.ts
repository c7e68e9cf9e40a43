/**
 * Serves a folder of built files: compressed in advance, with ETags made from their content, and under a
 * Content-Security-Policy that allows no scripts except the page's own files.
 */
import { createHash } from 'node:crypto';
import { existsSync, readdirSync, readFileSync } from 'node:fs';
import type { IncomingMessage, ServerResponse } from 'node:http';
import sirv from 'sirv';
import { pathOf, targetOf } from './http.ts';

/**
 * Answers requests for the files of a page. Other requests go to `next`, or are answered 404. It can be mounted under a
 * path as Express middleware: `app.use('/chat', page)`.
 */
export type Page = (request: IncomingMessage, response: ServerResponse, next?: () => void) => void;

export type FilesOptions = {
  folder: string;
  /** Directives of the Content-Security-Policy, in addition to those common to all pages. */
  policy: readonly string[];
  /** What the page's scripts read from `config.json`, at the time that they do. */
  config: () => object;
  /** Headers of a file, by its path, besides those that are common to all files. */
  headersOf: (path: string) => Record<string, string>;
};

const commonPolicy = [
  "default-src 'none'",
  "script-src 'self'",
  "style-src 'self'",
  "img-src 'self' data:",
  "base-uri 'none'",
  "form-action 'none'",
];

/** The files of a folder, or `undefined` if the folder has not been built. */
export function serveFiles({ folder, policy, config, headersOf }: FilesOptions): Page | undefined {
  if (!existsSync(folder)) return undefined;
  const files = sirv(folder, { brotli: true, gzip: true });
  const tags = tagsOf(folder);
  const common = new Map([
    ['content-security-policy', [...commonPolicy, ...policy].join('; ')],
    ['x-content-type-options', 'nosniff'],
    ['referrer-policy', 'no-referrer'],
  ]);

  function refuse(response: ServerResponse): void {
    response.setHeaders(common);
    end(response, 404, 'There is no such page.\n');
  }

  return (request: IncomingMessage & { originalUrl?: string }, response, next = () => refuse(response)) => {
    request.url = targetOf(request.url);
    const path = pathOf(request.url);
    const tag = tags.get(path);
    if (tag === undefined && path !== '/config.json') {
      next();
      return;
    }
    response.setHeaders(common);
    if (request.method !== 'GET' && request.method !== 'HEAD') {
      response.setHeader('allow', 'GET, HEAD');
      end(response, 405, 'This page can only be read.\n');
      return;
    }
    const mount = pathOf(request.originalUrl);
    if (path === '/' && !mount.endsWith('/')) {
      // The page's own URLs are relative to its folder.
      response.writeHead(308, { location: `./${mount.slice(mount.lastIndexOf('/') + 1)}/` }).end();
      return;
    }
    response.setHeaders(new Map(Object.entries(headersOf(path))));
    if (tag === undefined) {
      end(response, 200, JSON.stringify(config()), 'application/json');
      return;
    }
    response.setHeader('etag', tag);
    response.setHeader('vary', 'Accept-Encoding');
    if (isAmong(tag, request.headers['if-none-match'])) {
      response.writeHead(304).end();
      return;
    }
    // Nobody needs ranges here, and sirv throws on a range that ends before it begins.
    delete request.headers.range;
    // If a file has disappeared since the start, this ends its request instead of the process.
    response.once('pipe', (file) => file.once('error', () => response.destroy()));
    files(request, response, next);
  };
}

/** Whether the header contains the tag, by weak comparison (RFC 9110 §13.1.2). */
function isAmong(tag: string, header = ''): boolean {
  const opaque = (text: string) => text.trim().replace(/^W\//, '');
  return header.split(',').some((one) => one.trim() === '*' || opaque(one) === opaque(tag));
}

/**
 * Weak ETags by path. They are made from the content, because all files of an npm package have the same date. A page
 * `name.html` is also served at `/name`, and `index.html` at `/`.
 */
function tagsOf(folder: string): Map<string, string> {
  const tags = new Map<string, string>();
  for (const entry of readdirSync(folder, { recursive: true, withFileTypes: true })) {
    if (!entry.isFile() || /\.(br|gz)$/.test(entry.name)) continue;
    const file = `${entry.parentPath}/${entry.name}`;
    const tag = `W/"${createHash('sha256').update(readFileSync(file)).digest('base64url').slice(0, 22)}"`;
    const path = `/${file.slice(folder.length).replaceAll('\\', '/').replace(/^\/+/, '')}`;
    tags.set(path, tag);
    if (path.endsWith('.html')) tags.set(path.replace(/(index)?\.html$/, ''), tag);
  }
  return tags;
}

function end(response: ServerResponse, status: number, text: string, type = 'text/plain'): void {
  response.writeHead(status, {
    'content-type': `${type}; charset=utf-8`,
    'content-length': Buffer.byteLength(text),
  });
  response.end(text);
}
