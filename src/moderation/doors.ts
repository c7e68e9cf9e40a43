/**
 * The ways in for moderators: the chat's own address, the operations port, and the socket file beside the data file. All
 * of them lead to the same acts.
 */
import type { IncomingMessage, RequestListener } from 'node:http';
import type { Peer } from '../actors/guest.ts';
import type { Log } from '../actors/log.ts';
import { addressOf, peerOf } from '../hosting/address.ts';
import type { Page } from '../hosting/files.ts';
import { host, Keys, type KeysConfig } from '../hosting/keys.ts';
import { actListener, asksForAct } from './endpoint.ts';
import type { Moderation } from './moderation.ts';
import { outcomeOf, type Perform, refused } from './outcome.ts';
import { openAdminSocket } from './socket.ts';

export class Doors {
  readonly keys: Keys;
  readonly #log: Log;
  #moderation: Moderation | undefined;
  #closeSocket = async () => {};

  /** `now`: a monotonic clock, in milliseconds. Throws a StartError if a file with tokens cannot be used. */
  constructor(config: KeysConfig, { log, now }: { log: Log; now: () => number }) {
    this.keys = new Keys(config, { onWarning: (text) => log({ kind: 'warning', text }), now });
    this.#log = log;
  }

  /** Acts, once the chat has been opened. */
  readonly perform: Perform = async (actor, act, order) =>
    this.#moderation === undefined
      ? refused({ status: 503, text: 'The chat is starting.' })
      : outcomeOf(this.#moderation, actor, act, order);

  /** The door at the chat's own address, in front of its page. It is there while there are moderators. */
  readonly inFrontOf = (page: Page, senderOf: (request: IncomingMessage) => Peer): Page => {
    const judge = (token: string, sender: string) => this.keys.atChat(token, sender);
    const act = actListener({ senderOf, judge, perform: this.perform, log: this.#log });
    return (request, response, next) => {
      if (this.keys.hasModerators && asksForAct(request)) act(request, response);
      else page(request, response, next);
    };
  };

  /** The door at the operations port. */
  get atOperations(): RequestListener {
    return operationsDoor(this.keys, this.perform, this.#log);
  }

  /** Acts are carried out from now on, also at the socket of this data file, if there is one. */
  async open(moderation: Moderation, dataFile: string | undefined): Promise<void> {
    this.#moderation = moderation;
    if (dataFile === undefined) return;
    const judge = () => ({ actor: host });
    const act = actListener({ senderOf, judge, perform: this.perform, log: this.#log });
    const listener: RequestListener = (request, response) => {
      if (asksForAct(request)) act(request, response);
      else response.writeHead(404).end();
    };
    this.#closeSocket = await openAdminSocket(dataFile, listener, this.#log);
  }

  /** Closes the socket. The other doors close with their servers. */
  close(): Promise<void> {
    return this.#closeSocket();
  }
}

/** The door at an operations port, which nobody can use until there are tokens for it. */
export function operationsDoor(keys: Keys, perform: Perform, log: Log): RequestListener {
  return actListener({
    senderOf,
    judge: (token, sender) => keys.atOperations(token, sender),
    obstacle: () =>
      keys.hasOperators ? undefined : 'To moderate here, set --ops-token-file or --moderators.',
    perform,
    log,
  });
}

/** Forwarded addresses do not count here. */
const senderOf = ({ socket }: IncomingMessage) => peerOf(addressOf(socket));
