/** Keeps a bug in the handling of one request from ending the process: it is logged, and the request is refused. */
import type { IncomingMessage } from 'node:http';
import type { Duplex } from 'node:stream';
import type { Log } from '../actors/log.ts';
import type { Page } from './files.ts';
import { type Refusal, refuse, refuseUpgrade } from './http.ts';

const broken: Refusal = { status: 500, text: 'There is a bug in the server.' };

type Upgrade = (request: IncomingMessage, socket: Duplex, head: Buffer) => void;

/** Guards a listener of requests. */
export function guardedPage(page: Page, log: Log): Page {
  return (request, response, next) => {
    try {
      page(request, response, next);
    } catch (error) {
      log({ kind: 'error', connection: undefined, error });
      if (response.headersSent) response.destroy();
      else refuse(response, broken);
    }
  };
}

/** Guards a listener of handshakes. */
export function guardedUpgrade(take: Upgrade, log: Log): Upgrade {
  return (request, socket, head) => {
    try {
      take(request, socket, head);
    } catch (error) {
      log({ kind: 'error', connection: undefined, error });
      refuseUpgrade(socket, broken);
    }
  };
}
