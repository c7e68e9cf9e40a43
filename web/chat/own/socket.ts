import { type Own, ownProtocol } from '../../../src/protocol/own.ts';

/** Makes the class of a WebSocket that asks to be told about its own connection, and keeps that from the client. */
export const socketTelling = (tell: (own: Own) => void) =>
  class OwnSocket extends WebSocket {
    constructor(url: string) {
      super(url, ownProtocol);
      // Before the client's own listener, which would take the frame for a reply.
      this.addEventListener('message', (event) => {
        const own = ownIn(event.data);
        if (own === undefined) return;
        event.stopImmediatePropagation();
        tell(own);
      });
    }
  };

/** What a frame says of the connection; `undefined` if it is another kind of frame. */
function ownIn(data: unknown): Own | undefined {
  if (typeof data !== 'string' || !data.startsWith('{"type":"machine",')) return undefined;
  return JSON.parse(data);
}
