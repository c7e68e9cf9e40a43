import { assertEvent, fromCallback } from 'xstate';
import type { Change, Entry, Ledger } from '../ledger/ledger.ts';
import type { Holding } from '../machines/guards.ts';
import { type Commit, type RoomEvent, roomMachine } from '../machines/room.ts';
import { inWords } from '../system-error.ts';
import { answerTo } from './answer.ts';
import type { Connection } from './connection.ts';
import { FanOut, type Members } from './fan-out.ts';
import { textFrame } from './frame.ts';
import type { Log } from './log.ts';
import type { Turns } from './turns.ts';

export type RoomOptions = {
  ledger: Ledger;
  /** Every connection by its id. */
  connections: ReadonlyMap<string, Connection>;
  /** In which connections handle what they are asked: never while a stretch is handed out. */
  turns: Turns;
  stamp: () => string;
  log: Log;
  /** Called when the rules have changed. */
  onGoverned: () => void;
  /** What there is to say of the members of this process, as JSON. */
  onAsked: () => string;
  /** Whether an inspector is watching. */
  isWatched: () => boolean;
  /** Called when a bug has prevented a stretch from being settled. */
  onFault: (error: unknown) => void;
};

type Settled = { count: number; holding: Holding | undefined };

/** Runs the room machine on a ledger, and settles the entries that the ledger tells: replies, events, log entries. */
export function createRoom({ ledger, connections, turns, ...options }: RoomOptions) {
  const { stamp, log, onGoverned, onAsked, isWatched, onFault } = options;
  const members: Members = new Map();
  /** The connections that there were when the others gave this process up. What they have asked for is void. */
  let fenced: ReadonlySet<string> = new Set();

  function settle(stretch: readonly Entry[]): void {
    const fanOut = new FanOut(members, connections);
    const settled = new Map<string, Settled>();
    /** What happens once everybody has been told. */
    const afterwards: (() => void)[] = [];
    for (const entry of stretch) {
      const { by } = entry;
      const { reply, event, log: said, holding } = answerTo(entry, by && connections.get(by)?.nickname);
      fanOut.add(by, frameOf(reply), frameOf(event));
      if (entry.type === 'resumed' && entry.from !== undefined) {
        // It has seen what happened before this. It sees nothing more, and what it has yet to ask is dropped.
        connections.get(entry.from)?.freeze();
        fanOut.add(entry.from, undefined, undefined);
        members.delete(entry.from);
        const { from } = entry;
        afterwards.push(() => connections.get(from)?.supersede());
      }
      if (entry.type === 'governed') afterwards.push(onGoverned);
      if (entry.type === 'kicked' && entry.from !== undefined) {
        const { from, code, reason } = entry;
        afterwards.push(() => connections.get(from)?.close(code, reason, 'kicked'));
      }
      if (by === undefined) continue;
      if (entry.type === 'left' || entry.type === 'entrusted') members.delete(by);
      else if (holding !== undefined) members.set(by, connections.get(by)?.outlet);
      const { count = 0, holding: earlier } = settled.get(by) ?? {};
      settled.set(by, { count: count + 1, holding: holding ?? earlier });
      if (said !== undefined) log(said);
    }
    fanOut.deliver();
    for (const [by, { count, holding }] of settled) connections.get(by)?.settled(count, holding);
    for (const act of afterwards) act();
  }

  const runLedger = fromCallback<Commit>(({ receive, sendBack }) => {
    const tell = (event: RoomEvent) => sendBack(event);
    ledger.start({
      onStretch(stretch) {
        if (isWatched()) tell({ type: 'stretch', stretch });
        try {
          turns.alone(() => settle(stretch));
        } catch (error) {
          onFault(error);
        }
      },
      onAsked,
      onFenced(error) {
        log({ kind: 'error', connection: undefined, error });
        members.clear();
        fenced = new Set(connections.keys());
        turns.alone(() => {
          for (const connection of connections.values()) connection.close(1012, 'the service restarts');
        });
      },
    });
    receive(({ changes }) => {
      ledger.commit(changes.filter(({ by }) => !fenced.has(by))).then(
        () => tell({ type: 'committed' }),
        (error) => tell({ type: 'broken', error }),
      );
    });
  });

  return roomMachine.provide({
    actors: { mailbox, ledger: runLedger },
    actions: {
      fail({ context, event }) {
        assertEvent(event, 'broken');
        log({ kind: 'error', connection: undefined, error: event.error });
        const failed = { type: 'failed', error: inWords(event.error), timestamp: stamp() } as const;
        const answered = context.committing.filter(({ type }) => type !== 'confirm');
        settle(answered.map((change) => ({ ...failed, by: change.by, change })));
      },
    },
  });
}

/** Collects the changes of one turn of the event loop for the room. `drain` comes after the changes before it. */
const mailbox = fromCallback<Change | { type: 'drain' }>(({ receive, sendBack }) => {
  const tell = (event: RoomEvent) => sendBack(event);
  let changes: Change[] = [];
  let end: NodeJS.Immediate | undefined;
  const flush = () => {
    clearImmediate(end);
    if (changes.length > 0) tell({ type: 'changes', changes });
    changes = [];
    end = undefined;
  };
  receive((event) => {
    if (event.type === 'drain') {
      flush();
      tell(event);
      return;
    }
    changes.push(event);
    end ??= setImmediate(flush);
  });
  return () => clearImmediate(end);
});

const frameOf = (value: object | undefined) => value && textFrame(JSON.stringify(value));
