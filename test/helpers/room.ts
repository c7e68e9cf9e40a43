import { type ActorRefFrom, type AnyEventObject, createActor, fromCallback, waitFor } from 'xstate';
import type { Act, Batch, Outcome } from '../../src/ledger/ledger.ts';
import { type RoomEvent, roomMachine } from '../../src/machines/room.ts';

/** A commit under way: its batch, and how the test ends it. */
export type Commit = {
  batch: Batch;
  end: (outcomes?: readonly Outcome[]) => void;
  break: (error: unknown) => void;
};

/** A room machine whose ledger is the test. */
export class LoneRoom {
  /** Every commit so far, in order. */
  readonly commits: Commit[] = [];
  /** What was settled and what failed, in order. */
  readonly said: ({ batch: Batch; outcomes: readonly Outcome[] } | { batch: Batch; error: unknown })[] = [];
  /** What happened, in order: a stamp, the start of a commit, a batch settled or failed. */
  readonly steps: string[] = [];
  readonly actor: ActorRefFrom<typeof roomMachine>;

  constructor() {
    let stamps = 0;
    const ledger = fromCallback<AnyEventObject>(({ receive, sendBack }) => {
      const tell = (event: RoomEvent) => sendBack(event);
      receive(({ batch }) => {
        this.steps.push('commit');
        const fine = batch.acts.map((): Outcome => ({ type: 'absent' }));
        this.commits.push({
          batch,
          end: (outcomes = fine) => tell({ type: 'committed', outcomes }),
          break: (error) => tell({ type: 'broken', error }),
        });
      });
    });
    const machine = roomMachine.provide({
      actors: { mailbox: fromCallback(() => {}), ledger },
      actions: {
        settle: ({ context: { batch } }, { outcomes }) => {
          this.steps.push('settle');
          this.said.push({ batch, outcomes });
        },
        fail: ({ context: { batch } }, { error }) => {
          this.steps.push('fail');
          this.said.push({ batch, error });
        },
      },
    });
    const stamp = () => {
      this.steps.push('stamp');
      return `t${++stamps}`;
    };
    this.actor = createActor(machine, { input: { stamp } }).start();
  }

  get state(): string {
    const { value } = this.actor.getSnapshot();
    return typeof value === 'string' ? value : Object.entries(value).flat().join('.');
  }

  /** The acts of each commit so far, by who asked. */
  get batches(): string[][] {
    return this.commits.map(({ batch }) => batch.acts.map(({ by }) => by));
  }

  hear(...acts: Act[]): this {
    for (const act of acts) this.actor.send({ type: 'acts', acts: [act] });
    return this;
  }

  drain(): this {
    this.actor.send({ type: 'drain' });
    return this;
  }

  /** The commit of this number, from 0. */
  commit(index: number): Commit {
    const commit = this.commits[index];
    if (commit === undefined) throw new Error(`there is no commit ${index}`);
    return commit;
  }

  /** Until so many batches have been settled or have failed. */
  async until(count: number): Promise<this> {
    await waitFor(this.actor, () => this.said.length >= count);
    return this;
  }
}

/** One act of each kind, asked by `by`. */
export const act = {
  claim: (by: string): Act => ({ type: 'claim', by, oldname: undefined, nickname: by, key: by }),
  recall: (by: string): Act => ({ type: 'recall', by, nickname: by, window: undefined }),
  post: (by: string): Act => ({ type: 'post', by, nickname: by, content: 'x' }),
  leave: (by: string): Act => ({ type: 'leave', by }),
};
