/**
 * Tells the chat page under which names other machines reach this one. A page that is open at `localhost` cannot know
 * that, and its card for a projector is to show an address that others can use.
 */
import type { IncomingMessage } from 'node:http';
import type { Peer } from '../actors/guest.ts';
import type { Page } from './files.ts';
import { answer, pathOf } from './http.ts';

export type HostsOptions = {
  senderOf: (request: IncomingMessage) => Pick<Peer, 'isLocal'>;
  /** Resolves to the names, the likeliest first. */
  hosts: () => Promise<readonly string[]>;
};

/** Answers requests for `hosts.json`. Only this machine is told any names. All other requests go to the page. */
export function tellHosts(page: Page, { senderOf, hosts }: HostsOptions): Page {
  return (request, response, next) => {
    if (pathOf(request.url) !== '/hosts.json' || request.method !== 'GET') {
      page(request, response, next);
      return;
    }
    const known = senderOf(request).isLocal ? hosts() : Promise.resolve([]);
    response.setHeaders(
      new Map([
        ['cache-control', 'no-store'],
        ['cross-origin-resource-policy', 'same-origin'],
        ['x-content-type-options', 'nosniff'],
      ]),
    );
    const tell = (names: readonly string[]) =>
      answer(response, 200, JSON.stringify(names), 'application/json');
    // A host whose name is no longer known is reached under none.
    void known.then(tell, () => tell([]));
  };
}
