/** Whether the server answers at all. Nothing else is tried if it does not. */
import type { Case } from '../case.ts';
import { Fault } from '../fault.ts';

export const connectCases: readonly Case[] = [
  {
    rule: 'P-REQ-7',
    stage: 'connect',
    title: { en: 'each request is answered once', vi: 'mỗi yêu cầu được trả lời đúng một lần' },
    run: async (bench) => {
      const peer = await bench.client();
      const first = await peer.ask({ data: 'get' });
      const second = await peer.ask({ data: 'dance' });
      if (first.text !== second.text) return;
      throw new Fault({
        ...{ expected: 'a reply to {"data":"dance"}', received: second.text, signature: 'same reply twice' },
        likely: {
          en: 'each request is answered twice, or all requests are answered alike',
          vi: 'mỗi yêu cầu được trả lời hai lần, hoặc yêu cầu nào cũng được trả lời như nhau',
        },
      });
    },
  },
];
