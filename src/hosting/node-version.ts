/** Whether the Node that runs this is fit for the open internet. */

type Line = {
  /** The first day without security fixes, from the schedule of the Node.js Release Working Group. */
  end: string;
  /** The first version without the holes that matter here. */
  least?: string;
};

/**
 * The release lines that `engines` admits. The holes that matter here: a stranger's JSON can be made slow to read
 * (CVE-2026-21717, and in Node 24 CVE-2025-27209), and a request can be smuggled past a proxy (CVE-2025-23167, Node 20).
 * Others that are fixed later do not: they need HTTP/2, callbacks of TLS, the permission model, or a program that
 * unpacks Brotli (CVE-2026-111497), none of which this server uses. Newer lines have none that is known.
 */
const lines: Readonly<Record<string, Line>> = {
  20: { end: '2026-04-30', least: '20.20.2' },
  21: { end: '2024-06-01' },
  22: { end: '2027-04-30', least: '22.22.2' },
  23: { end: '2025-06-01' },
  24: { end: '2028-04-30', least: '24.14.1' },
  25: { end: '2026-06-01', least: '25.8.2' },
};

/** The line to change to: its long-term support lasts until April 2028. */
export const recommendedNode = 'Node 24';

export type NodeFault =
  /** It has a known hole, and this version has not. */
  | { kind: 'hole'; version: string; least: string }
  /** Nobody mends its holes any more. */
  | { kind: 'ended'; version: string; end: string };

/** What is wrong with this version of Node, at this time. */
export function nodeFault(version: string, now: Date): NodeFault | undefined {
  const [line = ''] = version.split('.');
  const facts = lines[line];
  if (facts === undefined) return undefined;
  const { end, least } = facts;
  if (now >= new Date(end)) return { kind: 'ended', version, end };
  return least !== undefined && isBefore(version, least) ? { kind: 'hole', version, least } : undefined;
}

/** What the log says of it at the start. */
export function nodeWarning(version: string, now: Date): string | undefined {
  const fault = nodeFault(version, now);
  if (fault === undefined) return undefined;
  return fault.kind === 'ended'
    ? `Node ${version} has had no security fixes since ${fault.end}: change to ${recommendedNode}`
    : `Node ${version} has a known hole through which strangers can slow this server down: change to ${fault.least} or newer`;
}

function isBefore(version: string, other: string): boolean {
  const numbers = (text: string) => text.split('.').map((part) => Number.parseInt(part, 10));
  const [theirs, ours] = [numbers(other), numbers(version)];
  const at = theirs.findIndex((part, index) => part !== ours[index]);
  return at >= 0 && (ours[at] ?? 0) < (theirs[at] ?? 0);
}
