/** How other machines reach this one: its addresses in their network, and a QR code of one for a phone. */
import { lookup } from 'node:dns/promises';
import { networkInterfaces } from 'node:os';
import { styleText } from 'node:util';
import { encodeQR } from 'qr';
import { formatHost } from './http.ts';
import type { LogOptions } from './log.ts';

/** Interfaces of containers, virtual machines and tunnels, which seldom lead to another machine. */
const virtual = /^(?:br|cni|docker|lxc|podman|tailscale|tap|tun|utun|vbox|veth|vir|vmnet|vmware|wg|zt)/i;
/** Networks by how likely they are those of a home, a school or an office, the likeliest first. */
const ranges = [/^192\.168\./, /^10\./, /^172\.(?:1[6-9]|2\d|3[01])\./, /^(?!169\.254\.)/];

/** Resolves to the lines that say where the chat is: for this machine, for others, and for a phone. */
export async function addressLines(
  url: string,
  { host, page }: { host: string; page: boolean },
  { form, colors, isTerminal }: LogOptions,
): Promise<string[]> {
  if (url.endsWith('+unix:')) return ['listening on a Unix socket'];
  const pageUrl = url.replace('ws', 'http');
  const lines = [`listening on ${url}${page ? `, chat page on ${pageUrl}` : ''}`];
  const [likeliest, ...others] = await networkUrls(page ? pageUrl : url, host);
  if (likeliest === undefined) return lines;
  lines.push(`from other machines: ${[likeliest, ...others].join(', ')}`);
  if (page && isTerminal && form !== 'json') lines.push(qrCode(likeliest, colors));
  return lines;
}

/** Resolves to the URLs at which other machines reach what this one has at `url`, on this host (see `networkHosts`). */
export async function networkUrls(
  url: string,
  host: string,
  interfaces = networkInterfaces(),
): Promise<string[]> {
  const hosts = await networkHosts(host, interfaces);
  return hosts.map((one) => url.replace(/(?<=\/\/).+(?=:)/, one));
}

/**
 * Resolves to the hosts, as they stand in URLs, at which other machines reach this one when it listens on a host. The
 * likeliest is first. They are the host's own address, or every IPv4 address of this machine if the host stands for all of
 * them. There are none if only this machine can reach the host.
 */
export async function networkHosts(host: string, interfaces = networkInterfaces()): Promise<string[]> {
  const { address: bound } = await lookup(host);
  const isEverywhere = /^(?:0\.0\.0\.0|[0:]+)$/.test(bound);
  return Object.entries(interfaces)
    .flatMap(([name, all = []]) => all.map((one) => ({ ...one, rank: rankOf(name, one.address) })))
    .filter(({ internal }) => !internal)
    .filter(({ family, address }) => (isEverywhere ? family === 'IPv4' : address === bound.toLowerCase()))
    .sort((one, other) => one.rank - other.rank)
    .map(({ address }) => formatHost(address));
}

function rankOf(name: string, address: string): number {
  const range = ranges.findIndex((pattern) => pattern.test(address));
  return (range < 0 ? ranges.length : range) + (virtual.test(name) ? ranges.length + 1 : 0);
}

/** A QR code of this text for a terminal. With colours it is dark on light whatever the terminal's own colours are. */
export function qrCode(text: string, colors: boolean): string {
  const lines = encodeQR(text, 'ascii', { ecc: 'low' }).trimEnd().split('\n');
  return lines.map((line) => (colors ? styleText(['whiteBright', 'bgBlack'], line) : line)).join('\n');
}
