import { type Own, ownProtocol } from '../../../src/protocol/own.ts';

/**
 * Makes the class of a WebSocket that asks to be told about its own connection, and keeps that from the client. When such
 * a connection could not be opened, perhaps because the server does not tell any more, the next one does not ask.
 */
export function socketTelling(tell: (own: Own | undefined) => void) {
  let isAsking = true;
  /** An earlier one may stay open until its nickname has been taken over. */
  let latest: WebSocket;
  return class OwnSocket extends WebSocket {
    constructor(url: string | URL) {
      super(url, isAsking ? [ownProtocol] : []);
      latest = this;
      let isOpen = false;
      this.addEventListener('open', () => {
        isOpen = true;
      });
      this.addEventListener('close', () => {
        if (latest !== this) return;
        isAsking = isOpen || !isAsking;
        tell(undefined);
      });
      // Before the client's own listener, which would take the frame for a reply.
      this.addEventListener('message', (event) => {
        const own = ownIn(event.data);
        if (own === undefined) return;
        event.stopImmediatePropagation();
        if (latest === this) tell(own);
      });
    }
  };
}

/** What a frame says of the connection; `undefined` if it is another kind of frame. */
export function ownIn(data: unknown): Own | undefined {
  if (typeof data !== 'string' || !data.startsWith('{"type":"machine",')) return undefined;
  return JSON.parse(data);
}
