/** What may be shown of a handshake: which headers it has, and the values of those that say nothing of anybody. */
import { ownProtocol } from '../protocol/own.ts';

/** Stands for a value, or the part of one, that is not shown. */
const masked = '…';

/** Shows values of this form. */
const like = (pattern: RegExp) => (value: string) => (pattern.test(value) ? value : masked);

/** By name, in lower case. A token may stand in the value of any other header. */
const rules: Record<string, (value: string) => string> = {
  host: like(/^[\w.:[\]-]{1,255}$/),
  origin: like(/^(?:null|https?:\/\/[\w.:[\]-]{1,255})$/i),
  upgrade: like(/^websocket$/i),
  connection: like(/^(?:(?:upgrade|keep-alive|close)(?:, *)?)+$/i),
  allow: like(/^GET$/),
  'content-length': like(/^\d{1,9}$/),
  'content-type': like(/^text\/plain; charset=utf-8$/),
  'retry-after': like(/^\d{1,9}$/),
  'www-authenticate': like(/^Bearer$/),
  'sec-websocket-key': like(/^[+/\dA-Za-z]{22}==$/),
  'sec-websocket-accept': like(/^[+/\dA-Za-z]{27}=$/),
  'sec-websocket-version': like(/^\d{1,3}$/),
  'sec-websocket-extensions': like(
    /^(?:permessage-deflate|(?:client|server)_(?:max_window_bits|no_context_takeover)|[;=, ]|\b\d{1,2}\b)+$/,
  ),
  // Browsers have no other place for a token, so some programs put it here.
  'sec-websocket-protocol': (value) =>
    value
      .split(',')
      .map((one) => (one.trim() === ownProtocol ? ownProtocol : masked))
      .join(', '),
};

export function linesOf([first = '', ...headers]: readonly string[]): string[] {
  return [firstLine(first), ...headers.map(header)];
}

/** `GET /chat?token=x HTTP/1.1` becomes `GET /…?… HTTP/1.1`. */
function firstLine(line: string): string {
  const [, method, target = '', version] = /^([A-Z]{1,10}) (\S*) (HTTP\/\d\.\d)$/.exec(line) ?? [];
  if (method === undefined) return /^HTTP\/1\.1 \d{3} [\w -]{0,40}$/.test(line) ? line : masked;
  const [path = '', query] = target.split('?', 2);
  return `${method} ${path === '/' ? path : `/${masked}`}${query === undefined ? '' : `?${masked}`} ${version}`;
}

function header(line: string): string {
  const colon = line.indexOf(':');
  const name = line.slice(0, colon);
  const value = line.slice(colon + 1).trim();
  const shown = rules[name.toLowerCase()]?.(value) ?? masked;
  return `${like(/^[\w-]{1,40}$/)(name)}: ${shown}`;
}
