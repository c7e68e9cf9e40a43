/** Looks at the page, and at what the server takes its callers for. */

import { reflectionPath } from '../hosting/reflection.ts';
import { inWords } from '../system-error.ts';
import type { Finding } from './finding.ts';
import { pageTexts as texts } from './page-texts.ts';
import { type Answer, firstLineOf, get } from './request.ts';
import { reachOf, type Target } from './target.ts';

export async function checkPage(target: Target): Promise<Finding> {
  try {
    return judgePage(await get(target, ''));
  } catch (error) {
    return texts.silent('page', inWords(error));
  }
}

function judgePage({ status, headers, body }: Answer): Finding {
  if (status === 426) return texts.none();
  if (status >= 300 && status < 400) return texts.elsewhere(status, headers.location ?? '?');
  if (status === 404) return texts.notThere();
  if (status === 421) return texts.wrongHost(firstLineOf(body));
  if (status >= 502 && status <= 504) return texts.unreachable(status);
  if (status !== 200) return texts.refused(status);
  if (!/^text\/html/.test(headers['content-type'] ?? ''))
    return texts.notHtml(headers['content-type'] ?? '?');
  const policies = headers['content-security-policy'];
  if (policies === undefined) return texts.noPolicy();
  // Node joins several headers with commas.
  const fault = String(policies)
    .split(',')
    .map(policyFault)
    .find((one) => one !== undefined);
  return fault === undefined ? texts.good() : texts.badPolicy(fault);
}

/** The directive of a policy that lets strange scripts run or keeps the page from its own server, if there is one. */
function policyFault(policy: string): string | undefined {
  const directives = new Map(
    policy.split(';').map((one) => {
      const [name = '', ...sources] = one.trim().split(/\s+/);
      return [name.toLowerCase(), sources] as const;
    }),
  );
  const fallback = directives.get('default-src');
  const scripts = directives.get('script-src') ?? fallback;
  const connections = directives.get('connect-src') ?? fallback;
  if (scripts?.some((source) => /^(?:\*|'unsafe-.*')$/.test(source)))
    return `script-src ${scripts.join(' ')}`;
  if (scripts !== undefined && !scripts.includes("'self'")) return `script-src ${scripts.join(' ')}`;
  if (connections !== undefined && !connections.includes("'self'"))
    return `connect-src ${connections.join(' ')}`;
  return undefined;
}

/** An address for documentation, which nobody has (RFC 5737). */
const forged = '203.0.113.7';

export async function checkAddress(target: Target): Promise<Finding> {
  try {
    const plain = await get(target, reflectionPath);
    const claiming = await get(target, reflectionPath, { 'x-forwarded-for': forged });
    const [seen, seenClaiming] = [addressIn(plain), addressIn(claiming)];
    if (seen === undefined || seenClaiming === undefined) return texts.unspoken();
    const { local = '', remote = '' } = plain;
    return judgeAddress({ ...seen, believesClaims: seenClaiming.address === forged, local, remote });
  } catch (error) {
    return texts.silent('address', inWords(error));
  }
}

function addressIn({ status, body }: Answer): { address: string; isForwarded: boolean } | undefined {
  if (status !== 200) return undefined;
  try {
    const { address, isForwarded } = JSON.parse(body);
    return typeof address === 'string' ? { address, isForwarded: isForwarded === true } : undefined;
  } catch {
    return undefined;
  }
}

export type Seen = {
  /** What the server takes us for. */
  address: string;
  /** A proxy has told the server an address. */
  isForwarded: boolean;
  /** The server believes what we say of ourselves. */
  believesClaims: boolean;
  /** What this machine takes itself for, and where it has connected to. */
  local: string;
  remote: string;
};

/** What it means that the server sees us so. */
export function judgeAddress({ address, isForwarded, believesClaims, local, remote }: Seen): Finding {
  // A proxy on this machine may say whom it speaks for, and we look like one.
  if (reachOf(local) === 'this machine') return texts.tooNear();
  if (believesClaims) return texts.forgeable();
  if (address === local) return texts.seen(address);
  const isNearer =
    reachOf(address) === 'this machine' ||
    (reachOf(address) !== 'the internet' && reachOf(remote) === 'the internet');
  if (isNearer) return isForwarded ? texts.proxyUntrusted(address) : texts.proxySilent(address);
  const isTranslated = reachOf(address) === 'the internet' && reachOf(local) !== 'the internet';
  return isTranslated ? texts.seen(address) : texts.seenElse(address, local);
}
