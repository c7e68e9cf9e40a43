/** What the client needs of the platform, a browser or Node. */
import type { WebSocketConstructor } from './wire.ts';

/** The parts of a browser's global object that Node may lack. */
type Platform = {
  WebSocket?: WebSocketConstructor;
  addEventListener?: (type: 'online', listener: () => void) => void;
  removeEventListener?: (type: 'online', listener: () => void) => void;
};

const platform = globalThis as Platform;

/** The platform's WebSocket class. Throws a TypeError if it has none. */
export function platformWebSocket(): WebSocketConstructor {
  const { WebSocket } = platform;
  if (WebSocket === undefined) throw new TypeError('this platform has no WebSocket: pass one');
  return WebSocket;
}

/** Calls the listener when a browser is online again, until the returned function is called. */
export function onOnline(listener: () => void): () => void {
  platform.addEventListener?.('online', listener);
  return () => platform.removeEventListener?.('online', listener);
}
