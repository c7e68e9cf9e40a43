/** The client for Node, which has no WebSocket of its own before version 22. */
import { WebSocket } from 'ws';
import { type ChatClient, type ChatClientOptions, createChatClient as create } from './client.ts';
import type { WebSocketConstructor } from './wire.ts';

export * from './client.ts';

/** Creates a client on the `ws` package. Throws what `createChatClient` for browsers throws. */
export function createChatClient(options: ChatClientOptions): ChatClient {
  return create({ WebSocket: WebSocket as unknown as WebSocketConstructor, ...options });
}
