import type { ChatClientOptions } from '../../src/client/client.ts';

/** How the client is watched: not at all. Where everybody sees the own connection, the page is built with `own/watched.ts`. */
export const watched: Pick<ChatClientOptions, 'WebSocket' | 'inspect'> = {};
