/**
 * The faults that a watcher can cause for a lesson: it directs a few peers that behave as no browser can, and it fills the
 * disk, or has the process hang where others go on with the room. Its peers are its own; the disk is everybody's, so each
 * watcher is told when it is full. All faults end with their watcher, and a full disk after half a minute at the latest;
 * only a process that hangs does so to the end.
 */
import { z } from 'zod';
import type { FullDisk } from './full-disk.ts';
import type { Hang } from './hang.ts';
import { type Deed, type HostAct, type Order, type Outcome, order } from './orders.ts';
import { type Holding, Peer, type PeerOptions } from './peer.ts';

/** What the host can do to a member. */
type Moderation = {
  mute: (nickname: string, term: { for: string }) => Promise<unknown>;
  unmute: (nickname: string) => Promise<unknown>;
  kick: (nickname: string) => Promise<unknown>;
};

export type FaultsOptions = {
  /** Address of the chat; without it there are no peers. */
  chatUrl: string | undefined;
  /** Most code points of a nickname. */
  maxName: number;
  /** There is none where the room is in Redis. */
  disk: Pick<FullDisk, 'isFull' | 'fill' | 'free' | 'listen'> | undefined;
  /** Only where the room is in Redis. */
  hang: Pick<Hang, 'obstacle' | 'begin'> | undefined;
  moderation: Moderation | undefined;
  /** The session of the connection that holds a nickname. */
  sessionOf: (nickname: string) => string | undefined;
  /** Tells the watcher the outcome of an order. */
  tell: (outcome: Outcome) => void;
};

/** What comes of a message of a peer's, or of an act of the host. */
type PeerOutcome = { status: 'done'; did: HostAct } | { status: 'answered'; reason: string | undefined };

const mostPeers = 8;
/** How long a disk stays full, in seconds. */
const fullSeconds = 30;

export class Faults {
  readonly #options: FaultsOptions;
  /** By name; `undefined` while a peer is opening. */
  readonly #peers = new Map<string, Peer | undefined>();
  /** The last peer of each name whose connection has ended. */
  readonly #gone = new Map<string, Peer>();
  /** Names of the peers by nickname, also of those that have gone. */
  readonly #names = new Map<string, string>();
  /** What another peer can come back for, by the name of the peer that has or had it. */
  readonly #holdings = new Map<string, Holding>();
  #freeing: ReturnType<typeof setTimeout> | undefined;
  readonly #unlisten: (() => void) | undefined;
  #isOver = false;

  constructor(options: FaultsOptions) {
    this.#options = options;
    const { disk, tell } = options;
    const tellDisk = (isFull: boolean) => tell({ type: '@chat.disk', isFull });
    this.#unlisten = disk?.listen(tellDisk);
    if (disk?.isFull) tellDisk(true);
  }

  /** Carries out the order in a frame of the watcher's; a frame without a known order is answered with an error. */
  take(text: string): void {
    try {
      this.#carryOut(order.parse(JSON.parse(text)));
    } catch (error) {
      const said = error instanceof z.ZodError ? z.prettifyError(error) : (error as Error).message;
      this.#options.tell({ type: '@chat.error', error: said });
    }
  }

  /** The watcher has gone. */
  end(): void {
    this.#isOver = true;
    this.#unlisten?.();
    for (const peer of this.#peers.values()) peer?.close();
    if (this.#freeing !== undefined) this.#free();
  }

  #carryOut(order: Order): void {
    switch (order.do) {
      case 'open':
        void this.#open(order.peer, { nickname: order.nickname, resume: order.isResumable || undefined });
        break;
      case 'comeBack':
        this.#comeBack(order.peer, order.lost);
        break;
      case 'fill':
        this.#fill();
        break;
      case 'free':
        this.#free();
        break;
      case 'hang':
        void this.#hang(order.nickname);
        break;
      case 'rest':
        void this.#rest(order.peer);
        break;
      case 'say':
        void this.#answer(order.peer, async (peer) => ({
          status: 'answered',
          reason: await peer.say(order.content),
        }));
        break;
      case 'mute':
      case 'unmute':
      case 'kick':
        void this.#answer(order.peer, (peer) => this.#act(order.do, peer));
        break;
      default:
        this.#do(order.do, order.peer);
    }
  }

  async #open(name: string, { nickname, resume }: Pick<PeerOptions, 'nickname' | 'resume'>): Promise<void> {
    const { chatUrl: url, maxName, sessionOf, tell } = this.#options;
    if (url === undefined) return this.#fail(name, 'the chat listens nowhere');
    if (this.#peers.has(name) || this.#peers.size >= mostPeers) return this.#fail(name, 'too many peers');
    let peer: Peer | undefined;
    const onClosed = (code: number) => {
      // A peer that was refused has given up its place already, and its name may be another's by now.
      if (peer !== undefined) {
        this.#peers.delete(name);
        this.#gone.set(name, peer);
      }
      tell({ type: '@chat.peer', peer: name, status: 'closed', code });
    };
    this.#peers.set(name, undefined);
    try {
      peer = await Peer.open({ url, nickname, resume, maxName, onClosed });
      this.#peers.set(name, peer);
      this.#names.set(nickname, name);
      if (peer.holding !== undefined) this.#holdings.set(name, peer.holding);
      if (this.#isOver) peer.close();
      tell({ type: '@chat.peer', peer: name, status: 'open', session: sessionOf(nickname) });
    } catch (error) {
      this.#peers.delete(name);
      this.#fail(name, (error as Error).message);
    }
  }

  #comeBack(name: string, lost: string): void {
    const holding = this.#holdings.get(lost);
    if (holding === undefined) {
      this.#fail(name, `there is no secret of ${JSON.stringify(lost)}`);
      return;
    }
    this.#holdings.delete(lost);
    void this.#open(name, { nickname: holding.nickname, resume: holding.secret });
  }

  /** A peer may have gone before the order arrives, and then there is nothing to do. */
  #do(did: Deed, name: string): void {
    const peer = this.#peers.get(name);
    peer?.[did]();
    const outcome = peer === undefined ? { status: 'gone' as const } : { status: 'done' as const, did };
    this.#options.tell({ type: '@chat.peer', peer: name, ...outcome });
  }

  async #act(did: HostAct, { nickname }: Peer): Promise<{ status: 'done'; did: HostAct }> {
    const { moderation } = this.#options;
    if (moderation === undefined) throw new Error('nobody here can moderate');
    // In case that nobody lifts it.
    if (did === 'mute') await moderation.mute(nickname, { for: '5m' });
    else await moderation[did](nickname);
    return { status: 'done', did };
  }

  /** Tells what comes of an order to a peer. */
  async #answer(name: string, outcomeOf: (peer: Peer) => Promise<PeerOutcome>): Promise<void> {
    const { tell } = this.#options;
    const peer = this.#peers.get(name);
    if (peer === undefined) return tell({ type: '@chat.peer', peer: name, status: 'gone' });
    try {
      tell({ type: '@chat.peer', peer: name, ...(await outcomeOf(peer)) });
    } catch (error) {
      this.#fail(name, (error as Error).message);
    }
  }

  /** What a peer has seen is told after its end, too. */
  async #rest(name: string): Promise<void> {
    const { tell } = this.#options;
    const peer = this.#peers.get(name) ?? this.#gone.get(name);
    if (peer === undefined) return tell({ type: '@chat.peer', peer: name, status: 'gone' });
    const { changes, left } = await peer.rest();
    const peers = left.flatMap((nickname) => this.#names.get(nickname) ?? []);
    tell({ type: '@chat.peer', peer: name, status: 'resting', changes, left: peers });
  }

  #fail(name: string, error: string): void {
    this.#options.tell({ type: '@chat.peer', peer: name, status: 'failed', error });
  }

  #fill(): void {
    const { disk } = this.#options;
    if (disk === undefined) throw new Error('the room is in Redis, not on this disk');
    clearTimeout(this.#freeing);
    this.#freeing = setTimeout(() => this.#free(), fullSeconds * 1000);
    disk.fill(this);
  }

  #free(): void {
    clearTimeout(this.#freeing);
    this.#freeing = undefined;
    this.#options.disk?.free(this);
  }

  /** Resolves when the process runs again. */
  async #hang(nickname: string): Promise<void> {
    const { hang, tell } = this.#options;
    try {
      if (hang === undefined) throw new Error('no other process would go on with the room');
      if (hang.obstacle !== undefined) throw new Error('this process cannot stop itself');
      const left = await hang.begin(nickname, () => tell({ type: '@chat.hang', status: 'stopping' }));
      tell({ type: '@chat.hang', status: 'over', left });
    } catch (error) {
      tell({ type: '@chat.error', error: (error as Error).message });
    }
  }
}
