import { type PromiseActorLogic, setup } from 'xstate';

/**
 * One timer for everybody: `interval` waits for the next beat, `beat` makes it (P-EVT-3, P-EVT-4). A beat over very many
 * connections takes its time, so it is work of its own and not an action.
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
