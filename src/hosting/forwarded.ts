/**
 * Who speaks through a proxy. `X-Forwarded-For` and `X-Forwarded-Proto` can be written by anybody, so they are believed
 * only if they come from a trusted network, and are read from the right, where the nearest proxy has written: each
 * trusted address vouches for the one on its left.
 */
import type { IncomingMessage } from 'node:http';
import { TLSSocket } from 'node:tls';
import type { Peer } from '../actors/guest.ts';
import { addressOf, type Ends, ipOf, type Networks, peerOf } from './address.ts';

export type Sender = Peer & {
  /** A trusted proxy has passed the request on. */
  readonly isProxied: boolean;
  /** How the peer speaks, as far as that is known: a proxy may not have said. */
  readonly scheme: 'http' | 'https' | undefined;
  /** The request says that it was forwarded, but does not come from a trusted network. */
  readonly isDoubtful: boolean;
};

/** The sender of a request. An entry that is no address ends the walk: then the proxy that has passed it on stands for it. */
export function senderOf(
  { headers, socket }: Pick<IncomingMessage, 'headers'> & { socket: Ends },
  isTrusted: Networks,
): Sender {
  const direct = addressOf(socket);
  const { 'x-forwarded-for': chain, 'x-forwarded-proto': protocols } = headers;
  const own = { scheme: socket instanceof TLSSocket ? 'https' : undefined } as const;
  if ((chain ?? protocols) === undefined || !isTrusted(direct))
    return { ...peerOf(direct), ...own, isProxied: false, isDoubtful: (chain ?? protocols) !== undefined };
  let address = direct;
  let hops = 0;
  const entries = entriesOf(chain);
  while (isTrusted(address)) {
    const ip = addressIn(entries.at(-1 - hops));
    hops++;
    if (ip === undefined) break;
    address = ip;
  }
  const said = entriesOf(protocols);
  const protocol = said.at(-Math.min(hops, said.length))?.toLowerCase();
  const scheme = protocol === 'https' || protocol === 'http' ? protocol : own.scheme;
  const sender: Sender = { ...peerOf(address), isProxied: true, scheme, isDoubtful: false };
  // Somebody on this machine who takes the way through the proxy is counted like everybody else who does, and so are all
  // those whose addresses it keeps to itself.
  return sender.isLocal ? { ...sender, isLocal: false, key: `${sender.key} by proxy` } : sender;
}

/** The entries of a header that may have come several times. */
const entriesOf = (header: string | string[] = []) =>
  [header].flat().flatMap((line) => line.split(',').map((entry) => entry.trim()));

/** The address in an entry, which may have a port: `192.0.2.1:4711`, `[2001:db8::1]:4711`. */
function addressIn(entry = ''): string | undefined {
  const [, inBrackets, ipv4] = /^(?:\[(.*)\]|([\d.]+))(?::\d+)?$/.exec(entry) ?? [];
  return ipOf(inBrackets ?? ipv4 ?? entry)?.toString();
}
