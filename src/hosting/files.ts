/**
 * Serves a folder of built files from memory, with ETags made from their content, and under a Content-Security-Policy
 * that allows no scripts except the page's own files.
 */
import { existsSync } from 'node:fs';
import type { IncomingMessage, ServerResponse } from 'node:http';
import { type Asset, readAssets, variantFor } from './asset.ts';
import { answer, pathOf, type Refusal, refuse, targetOf } from './http.ts';

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
  config: (request: IncomingMessage) => object;
  /** Why a request may not read that, if it may not. Default: everybody may. */
  refusalOf?: (request: IncomingMessage) => Refusal | undefined;
  /** The script that stands in for a file that is not there, if one does. */
  scriptFor?: (path: string) => string | undefined;
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
export function serveFiles({
  folder,
  policy,
  config,
  refusalOf = () => undefined,
  scriptFor = () => undefined,
  headersOf,
}: FilesOptions): Page | undefined {
  if (!existsSync(folder)) return undefined;
  const assets = readAssets(folder);
  const common = new Map([
    ['content-security-policy', [...commonPolicy, ...policy].join('; ')],
    ['x-content-type-options', 'nosniff'],
    ['referrer-policy', 'no-referrer'],
  ]);

  function sayNothing(response: ServerResponse): void {
    response.setHeaders(common);
    answer(response, 404, 'There is no such page.\n');
  }

  return (
    request: IncomingMessage & { originalUrl?: string },
    response,
    next = () => sayNothing(response),
  ) => {
    request.url = targetOf(request.url);
    const path = pathOf(request.url);
    const asset = assets.get(path);
    const script = asset === undefined ? scriptFor(path) : undefined;
    if (asset === undefined && script === undefined && path !== '/config.json') {
      next();
      return;
    }
    response.setHeaders(common);
    if (request.method !== 'GET' && request.method !== 'HEAD') {
      response.setHeader('allow', 'GET, HEAD');
      answer(response, 405, 'This page can only be read.\n');
      return;
    }
    const mount = pathOf(request.originalUrl);
    if (path === '/' && !mount.endsWith('/')) {
      // The page's own URLs are relative to its folder.
      response.writeHead(308, { location: `./${mount.slice(mount.lastIndexOf('/') + 1)}/` }).end();
      return;
    }
    response.setHeaders(new Map(Object.entries(headersOf(path))));
    if (asset !== undefined) {
      sendAsset(asset, request, response);
      return;
    }
    if (script !== undefined) {
      response.setHeader('cache-control', 'no-store');
      answer(response, 200, script, 'text/javascript');
      return;
    }
    const refusal = refusalOf(request);
    if (refusal !== undefined) refuse(response, refusal);
    else answer(response, 200, JSON.stringify(config(request)), 'application/json');
  };
}

/** Ranges are ignored, since nobody needs them here. */
function sendAsset(asset: Asset, { headers }: IncomingMessage, response: ServerResponse): void {
  response.setHeader('vary', 'Accept-Encoding');
  const variant = variantFor(asset, headers['accept-encoding']);
  if (variant === undefined) {
    answer(response, 406, 'This page is sent as br, gzip or uncompressed.\n');
    return;
  }
  response.setHeader('etag', asset.tag);
  if (isAmong(asset.tag, headers['if-none-match'])) {
    response.writeHead(304).end();
    return;
  }
  const { coding, bytes } = variant;
  if (coding !== 'identity') response.setHeader('content-encoding', coding);
  response.writeHead(200, { 'content-type': asset.type, 'content-length': bytes.length }).end(bytes);
}

/** Whether the header contains the tag, by weak comparison (RFC 9110 §13.1.2). */
function isAmong(tag: string, header = ''): boolean {
  const opaque = (text: string) => text.trim().replace(/^W\//, '');
  return header.split(',').some((one) => one.trim() === '*' || opaque(one) === opaque(tag));
}
