import ipaddr from 'ipaddr.js';

/** The other end of a connection, as its address shows it. */
export type Peer = {
  readonly address: string | undefined;
  /** The same for all addresses that share their limits. */
  readonly key: string;
  /** It is on this machine. */
  readonly isLocal: boolean;
};

/** The peer at this address; `undefined`, or no IP address, if that is not known. */
export function peerOf(address: string | undefined): Peer {
  return { address, key: addressKey(address), isLocal: ipOf(address)?.range() === 'loopback' };
}

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

function ipOf(address = ''): ipaddr.IPv4 | ipaddr.IPv6 | undefined {
  return ipaddr.isValid(address) ? ipaddr.process(address) : undefined;
}
