import type { IncomingHttpHeaders } from 'node:http';
import type { Sender } from './forwarded.ts';
import { isAtHome } from './origins.ts';

/** What the host should see to about a proxy, and the kind of thing that it is. */
export type Doubt = { kind: 'untrusted' | 'unseen' | 'silent'; text: string };

/** What a request shows to be wrong with the proxy that it comes through, if anything. `names`: the server's own. */
export function doubtOf(
  sender: Sender,
  { host, 'x-forwarded-for': chain }: IncomingHttpHeaders,
  names: readonly string[],
): Doubt | undefined {
  const { address, isDoubtful, isLocal, isProxied } = sender;
  if (isDoubtful) {
    const text = `X-Forwarded-For from ${address} is ignored: if that is your proxy, name it in --trust-proxy`;
    return { kind: 'untrusted', text };
  }
  if (isLocal && !isAtHome(host, names)) {
    const effect = 'whoever comes through it has no limits, and is taken for this machine';
    return { kind: 'unseen', text: `a proxy on this machine seems to send no X-Forwarded-For: ${effect}` };
  }
  if (isProxied && chain === undefined) {
    const effect = 'all who come through it count as one address';
    return { kind: 'silent', text: `the proxy at ${address} sends no X-Forwarded-For: ${effect}` };
  }
  return undefined;
}
