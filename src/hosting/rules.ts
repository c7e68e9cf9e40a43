/** What the settings of the admission come to. */
import { hostname } from 'node:os';
import { type Networks, readNetworks } from './address.ts';
import { type AdmissionConfig, readRate } from './admission-settings.ts';
import type { CrowdLimits } from './crowd.ts';
import { nameOf } from './origins.ts';
import { readTokens, type Tokens } from './tokens.ts';

export type RulesConfig = AdmissionConfig & { readonly host: string };

export type Rules = {
  /** Whose pages may connect; none: those that may without being named. */
  readonly origins: readonly string[];
  readonly requireOrigin: boolean;
  /** Names that the server was given by hand; `undefined`: no names matter on a loopback address and behind a proxy. */
  readonly hosts: readonly string[] | undefined;
  /** Names that the server has anyway. */
  readonly ownNames: readonly string[];
  readonly isTrusted: Networks;
  /** `undefined`: nobody needs one. */
  readonly tokens: Tokens | undefined;
  readonly maxConnections: number;
  /** The limits of an address; of one on this machine; and of TCP connections, whatever they are for. */
  readonly limits: CrowdLimits;
  readonly localLimits: CrowdLimits;
  readonly tcpLimits: CrowdLimits;
  readonly registerMs: number;
};

/** A browser has up to six TCP connections for a page besides its WebSocket, and not for long. */
const tcpFactor = 4;
/** An address that may have few WebSockets must still be able to load the page several times at once. */
const leastTcp = 64;
const leastTcpPerSecond = 4;

/** Throws a StartError if the access tokens cannot be read. */
export function readRules(config: RulesConfig, onWarning: (text: string) => void): Rules {
  const { origins, requireOrigin, hosts, trustProxy, maxConnections, accessTokenFile } = config;
  const { maxPerAddress, connectRate, registerTimeout } = config;
  const machine = hostname().toLowerCase();
  const most = maxPerAddress ?? 128;
  const rate = readRate(connectRate ?? '10/s burst 200');
  return {
    origins: origins?.split(' ') ?? [],
    requireOrigin,
    hosts: hosts?.split(' ').map(nameOf),
    ownNames: [nameOf(config.host), machine, `${machine}.local`],
    isTrusted: readNetworks(trustProxy) ?? (() => false),
    tokens:
      accessTokenFile === undefined ? undefined : readTokens(accessTokenFile, 'access token', onWarning),
    maxConnections,
    limits: { most, rate },
    localLimits: {
      most: maxPerAddress ?? Number.POSITIVE_INFINITY,
      rate: connectRate === undefined ? undefined : rate,
    },
    tcpLimits: {
      most: Math.max(most * tcpFactor, leastTcp),
      rate: rate && {
        perSecond: Math.max(rate.perSecond * tcpFactor, leastTcpPerSecond),
        burst: Math.max(rate.burst * tcpFactor, leastTcp),
      },
    },
    registerMs: registerTimeout * 1000,
  };
}
