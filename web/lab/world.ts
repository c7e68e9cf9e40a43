/**
 * The picture that the page shows. It is made from the entries of a recording, one after another, and from nothing else:
 * the same entries make the same picture, live or replayed.
 */
import type { Chart } from '../../src/charts/chart.ts';
import type { Online, ShownEvent } from '../../src/inspect/told.ts';
import { bytesOf } from './bytes.ts';
import { Cast } from './cast.ts';
import { Hunts } from './hunts.ts';
import { labelOf, signOf } from './label.ts';
import { momentOf } from './moments.ts';
import type { Actor, LabClient, Line, Picture } from './picture.ts';
import { Batches } from './queues/batches.ts';
import type { Recorded, RecordedTold } from './recorded.ts';
import { isPing, isReply, objectIn, rulesOfAnswer, rulesOfRequest } from './rules.ts';
import { Traffic } from './traffic.ts';
import { Waiting } from './waiting.ts';
import { Writes } from './writes.ts';

/** Actors whose messages are drawn, besides the connections. */
const speaking = ['mailbox', 'room', 'ledger', 'redis'];

export class World {
  readonly #cast: Cast;
  readonly actors: ReadonlyMap<string, Actor>;
  readonly clients = new Map<string, LabClient>();
  /** How many entries of the recording it is made from. */
  count = 0;
  skipped = 0;
  framesSkipped = 0;
  at = 0;
  /** Who is online, where several processes share the room. */
  online: Online | undefined;
  readonly waiting = new Waiting();
  readonly batches = new Batches();
  readonly #hunts = new Hunts(this.clients);
  readonly #writes = new Writes();
  #serial = 0;
  readonly #next = () => ++this.#serial;
  readonly #traffic = new Traffic(this.#next);
  readonly lines = this.#traffic.lines;
  readonly flows = this.#traffic.flows;
  readonly pings = new Traffic(this.#next);

  constructor(charts: Record<string, Chart>) {
    this.#cast = new Cast(charts);
    this.actors = this.#cast.all;
  }

  apply(entry: Recorded): void {
    this.count++;
    this.at = entry.at;
    switch (entry.kind) {
      case 'told':
        this.#hear(entry.told, entry.at);
        break;
      case 'sent':
      case 'got':
        this.#log(entry);
        break;
      case 'client':
        this.#meet(entry);
        break;
      case 'picture':
        this.#restore(structuredClone(entry.picture));
        break;
      case 'reset':
        this.#cast.clear();
        this.online = undefined;
        this.waiting.clear();
        this.batches.clear();
        // Their lifelines are gone, and those to come may have the same sessions.
        for (const { flows } of [this.#traffic, this.pings]) flows.length = 0;
    }
  }

  /** The number of the last line or flow. */
  get serial(): number {
    return this.#serial;
  }

  /** An entry that stands for all entries so far. */
  get picture(): Extract<Recorded, { kind: 'picture' }> {
    const { at, lines, flows, skipped, framesSkipped, online } = this;
    const actors = [...this.actors.values()];
    const clients = [...this.clients.values()];
    const pings = { lines: this.pings.lines, flows: this.pings.flows };
    const picture = structuredClone({
      actors,
      clients,
      lines,
      flows,
      pings,
      skipped,
      framesSkipped,
      online,
      waits: this.waiting.past,
      batches: this.batches.past,
      depths: this.batches.depths,
    });
    return { at, kind: 'picture', picture };
  }

  /** The living actor with this name, `room` for example. */
  named(name: string): Actor | undefined {
    return this.#cast.named(name);
  }

  /** The page's client at the other end of a connection. */
  clientOf(session: string): string | undefined {
    for (const client of this.clients.values()) if (client.session === session) return client.id;
    return undefined;
  }

  #restore({
    actors,
    clients,
    pings,
    skipped,
    framesSkipped,
    online,
    waits = [],
    batches = [],
    depths = [],
    ...story
  }: Picture): void {
    this.#cast.restore(actors);
    for (const client of clients) this.clients.set(client.id, client);
    this.#traffic.restore(story);
    if (pings !== undefined) this.pings.restore(pings);
    this.skipped = skipped;
    this.framesSkipped = framesSkipped;
    this.online = online;
    for (const wait of waits) this.waiting.add(wait);
    this.batches.restore(batches, depths);
    const numbered = [this.#traffic, this.pings].flatMap(({ lines, flows }) => [...lines, ...flows]);
    this.#serial = Math.max(0, ...numbered.map(momentOf));
  }

  #hear(told: RecordedTold, at: number): void {
    switch (told.type) {
      case '@chat.skipped':
        this.skipped += told.count;
        this.framesSkipped += told.frames;
        break;
      case '@chat.online':
        this.online = told;
        break;
      case '@chat.queues':
        this.waiting.add({ at, queues: told.queues });
        break;
      case '@chat.frame':
        this.#glimpse(told, at);
        break;
      case '@chat.handshake':
        this.#greet(told, at);
        break;
      case '@xstate.actor': {
        const { machine, session } = this.#cast.add(told);
        if (machine === 'connection') this.#hunts.born(session, at);
        break;
      }
      case '@xstate.event':
        this.batches.hear(this.actors.get(told.sessionId)?.name, told.event, at);
        this.#flow(told, at);
        break;
      case '@xstate.snapshot':
        this.#cast.move(told);
    }
  }

  #flow(told: Extract<RecordedTold, { type: '@xstate.event' }>, at: number): void {
    const { event, sessionId: to, sourceId } = told;
    const actor = this.actors.get(to);
    if (event.type.startsWith('xstate.') || actor === undefined) return;
    if (actor.machine !== 'connection' && !speaking.includes(actor.name)) return;
    const from = sourceId ?? this.#callerOf(event);
    const isRefusal = event.type === 'unreadable' || event.type === 'broken';
    const tookMs = this.#writes.hear(event.type, told.at ?? Number(told.createdAt));
    this.#traffic.draw({ from, to, label: labelOf(event), isRefusal, at, tookMs });
  }

  /** Who has sent an event that has no source, since it did not come from an actor itself but from the code around it. */
  #callerOf({ type, by }: ShownEvent): string | undefined {
    const caller = type === 'settled' || type === 'superseded' ? 'room' : by;
    return typeof caller === 'string' ? this.named(caller)?.session : undefined;
  }

  /** A handshake: of a connection, or a refused one, which belongs to none. */
  #greet(told: Extract<RecordedTold, { type: '@chat.handshake' }>, at: number): void {
    const { sessionId: session, request, response, isEarlier } = told;
    const actor = this.actors.get(session);
    if (actor?.machine === 'connection') actor.handshake = { request, response };
    if (isEarlier) return;
    const line = { at, whose: this.#whose(session), rules: [], isHandshake: true };
    this.#traffic.note({ ...line, isOut: true, text: request[0] ?? '' });
    this.#traffic.note({ ...line, isOut: false, text: response[0] ?? '' });
  }

  /** A frame that the inspector has told. The page's clients record their own messages, but see no control frames. */
  #glimpse(told: Extract<RecordedTold, { type: '@chat.frame' }>, at: number): void {
    const { sessionId: session, way, kind, text, bytes, header, expected } = told;
    const isOut = way === 'in';
    if (isOut && bytes !== undefined) this.#hunts.got(session, bytes);
    const client = this.clientOf(session);
    const whose = this.#whose(session);
    if (text === undefined) {
      const sign = signOf(told);
      const isBeat = kind === 'ping' || kind === 'pong';
      const traffic = isBeat ? this.pings : this.#traffic;
      traffic.note({ at, whose, isOut, header, expected, ...sign });
      if (isBeat && isOut)
        traffic.draw({ from: undefined, to: session, label: sign.text, isRefusal: false, at });
      else if (isBeat) traffic.drawTelling({ from: session, label: sign.text, bytes: 0, at });
      return;
    }
    const traffic = this.#trafficOf(text, isOut);
    const line = { at, whose, isOut, header, text, expected, rules: rulesOf(text, isOut) };
    if (client === undefined) {
      traffic.note(line);
      if (!isOut && (isReply(text) || isPing(text))) traffic.drawAnswer(session, text, bytes ?? 0, at);
    } else if (isOut) {
      if (bytes !== undefined && header !== undefined) traffic.taken(client, bytes, header);
    } else if (bytes !== undefined && traffic.awaits(client, { ...line, awaited: bytes })) {
      traffic.drawAnswer(session, text, bytes, at);
    }
  }

  /** A frame that a client of the page has recorded. */
  #log({ kind, client: id, text, at }: Extract<Recorded, { kind: 'sent' | 'got' }>): void {
    const isOut = kind === 'sent';
    const bytes = bytesOf(text);
    const rules = rulesOf(text, isOut);
    const client = this.clients.get(id);
    if (isOut) {
      this.#traffic.note({ at, whose: { client: id }, isOut, text, rules });
      this.#hunts.sent(id, bytes);
      return;
    }
    const traffic = this.#trafficOf(text, isOut);
    const isTold = traffic.got({ client: id, text, rules, bytes, at });
    if (client === undefined) return;
    const { type, status, name, newname } = objectIn(text);
    if (isReply(text)) this.#hunts.answered(id);
    if (type === 'name' && status === true) client.nickname = `${newname ?? name}`;
    if (client.session !== undefined && !isTold) traffic.drawAnswer(client.session, text, bytes, at);
  }

  #whose(session: string): Line['whose'] {
    const client = this.clientOf(session);
    return client === undefined ? { session, name: this.actors.get(session)?.name ?? '?' } : { client };
  }

  #trafficOf(text: string, isOut: boolean): Traffic {
    return !isOut && isPing(text) ? this.pings : this.#traffic;
  }

  #meet({ client: id, status, code, at }: Extract<Recorded, { kind: 'client' }>): void {
    if (status === 'removed') {
      this.clients.delete(id);
      this.#hunts.end(id);
      return;
    }
    const known = this.clients.get(id);
    const client = known ?? { id, status, code, nickname: undefined, session: undefined };
    client.status = status;
    client.code = code;
    this.clients.set(id, client);
    if (status === 'connecting') this.#hunts.begin(id, at);
    if (status === 'closed') this.#hunts.end(id);
  }
}

const rulesOf = (text: string, isOut: boolean) => (isOut ? rulesOfRequest(text) : rulesOfAnswer(text));
