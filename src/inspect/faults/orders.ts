/** What a watcher may order, and what comes of it. Pure, since the lab's page shares it. */

/** What a peer is told to do, and does at once. */
export const deeds = ['hush', 'sip', 'read', 'cut', 'chatter', 'close'] as const;
export type Deed = (typeof deeds)[number];

/** What came of an order, as the watcher is told it. */
export type Outcome =
  | { type: '@chat.peer'; peer: string; status: 'open'; session: string | undefined }
  | { type: '@chat.peer'; peer: string; status: 'done'; did: Deed }
  /** 1006: it was closed without a code. */
  | { type: '@chat.peer'; peer: string; status: 'closed'; code: number }
  /** How often a chatterbox has changed its nickname, and which peers it has seen leave, as often as it has. */
  | { type: '@chat.peer'; peer: string; status: 'resting'; changes: number; left: string[] }
  | { type: '@chat.peer'; peer: string; status: 'failed'; error: string }
  | { type: '@chat.disk'; isFull: boolean }
  | { type: '@chat.error'; error: string };
