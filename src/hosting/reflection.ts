/**
 * Tells whoever asks for `doctor.json` what this server takes them for. `classic-chatbox-server doctor` learns from it
 * whether a proxy passes addresses on.
 */
import type { IncomingMessage } from 'node:http';
import type { Peer } from '../actors/guest.ts';
import type { Page } from './files.ts';
import { answer, pathOf } from './http.ts';

export const reflectionPath = 'doctor.json';

/** It holds nothing but what the asker has sent, and the asker's own address. */
type Reflection = {
  address: string | null;
  /** The request came with an address that a proxy has added, or the asker itself. */
  isForwarded: boolean;
};

/** Answers requests for the reflection. All others go to the page. */
export function reflectPeers(page: Page, peerOfRequest: (request: IncomingMessage) => Peer): Page {
  return (request, response, next) => {
    if (pathOf(request.url) !== `/${reflectionPath}` || request.method !== 'GET') {
      page(request, response, next);
      return;
    }
    const { address = null } = peerOfRequest(request);
    const reflection: Reflection = { address, isForwarded: request.headers['x-forwarded-for'] !== undefined };
    response.setHeaders(
      new Map([
        ['cache-control', 'no-store'],
        ['cross-origin-resource-policy', 'same-origin'],
        ['x-content-type-options', 'nosniff'],
      ]),
    );
    answer(response, 200, JSON.stringify(reflection), 'application/json');
  };
}
