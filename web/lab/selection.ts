import type { World } from './world.ts';

/** The actor and the client that are chosen. A client that is chosen brings its connection along. */
export class Selection {
  /** The session of the chosen actor. */
  session: string | undefined;
  /** The id of the chosen client. */
  client: string | undefined;
  /** The chosen client's connection is to be chosen as soon as it is known. */
  #isSought = false;
  /** The connection that was chosen for the client. It may turn out to be another client's. */
  #assumed: string | undefined;

  chooseClient(id: string): void {
    this.client = id;
    this.#isSought = true;
  }

  /** Chooses an actor, and the client if the actor is a client's connection. */
  choose(session: string, world: World): void {
    this.session = session;
    this.#isSought = false;
    this.#assumed = undefined;
    this.client = world.clientOf(session) ?? this.client;
  }

  /** A client is gone: of those that are left, the newest takes its place. */
  drop(id: string, left: Iterable<string>): void {
    if (this.client === id) this.client = [...left].at(-1);
  }

  /** Chooses what has become known: the room at first, later the connection of the chosen client. */
  follow(world: World): void {
    this.session ??= world.named('room')?.session;
    const session = world.clients.get(this.client ?? '')?.session;
    if (session === undefined || !(this.#isSought || this.#assumed === this.session)) return;
    this.session = session;
    this.#assumed = session;
    this.#isSought = false;
  }
}
