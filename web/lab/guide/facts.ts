/** What the lab sees, in the terms in which the checks of the lessons are written. */
import type { Chart } from '../../../src/charts/chart.ts';
import { labelOf } from '../label.ts';
import type { ClientStatus } from '../picture.ts';
import type { Mode } from '../playback.ts';
import type { Recorded, RecordedTold } from '../recorded.ts';
import { isPing, isReply, objectIn } from '../rules.ts';
import { World } from '../world.ts';

type Frame = Record<string, unknown>;

export type Fact =
  /** A client of the page has got a reply. `nickname`: the one that it had when it did. */
  | { kind: 'replied'; request: Frame; reply: Frame; nickname: string | undefined }
  /** A client of the page has got an event. */
  | { kind: 'heard'; event: Frame }
  | { kind: 'client'; status: ClientStatus; code: number | undefined }
  /** An event has led an actor from one state to another, or to the same one. */
  | { kind: 'moved'; name: string; isOwn: boolean; from: string; leaf: string; event: string }
  /** An event was sent to an actor; labelled as in the sequence. */
  | { kind: 'flowed'; label: string }
  /** A frame on the wire of a connection; `beat`: a ping as text. */
  | { kind: 'frame'; isOwn: boolean; what: 'beat' | 'pong' | 'cutoff' }
  | { kind: 'skipped' }
  /** A fault has run, and all of its checks have passed. */
  | { kind: 'fault'; name: string }
  /** What the page shows. `open`: how many of its clients are. */
  | { kind: 'view'; mode: Mode; showsPings: boolean; open: number; chosen: Chosen | undefined };

/** The actor that is chosen. */
type Chosen = { name: string; leaf: string; isOwn: boolean };

/** Reads what is recorded as facts. It must have read all that was recorded before. */
export class FactReader {
  readonly #world: World;
  /** Requests of the page's clients that have no reply yet. */
  readonly #asked = new Map<string, Frame[]>();

  constructor(charts: Record<string, Chart>) {
    this.#world = new World(charts);
  }

  read(entry: Recorded): Fact[] {
    const leaf = entry.kind === 'told' && 'sessionId' in entry.told ? this.#leafOf(entry.told.sessionId) : '';
    const nickname = 'client' in entry ? this.#world.clients.get(entry.client)?.nickname : undefined;
    this.#world.apply(entry);
    switch (entry.kind) {
      case 'told':
        return this.#ofTold(entry.told, leaf);
      case 'sent':
        this.#asked.set(entry.client, [...(this.#asked.get(entry.client) ?? []), objectIn(entry.text)]);
        return [];
      case 'got':
        return this.#ofGot(entry.client, entry.text, nickname);
      case 'client':
        return [{ kind: 'client', status: entry.status, code: entry.code }];
      default:
        return [];
    }
  }

  #ofGot(client: string, text: string, nickname: string | undefined): Fact[] {
    if (isPing(text)) return [];
    if (!isReply(text)) return [{ kind: 'heard', event: objectIn(text) }];
    const request = this.#asked.get(client)?.shift() ?? {};
    return [{ kind: 'replied', request, reply: objectIn(text), nickname }];
  }

  #ofTold(told: RecordedTold, from: string): Fact[] {
    switch (told.type) {
      case '@xstate.actor':
        return [this.#moved(told.sessionId, '', 'xstate.init')];
      case '@xstate.snapshot':
        return [this.#moved(told.sessionId, from, told.event.type)];
      case '@xstate.event':
        return [{ kind: 'flowed', label: labelOf(told.event) }];
      case '@chat.frame': {
        const what = told.text !== undefined && isPing(told.text) ? 'beat' : told.kind;
        if (what !== 'beat' && what !== 'pong' && what !== 'cutoff') return [];
        // Only a cut for silence is of the heartbeat.
        if (what === 'cutoff' && told.silentSeconds === undefined) return [];
        return [{ kind: 'frame', isOwn: this.#isOwn(told.sessionId), what }];
      }
      case '@chat.skipped':
        return [{ kind: 'skipped' }];
      default:
        return [];
    }
  }

  #moved(session: string, from: string, event: string): Fact {
    const name = this.#world.actors.get(session)?.name ?? '';
    return { kind: 'moved', name, isOwn: this.#isOwn(session), from, leaf: this.#leafOf(session), event };
  }

  readonly #leafOf = (session: string) => this.#world.actors.get(session)?.leaf ?? '';
  readonly #isOwn = (session: string) => this.#world.clientOf(session) !== undefined;
}
