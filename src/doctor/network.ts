/** Looks at what must work before a request can be made: the name, the connection, the certificate. */
import { lookup } from 'node:dns/promises';
import { connect as connectTcp, isIP } from 'node:net';
import { connect as connectTls, type TLSSocket } from 'node:tls';
import { inWords } from '../system-error.ts';
import type { Finding } from './finding.ts';
import { networkTexts as texts } from './network-texts.ts';
import { reachOf, type Target } from './target.ts';

/** How long a server may take for one step. */
export const stepMs = 10_000;

/** A certificate that is renewed automatically has been renewed by then. */
const soonDays = 14;
const dayMs = 86_400_000;

/** The addresses of the host, or `undefined` if it has none, and what is to be said of that. */
export async function findAddresses({ host }: Target): Promise<{ addresses: string[]; finding?: Finding }> {
  if (isIP(host.replace(/%.*/, '')) !== 0) return { addresses: [host] };
  try {
    const addresses = (await lookup(host, { all: true })).map(({ address }) => address);
    return { addresses, finding: texts.resolved(host, addresses) };
  } catch (error) {
    return { addresses: [], finding: texts.unresolved(host, inWords(error)) };
  }
}

/** Connects to each of the addresses. */
export async function checkTcp(addresses: readonly string[], port: number): Promise<Finding> {
  const faults = await Promise.all(addresses.map((address) => tcpFault(address, port)));
  const told = faults.flatMap((fault, index) =>
    fault === undefined ? [] : [`${addresses[index]}: ${fault}`],
  );
  if (told.length === 0) return texts.connected(port);
  return told.length < addresses.length
    ? texts.halfConnected(told.join(', '))
    : texts.unconnected(told.join(', '));
}

function tcpFault(host: string, port: number): Promise<string | undefined> {
  return new Promise((resolve) => {
    const socket = connectTcp({ host, port });
    const end = (fault?: string) => {
      socket.destroy();
      resolve(fault);
    };
    socket.setTimeout(stepMs, () => end('no answer'));
    socket.on('connect', () => end()).on('error', (error) => end(inWords(error)));
  });
}

/** Warns of a connection without TLS over the internet. */
export const checkPlain = (addresses: readonly string[]): Finding | undefined =>
  addresses.some((address) => reachOf(address) === 'the internet') ? texts.open() : undefined;

/** Looks at the certificate. Nothing else works where TLS is not spoken at all. */
export async function checkTls(target: Target, now: Date): Promise<{ finding: Finding; isSpoken: boolean }> {
  const socket = await openTls(target);
  if (socket instanceof Error) return { finding: texts.noTls(faultIn(socket)), isSpoken: false };
  const finding = judgeCertificate(socket, target.host, now);
  socket.destroy();
  return { finding, isSpoken: true };
}

function judgeCertificate(socket: TLSSocket, host: string, now: Date): Finding {
  const { valid_to: end, subject, subjectaltname: names = `${subject.CN}` } = socket.getPeerCertificate();
  const days = Math.floor((Date.parse(end) - now.getTime()) / dayMs);
  if (socket.authorized)
    return days < soonDays ? texts.expiresSoon(days) : texts.trusted(`${socket.getProtocol()}`, days);
  const fault = String(socket.authorizationError);
  switch (fault) {
    case 'CERT_HAS_EXPIRED':
      return texts.expired(end);
    case 'ERR_TLS_CERT_ALTNAME_INVALID':
      return texts.wrongName(host, names);
    case 'DEPTH_ZERO_SELF_SIGNED_CERT':
      return texts.selfSigned();
    case 'SELF_SIGNED_CERT_IN_CHAIN':
      return texts.ownAuthority();
    default:
      return texts.untrusted(fault);
  }
}

/** OpenSSL's reason, if it has one: `wrong version number`. */
const faultIn = (error: Error & { reason?: string }) => error.reason ?? inWords(error);

function openTls({ host, port, ca }: Target): Promise<TLSSocket | Error> {
  return new Promise((resolve) => {
    const servername = isIP(host) === 0 ? host : '';
    const socket = connectTls({ host, port, servername, ca, rejectUnauthorized: false });
    const fail = (error: Error) => {
      socket.destroy();
      resolve(error);
    };
    socket.setTimeout(stepMs, () => fail(new Error('no answer')));
    socket.on('secureConnect', () => resolve(socket)).on('error', fail);
  });
}
