import { type ActorRefFrom, createActor, fromCallback } from 'xstate';
import type { Change } from '../../src/ledger/ledger.ts';
import { type Commit as Ordered, type RoomEvent, roomMachine } from '../../src/machines/room.ts';

/** A commit under way: its changes, and functions to end it. */
export type Commit = { changes: readonly Change[]; end: () => void; break: (error: unknown) => void };

/** A room machine with the test in place of the ledger. */
export class LoneRoom {
  /** All commits so far, in order. */
  readonly commits: Commit[] = [];
  /** How many commits have ended. */
  ended = 0;
  /** The commits that failed, in order. */
  readonly failed: { changes: readonly Change[]; error: unknown }[] = [];
  /** The starts and results of all commits, in order. */
  readonly steps: string[] = [];
  readonly actor: ActorRefFrom<typeof roomMachine>;

  constructor() {
    const ledger = fromCallback<Ordered>(({ receive, sendBack }) => {
      const end = (event: RoomEvent) => {
        this.ended++;
        this.steps.push(event.type);
        sendBack(event);
      };
      receive(({ changes }) => {
        this.steps.push('commit');
        this.commits.push({
          changes,
          end: () => end({ type: 'committed' }),
          break: (error) => end({ type: 'broken', error }),
        });
      });
    });
    const machine = roomMachine.provide({
      actors: { mailbox: fromCallback(() => {}), ledger },
      actions: {
        fail: ({ context: { committing: changes }, event }) => {
          if (event.type === 'broken') this.failed.push({ changes, error: event.error });
        },
      },
    });
    this.actor = createActor(machine).start();
  }

  get state(): string {
    const { value } = this.actor.getSnapshot();
    return typeof value === 'string' ? value : Object.entries(value).flat().join('.');
  }

  /** The authors of the changes in each commit so far. */
  get batches(): string[][] {
    return this.commits.map(({ changes }) => changes.map(({ by }) => by));
  }

  hear(...changes: Change[]): this {
    for (const change of changes) this.actor.send({ type: 'changes', changes: [change] });
    return this;
  }

  drain(): this {
    this.actor.send({ type: 'drain' });
    return this;
  }

  /** The nth commit, from 0. */
  commit(index: number): Commit {
    const commit = this.commits[index];
    if (commit === undefined) throw new Error(`there is no commit ${index}`);
    return commit;
  }
}

/** A change of each kind from a connection. */
export const change = {
  claim: (by: string): Change => ({ type: 'claim', by, nickname: by, key: by }),
  post: (by: string): Change => ({ type: 'post', by, content: 'x' }),
  leave: (by: string): Change => ({ type: 'leave', by }),
  confirm: (by: string): Change => ({ type: 'confirm', by }),
};
