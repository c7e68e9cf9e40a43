/**
 * What a watcher may do besides watching, for a lesson: direct a few peers that behave as no browser's can, and fill the
 * disk. It ends with the watcher, and a full disk after half a minute at the latest.
 */
import { z } from 'zod';
import { deeds, type Outcome } from './orders.ts';
import { Peer } from './peer.ts';

export type FaultsOptions = {
  /** Where the chat is; without it there are no peers. */
  chatUrl: string | undefined;
  /** Most code points of a nickname. */
  maxName: number;
  /** Makes the disk full, or lets it be as it is. */
  setFull: (isFull: boolean) => void;
  /** The session of the connection that holds a nickname. */
  sessionOf: (nickname: string) => string | undefined;
  /** Tells the watcher what came of what it asked for. */
  tell: (outcome: Outcome) => void;
};

const mostPeers = 8;
/** Seconds that a disk stays full. */
const fullSeconds = 30;

const named = { peer: z.string().min(1).max(20) };
const order = z.discriminatedUnion('do', [
  z.strictObject({ do: z.literal('open'), ...named, nickname: z.string().max(50) }),
  z.strictObject({ do: z.literal('rest'), ...named }),
  z.strictObject({ do: z.enum(deeds), ...named }),
  z.strictObject({ do: z.enum(['fill', 'free']) }),
]);
type Order = z.infer<typeof order>;

export class Faults {
  readonly #options: FaultsOptions;
  /** By name; `undefined` while they open. */
  readonly #peers = new Map<string, Peer | undefined>();
  /** Names of the peers by their nicknames, of those too that are gone. */
  readonly #names = new Map<string, string>();
  #freeing: ReturnType<typeof setTimeout> | undefined;
  #isOver = false;

  constructor(options: FaultsOptions) {
    this.#options = options;
  }

  /** Does what a frame of the watcher's says; one that says nothing it knows is answered with an error. */
  take(text: string): void {
    try {
      this.#carryOut(order.parse(JSON.parse(text)));
    } catch (error) {
      const said = error instanceof z.ZodError ? z.prettifyError(error) : (error as Error).message;
      this.#options.tell({ type: '@chat.error', error: said });
    }
  }

  /** The watcher is gone. */
  end(): void {
    this.#isOver = true;
    for (const peer of this.#peers.values()) peer?.close();
    if (this.#freeing !== undefined) this.#free();
  }

  #carryOut(order: Order): void {
    switch (order.do) {
      case 'open':
        void this.#open(order.peer, order.nickname);
        break;
      case 'fill':
        this.#fill();
        break;
      case 'free':
        this.#free();
        break;
      case 'rest':
        void this.#rest(order.peer);
        break;
      default:
        this.#peerOf(order.peer)[order.do]();
        this.#options.tell({ type: '@chat.peer', peer: order.peer, status: 'done', did: order.do });
    }
  }

  async #open(name: string, nickname: string): Promise<void> {
    const { chatUrl: url, maxName, sessionOf, tell } = this.#options;
    const fail = (error: string) => tell({ type: '@chat.peer', peer: name, status: 'failed', error });
    if (url === undefined) return fail('the chat listens nowhere');
    if (this.#peers.has(name) || this.#peers.size >= mostPeers) return fail('too many peers');
    let peer: Peer | undefined;
    const onClosed = (code: number) => {
      // One that was refused has no place any more, and its name may be another's.
      if (peer !== undefined) this.#peers.delete(name);
      tell({ type: '@chat.peer', peer: name, status: 'closed', code });
    };
    this.#peers.set(name, undefined);
    try {
      peer = await Peer.open({ url, nickname, maxName, onClosed });
      this.#peers.set(name, peer);
      this.#names.set(nickname, name);
      if (this.#isOver) peer.close();
      tell({ type: '@chat.peer', peer: name, status: 'open', session: sessionOf(nickname) });
    } catch (error) {
      this.#peers.delete(name);
      fail((error as Error).message);
    }
  }

  async #rest(name: string): Promise<void> {
    const { tell } = this.#options;
    try {
      const { changes, left } = await this.#peerOf(name).rest();
      const peers = left.flatMap((nickname) => this.#names.get(nickname) ?? []);
      tell({ type: '@chat.peer', peer: name, status: 'resting', changes, left: peers });
    } catch (error) {
      tell({ type: '@chat.peer', peer: name, status: 'failed', error: (error as Error).message });
    }
  }

  #peerOf(name: string): Peer {
    const peer = this.#peers.get(name);
    if (peer === undefined) throw new Error(`there is no peer ${JSON.stringify(name)}`);
    return peer;
  }

  #fill(): void {
    this.#options.setFull(true);
    clearTimeout(this.#freeing);
    this.#freeing = setTimeout(() => this.#free(), fullSeconds * 1000);
    this.#options.tell({ type: '@chat.disk', isFull: true });
  }

  #free(): void {
    clearTimeout(this.#freeing);
    this.#freeing = undefined;
    this.#options.setFull(false);
    this.#options.tell({ type: '@chat.disk', isFull: false });
  }
}
