import type { Socket } from 'node:net';
import ipaddr from 'ipaddr.js';
import type { Peer } from '../actors/guest.ts';

type Ip = ipaddr.IPv4 | ipaddr.IPv6;

/** Both addresses of a socket. */
export type Ends = Pick<Socket, 'localAddress' | 'remoteAddress'>;

/** The address of a socket's peer. Peers on a Unix socket have none, and are on this machine. */
export const addressOf = ({ localAddress, remoteAddress }: Ends) =>
  localAddress === undefined ? '127.0.0.1' : remoteAddress;

/** The peer at this address; `undefined`, or no IP address, if that is not known. */
export function peerOf(address: string | undefined): Peer {
  return { address, key: addressKey(address), isLocal: isLoopback(address) };
}

/** Is this an address of this machine that only the machine itself can reach? */
export const isLoopback = (address: string | undefined) => ipOf(address)?.range() === 'loopback';

/**
 * What stands for an address where addresses are counted: the address itself, or the network of an IPv6 address, of which
 * one household has a whole one. An IPv4 address in the form of IPv6 counts as IPv4.
 */
export function addressKey(address: string | undefined): string {
  const ip = ipOf(address);
  if (ip === undefined) return '';
  return ip instanceof ipaddr.IPv6
    ? `${ip.parts
        .slice(0, 4)
        .map((part) => part.toString(16))
        .join(':')}::/64`
    : ip.toString();
}

/** The IP address that a text is. An IPv4 address in the form of IPv6 becomes IPv4. */
export function ipOf(text = ''): Ip | undefined {
  const isIp = ipaddr.IPv4.isValidFourPartDecimal(text) || ipaddr.IPv6.isValid(text);
  return isIp ? ipaddr.process(text) : undefined;
}

/** Says of an address whether it is in one of some networks. */
export type Networks = (address: string | undefined) => boolean;

/** Networks by name: the ranges that they consist of. */
const named: Readonly<Record<string, readonly string[]>> = {
  loopback: ['loopback'],
  private: ['private', 'uniqueLocal'],
  none: [],
};

/**
 * Reads networks that are separated by spaces: CIDR or single addresses, `loopback`, `private` or `none`. Returns
 * `undefined` if one of them is nothing of the kind.
 */
export function readNetworks(text: string): Networks | undefined {
  const tests = text.split(' ').map(readNetwork);
  if (tests.includes(undefined)) return undefined;
  return (address) => {
    const ip = ipOf(address);
    return ip !== undefined && tests.some((isIn) => isIn?.(ip));
  };
}

function readNetwork(text: string): ((ip: Ip) => boolean) | undefined {
  const ranges = Object.hasOwn(named, text) ? named[text] : undefined;
  if (ranges !== undefined) return (ip) => ranges.includes(ip.range());
  const [address = '', bits, ...rest] = text.split('/');
  const ip = ipOf(address);
  if (ip === undefined || rest.length > 0) return undefined;
  const most = ip.kind() === 'ipv4' ? 32 : 128;
  const length = bits === undefined ? most : /^\d{1,3}$/.test(bits) ? Number(bits) : Number.NaN;
  if (!(length <= most)) return undefined;
  return (other) => other.kind() === ip.kind() && other.match(ip, length);
}
