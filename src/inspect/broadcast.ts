import type { AnyActorRef, InspectionEvent } from 'xstate';
import type { System } from '../actors/system.ts';
import type { Traffic } from '../actors/tap.ts';
import { countOf } from './frames.ts';
import { queuesOf } from './queues.ts';
import { isWatched, type Redactor } from './redact.ts';
import { membersOf, type SharedRoom } from './shared-room.ts';
import { Steps } from './steps.ts';
import { bytesOf, type Watcher } from './watcher.ts';

export type BroadcastOptions = {
  system: Pick<System, 'actors' | 'handshakeOf' | 'inspect' | 'queues' | 'tap'>;
  /** The room, if several processes share it. */
  room: SharedRoom | undefined;
  redactor: Redactor;
  /** Milliseconds from one tick to the next. */
  tickMs: number;
  /** A bug has ended all watching. */
  onFault: (error: unknown) => void;
};

/** All watchers, and what they are told. It listens to the actors only while there are watchers. */
export class Broadcast {
  readonly #options: BroadcastOptions;
  readonly #watchers = new Set<Watcher>();
  #detach: (() => void) | undefined;

  constructor(options: BroadcastOptions) {
    this.#options = options;
  }

  add(watcher: Watcher): void {
    this.#watchers.add(watcher);
    this.#detach ??= this.#attach();
    this.guarded(() => watcher.tick(this.#online(), this.#queues()));
  }

  has(watcher: Watcher): boolean {
    return this.#watchers.has(watcher);
  }

  remove(watcher: Watcher): void {
    this.#watchers.delete(watcher);
    if (this.#watchers.size === 0) this.#stop();
  }

  close(): void {
    this.#stop();
    this.#watchers.clear();
  }

  /** A bug in `work` ends all watching: if it reached the observed actor, it would break that. */
  guarded(work: () => void): void {
    try {
      work();
    } catch (error) {
      this.#stop();
      for (const watcher of this.#watchers) watcher.close(1011, 'internal error');
      this.#watchers.clear();
      this.#options.onFault(error);
    }
  }

  #attach(): () => void {
    const { system, tickMs } = this.#options;
    const steps = new Steps();
    for (const actor of system.actors()) steps.begin(actor);
    const { unsubscribe } = system.inspect((event) => this.guarded(() => this.#tell(event, steps)));
    const untap = system.tap((actor, traffic) => this.guarded(() => this.#tellFrames(actor, traffic)));
    const ticks = setInterval(() => this.guarded(() => this.#tick()), tickMs);
    return () => {
      unsubscribe();
      untap();
      clearInterval(ticks);
    };
  }

  #stop(): void {
    this.#detach?.();
    this.#detach = undefined;
  }

  #tick(): void {
    const online = this.#online();
    const queues = this.#queues();
    for (const watcher of this.#watchers) watcher.tick(online, queues);
  }

  /** Who is online, as a watcher is told. */
  #online(): Buffer | undefined {
    const { room, system, redactor } = this.#options;
    return room && bytesOf(redactor.online(membersOf(room, system)));
  }

  #queues(): Buffer {
    return bytesOf(queuesOf(this.#options.system));
  }

  /** Redacts an event once for all watchers, and only if one of them is to be told. */
  #tell(event: InspectionEvent, steps: Steps): void {
    if (event.type === '@xstate.microstep') steps.add(event);
    if (!isWatched(event)) return;
    const { type, actorRef } = event;
    const way = type === '@xstate.snapshot' ? steps.take(event) : undefined;
    let bytes: Buffer | undefined;
    for (const watcher of this.#watchers) {
      if (!watcher.wants(actorRef as AnyActorRef, type === '@xstate.actor')) continue;
      bytes ??= bytesOf(this.#options.redactor.show(event, way));
      watcher.send(bytes);
    }
  }

  /** Does the same for the frames on a connection's wire. */
  #tellFrames(actor: AnyActorRef, traffic: Traffic): void {
    const count = countOf(traffic);
    let frames: Buffer[] | undefined;
    for (const watcher of this.#watchers) {
      const told = watcher.framesFor(actor, traffic.way, count);
      if (told === 0) continue;
      frames ??= this.#options.redactor.frames(actor, traffic).map(bytesOf);
      for (const frame of frames.slice(0, told)) watcher.send(frame);
    }
  }
}
