/** What a watcher can order, and what it is told of the outcome. The lab's page shares the types. */
import { z } from 'zod';

const peer = z.string().min(1).max(20);
/** What a peer can be told to do at once. */
const deed = z.enum(['hush', 'sip', 'read', 'cut', 'chatter', 'close']);
export type Deed = z.infer<typeof deed>;

/** What the host does to a peer. */
const hostAct = z.enum(['mute', 'unmute', 'kick']);
export type HostAct = z.infer<typeof hostAct>;

export const order = z.discriminatedUnion('do', [
  /** `isResumable`: it asks for a secret, so that another peer can come back for its nickname (P-RES-1). */
  z.strictObject({
    do: z.literal('open'),
    peer,
    nickname: z.string().max(50),
    isResumable: z.boolean().default(false),
  }),
  /** Opens a peer that comes back for the nickname of the peer `lost` (P-RES-2). */
  z.strictObject({ do: z.literal('comeBack'), peer, lost: peer }),
  z.strictObject({ do: z.literal('rest'), peer }),
  z.strictObject({ do: deed, peer }),
  z.strictObject({ do: z.literal('say'), peer, content: z.string().max(50) }),
  z.strictObject({ do: hostAct, peer }),
  z.strictObject({ do: z.enum(['fill', 'free']) }),
  /** The server's process hangs, and another one watches who leaves. */
  z.strictObject({ do: z.literal('hang'), nickname: z.string().max(50) }),
]);
export type Order = z.infer<typeof order>;

/** Why a process cannot stop itself: Windows has no such signal, and the first process of a container ignores it. */
export type Obstacle = 'windows' | 'init';

export type Outcome =
  | { type: '@chat.peer'; peer: string; status: 'open'; session: string | undefined }
  | { type: '@chat.peer'; peer: string; status: 'done'; did: Deed | HostAct }
  /** A message of the peer has been answered: stored, or refused with a reason. */
  | { type: '@chat.peer'; peer: string; status: 'answered'; reason: string | undefined }
  /** The code is 1006 if the connection was closed without one. */
  | { type: '@chat.peer'; peer: string; status: 'closed'; code: number }
  /** How often a chatterbox has changed its nickname, and which peers it has seen leave, once for each leave. */
  | { type: '@chat.peer'; peer: string; status: 'resting'; changes: number; left: string[] }
  /** The order has come to nothing: the peer has gone, or there never was one of this name. */
  | { type: '@chat.peer'; peer: string; status: 'gone' }
  | { type: '@chat.peer'; peer: string; status: 'failed'; error: string }
  /** The state of the server's only disk, after an order of any watcher, and for a new watcher if it is full. */
  | { type: '@chat.disk'; isFull: boolean }
  /** The process stops now. */
  | { type: '@chat.hang'; status: 'stopping' }
  /** It runs again. `left`: how many seconds after its stop the nickname left, once for each leave that another process saw. */
  | { type: '@chat.hang'; status: 'over'; left: number[] }
  | { type: '@chat.error'; error: string };
