/** The texts about what waits in English. Every other language has the same ones. */
export const en = {
  title: (name: string) => `What waits in ${name}`,
  frames: (count: number) => `Inbox: ${count} ${count === 1 ? 'frame' : 'frames'}`,
  paused: 'the socket is not read',
  bytes: (count: number) => `Waiting to leave: ${count} B`,
  scale: (ms: number) => `over the last ${ms.toLocaleString('en')} ms`,
  /** Of the room. */
  order: 'On the way into the order',
  mailbox: (count: number) => `Mailbox: ${count}`,
  waiting: (count: number) => `Behind the commit under way: ${count}`,
  none: 'No commit yet.',
  batch: (count: number) => `${count} ${count === 1 ? 'change' : 'changes'}`,
  underWay: 'under way',
  more: (count: number) => `and ${count} more`,
};

export type QueueWords = typeof en;
