import { type PromiseActorLogic, setup } from 'xstate';

/**
 * The one timer for all connections: after each `interval` it runs a `beat` (P-EVT-3, P-EVT-4). A beat over many
 * connections takes time, so it is an actor and not an action.
 */
export const heartbeatMachine = setup({
  actors: { beat: {} as PromiseActorLogic<void> },
  delays: { interval: 5000 },
}).createMachine({
  id: 'heartbeat',
  initial: 'waiting',
  states: {
    waiting: { after: { interval: 'beating' } },
    beating: { invoke: { id: 'beat', src: 'beat', onDone: 'waiting' } },
  },
});
