import { whole } from '../hosting/settings.ts';

export const workerSettings = {
  workers: whole(1, 256)
    .default(1)
    .describe('processes on this machine that share the port; more than 1 needs a Redis ledger'),
};
