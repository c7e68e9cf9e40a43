/** Whether the server answers at all. Nothing else is tried if it does not. */
import type { Case } from '../case.ts';

export const connectCases: readonly Case[] = [
  {
    rule: 'P-REQ-7',
    stage: 'connect',
    title: { en: 'a request is answered', vi: 'một yêu cầu được trả lời' },
    run: async (bench) => {
      const peer = await bench.client();
      await peer.ask({ data: 'get' });
    },
  },
];
