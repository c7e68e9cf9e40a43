import type { IncomingMessage, Server } from 'node:http';
import { isLoopback } from './address.ts';
import type { Sender } from './forwarded.ts';
import { isNamed } from './origins.ts';
import { type AdmissionRefusal, refusals } from './refusals.ts';
import type { Rules } from './rules.ts';

/** Refuses a request that asks the chat's own server for a name that is not its own, which may be DNS rebinding. */
export function nameRefusal(
  { headers: { host } }: IncomingMessage,
  { isProxied }: Sender,
  { hosts, ownNames }: Rules,
  server: Server | undefined,
): AdmissionRefusal | undefined {
  if (hosts === undefined && (isProxied || !isPublic(server))) return undefined;
  const names = [...ownNames, ...(hosts ?? [])];
  return names.includes('*') || isNamed(host, names) ? undefined : refusals.host(host);
}

/** Whether a server can be reached by other machines. */
function isPublic(server: Server | undefined): boolean {
  const bound = server?.address();
  return typeof bound === 'object' && bound !== null && !isLoopback(bound.address);
}
