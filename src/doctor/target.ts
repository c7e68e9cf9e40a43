import ipaddr from 'ipaddr.js';
import { urlOf } from '../hosting/origins.ts';

/** A server that is looked at, by the address of its page and of its WebSocket, which are one. */
export type Target = {
  readonly page: URL;
  readonly socket: URL;
  /** A name or an address, without brackets. */
  readonly host: string;
  readonly port: number;
  readonly isSecure: boolean;
  readonly hasToken: boolean;
  /** The address as it may be printed, without a token. */
  readonly shown: string;
  /** The certificates of the authorities that are trusted. Default: those that Node trusts. */
  readonly ca?: string | undefined;
};

/** Reads an address of the form `http(s)://…` or `ws(s)://…`. Returns `undefined` if it is none. */
export function readTarget(text: string, ca?: string): Target | undefined {
  if (!/^(?:https?|wss?):\/\//i.test(text)) return undefined;
  const isSecure = /^(?:https|wss):/i.test(text);
  const page = urlOf(text.replace(/^\w+:/, isSecure ? 'https:' : 'http:'));
  if (page === undefined) return undefined;
  page.hash = '';
  const socket = new URL(page.href.replace(/^http/, 'ws'));
  return {
    page,
    socket,
    host: page.hostname.replace(/[[\]]/g, ''),
    port: Number(page.port) || (isSecure ? 443 : 80),
    isSecure,
    hasToken: page.searchParams.has('access_token'),
    shown: `${page.origin}${page.pathname}`,
    ca,
  };
}

export type Reach = 'this machine' | 'a private network' | 'the internet';

/** From where an IP address is reached. */
export function reachOf(address: string): Reach {
  const range = ipaddr.process(address.replace(/%.*/, '')).range();
  if (range === 'loopback') return 'this machine';
  return ['private', 'uniqueLocal', 'linkLocal', 'carrierGradeNat'].includes(range)
    ? 'a private network'
    : 'the internet';
}
