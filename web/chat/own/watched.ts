/** The options of a client that is watched, in place of `../watched.ts`. */
import type { ChatClientOptions } from '../../../src/client/client.ts';
import { mount } from './mount.tsx';
import { socketTelling } from './socket.ts';
import { tellingSteps } from './step.ts';

const { tellClient, tellServer } = mount();

export const watched: Pick<ChatClientOptions, 'WebSocket' | 'inspect'> = {
  WebSocket: socketTelling(tellServer),
  inspect: tellingSteps(tellClient),
};
