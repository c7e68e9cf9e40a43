import type { Fault } from './fault.ts';
import { type Frame, namesIn } from './frame.ts';
import { type Desk, Peer, type PeerOptions, type Sendable } from './peer.ts';
import type { Run } from './run.ts';

/** Where one case is tried: its clients, and the transcript of what they and the server say. */
export class Bench implements Desk {
  readonly run: Run;
  transcript: string[] = [];
  /** What only `--strict` objects to. */
  readonly notes: Fault[] = [];
  #peers: Peer[] = [];
  /** In most nicknames of this case, so that they are nobody else's. */
  readonly #mark: string;
  /** The nicknames that this case has asked for. */
  readonly #names = new Set<unknown>();
  #count = 0;

  constructor(run: Run) {
    this.run = run;
    this.#mark = `${run.mark}-${++run.tried}-`;
  }

  /** A nickname that nobody has had. */
  nickname(start = 'check'): string {
    return `${start} ${this.#mark}${++this.#count}`;
  }

  /** A content that nobody has sent. */
  content(): string {
    return this.nickname('said');
  }

  /** A fresh connection: A, then B, … Rejects with a Fault. */
  async client(options?: PeerOptions): Promise<Peer> {
    const label = String.fromCodePoint('A'.charCodeAt(0) + this.#peers.length);
    const peer = await Peer.open(this, label, options);
    this.#peers.push(peer);
    return peer;
  }

  /** A fresh connection that has registered. */
  async member(nickname = this.nickname()): Promise<Peer> {
    const peer = await this.client();
    await peer.take(nickname);
    return peer;
  }

  /** Several members, none of whom has heard anything yet that it has not taken. */
  async members(count: number): Promise<Peer[]> {
    const members: Peer[] = [];
    for (let index = 0; index < count; index++) members.push(await this.member());
    for (const member of members) await member.events();
    return members;
  }

  tell(line: string): void {
    this.transcript.push(line);
    this.run.told = this.transcript;
  }

  note(fault: Fault): void {
    this.notes.push(fault);
  }

  noteName(request: Sendable): void {
    if (typeof request === 'object' && 'name' in request) this.#names.add(request.name);
  }

  isOurs(event: Frame): boolean {
    const names = namesIn(event);
    return names.length === 0 || names.some((name) => typeof name !== 'string' || this.isOurName(name));
  }

  isOurName(name: unknown): boolean {
    return this.#names.has(name) || String(name).includes(this.#mark);
  }

  /** Ends all connections. */
  async clear(): Promise<void> {
    const peers = this.#peers;
    this.#peers = [];
    await this.run.dismiss(peers);
  }

  /** Begins anew, for a case that tries something shorter. */
  async again(): Promise<void> {
    await this.clear();
    this.transcript = [];
  }
}
