import { type AnyEventObject, fromCallback } from 'xstate';
import type { Act, Batch, Ledger, Outcome } from '../ledger/ledger.ts';
import { type Commit, type RoomEvent, roomMachine } from '../machines/room.ts';
import { inWords } from '../system-error.ts';
import { type Answer, answerTo } from './answer.ts';
import type { Connection } from './connection.ts';
import { FanOut, type Members } from './fan-out.ts';
import { textFrame } from './frame.ts';
import type { Log } from './log.ts';

export type RoomOptions = {
  ledger: Ledger;
  /** Every connection by its id. */
  connections: ReadonlyMap<string, Connection>;
  log: Log;
};

/** The room machine, run on a ledger: it settles each batch act by act, in order, and tells whom it concerns. */
export function createRoom({ ledger, connections, log }: RoomOptions) {
  const members: Members = new Map();

  function settle({ acts, timestamp }: Batch, outcomes: readonly Outcome[]): void {
    const settled = acts.map((act, index) => ({
      by: act.by,
      ...answerTo(act, outcomes[index] ?? lost, timestamp),
    }));
    const fanOut = new FanOut(members, connections);
    for (const { by, reply, event, entry, nickname } of settled) {
      fanOut.add(by, reply && bytesOf(reply), event && textFrame(JSON.stringify(event)));
      if (nickname === undefined) members.delete(by);
      else if (!members.has(by)) members.set(by, connections.get(by));
      if (entry !== undefined) log(entry);
    }
    fanOut.deliver();
    for (const { by, nickname } of settled) connections.get(by)?.settled(nickname);
  }

  return roomMachine.provide({
    actors: {
      mailbox,
      ledger: fromCallback<AnyEventObject>(({ receive, sendBack }) => {
        const tell = (event: RoomEvent) => sendBack(event);
        receive((event) => {
          ledger.commit((event as Commit).batch).then(
            (outcomes) => tell({ type: 'committed', outcomes }),
            (error) => tell({ type: 'broken', error }),
          );
        });
      }),
    },
    actions: {
      settle: ({ context: { batch } }, { outcomes }) => settle(batch, outcomes),
      fail: ({ context: { batch } }, { error }) => {
        log({ kind: 'error', connection: undefined, error });
        settle(batch, Array(batch.acts.length).fill({ type: 'failed', error: inWords(error) }));
      },
    },
  });
}

/** Hands the room the acts of a turn of the event loop at once, at the end of the turn; and the end itself behind them. */
const mailbox = fromCallback<Act | { type: 'drain' }>(({ receive, sendBack }) => {
  const tell = (event: RoomEvent) => sendBack(event);
  let acts: Act[] = [];
  let end: NodeJS.Immediate | undefined;
  const flush = () => {
    clearImmediate(end);
    if (acts.length > 0) tell({ type: 'acts', acts });
    acts = [];
    end = undefined;
  };
  receive((event) => {
    if (event.type === 'drain') {
      flush();
      tell(event);
      return;
    }
    acts.push(event);
    end ??= setImmediate(flush);
  });
  return () => clearImmediate(end);
});

const lost: Outcome = { type: 'failed', error: 'the ledger gave no outcome' };

function bytesOf(reply: NonNullable<Answer['reply']>): Buffer | readonly Uint8Array[] {
  if (!('pieces' in reply)) return textFrame(JSON.stringify(reply));
  return reply.pieces;
}
