/**
 * The picture that the page shows. It is made from the entries of a recording, one after another, and from nothing else:
 * the same entries make the same picture, live or replayed.
 */
import type { Chart } from '../../src/charts/chart.ts';
import type { ShownEvent, ShownSnapshot } from '../../src/inspect/told.ts';
import { Hunts } from './hunts.ts';
import { labelOf, labelOfFrame } from './label.ts';
import { beginningOf, leafOf } from './leaf.ts';
import type { Actor, Flow, LabClient, Line, Picture, Pings } from './picture.ts';
import type { Recorded, RecordedActor, RecordedTold } from './recorded.ts';
import { gistOf, isPing, isReply, objectIn, rulesOfAnswer, rulesOfRequest } from './rules.ts';

/** Actors whose messages are drawn, besides the connections. */
const speaking = ['mailbox', 'room', 'ledger'];
const mostLines = 1000;
const mostFlows = 40;
/** How many actors are kept that have ended: one of them may be chosen. */
const mostEnded = 200;

export class World {
  readonly actors = new Map<string, Actor>();
  readonly clients = new Map<string, LabClient>();
  readonly lines: Line[] = [];
  readonly flows: Flow[] = [];
  readonly pings: Pings = { lines: [], flows: [] };
  /** How many entries of the recording it is made from. */
  count = 0;
  skipped = 0;
  framesSkipped = 0;
  at = 0;
  readonly #charts: Record<string, Chart>;
  readonly #hunts = new Hunts(this.clients);
  #ended: string[] = [];
  #serial = 0;

  constructor(charts: Record<string, Chart>) {
    this.#charts = charts;
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
        this.actors.clear();
        this.#ended = [];
    }
  }

  /** The number of the last line or flow. */
  get serial(): number {
    return this.#serial;
  }

  /** An entry that stands for all entries so far. */
  get picture(): Recorded {
    const { at, lines, flows, pings, skipped, framesSkipped } = this;
    const actors = [...this.actors.values()];
    const clients = [...this.clients.values()];
    const picture = structuredClone({ actors, clients, lines, flows, pings, skipped, framesSkipped });
    return { at, kind: 'picture', picture };
  }

  /** The living actor with this name, `room` for example. */
  named(name: string): Actor | undefined {
    for (const actor of this.actors.values())
      if (actor.name === name && actor.status === 'active') return actor;
    return undefined;
  }

  /** The page's client at the other end of a connection. */
  clientOf(session: string): string | undefined {
    for (const client of this.clients.values()) if (client.session === session) return client.id;
    return undefined;
  }

  #restore({ actors, clients, lines, flows, pings, skipped, framesSkipped }: Picture): void {
    for (const actor of actors) this.actors.set(actor.session, actor);
    for (const client of clients) this.clients.set(client.id, client);
    this.lines.push(...lines);
    this.flows.push(...flows);
    this.pings.lines.push(...(pings?.lines ?? []));
    this.pings.flows.push(...(pings?.flows ?? []));
    this.skipped = skipped;
    this.framesSkipped = framesSkipped;
    this.#ended = actors.flatMap(({ session, status }) => (status === 'active' ? [] : session));
    const numbered = [lines, flows, this.pings.lines, this.pings.flows].flat();
    this.#serial = Math.max(0, ...numbered.map(({ number }) => number));
  }

  #hear(told: RecordedTold, at: number): void {
    if (told.type === '@chat.skipped') {
      this.skipped += told.count;
      this.framesSkipped += told.frames;
      return;
    }
    if (told.type === '@chat.frame') {
      this.#glimpse(told, at);
      return;
    }
    if (told.type === '@xstate.actor') {
      this.#beBorn(told, at);
      return;
    }
    const actor = this.actors.get(told.sessionId);
    if (told.type === '@xstate.event') {
      this.#flow(told, actor);
      return;
    }
    if (actor === undefined) return;
    const before = actor.leaf;
    this.#update(actor, told.snapshot);
    const { type } = told.event;
    const chart = this.#charts[actor.machine ?? ''];
    if (type === '@chat.refresh' || chart === undefined) {
      if (actor.leaf !== before) actor.fired = [];
      return;
    }
    actor.event = type;
    if (type.startsWith('xstate.init')) return;
    const { taken: fired = [] } = told;
    const edges = actor.fired.filter((id) => chart.edges.some((edge) => edge.id === id));
    actor.earlier = [...edges, ...actor.earlier].slice(0, 2).filter((id) => !fired.includes(id));
    actor.fired = fired;
  }

  #beBorn(told: RecordedActor, at: number): void {
    const actor: Actor = {
      session: told.sessionId,
      name: told.name,
      parent: told.parentId,
      machine: told.machine,
      status: told.snapshot.status,
      leaf: '',
      nickname: undefined,
      underWay: undefined,
      event: undefined,
      fired: [],
      earlier: [],
    };
    this.actors.set(actor.session, actor);
    this.#update(actor, told.snapshot);
    // Its first snapshot follows; until then it is in the initial state of its machine.
    const chart = this.#charts[actor.machine ?? ''];
    if (actor.leaf === '' && chart !== undefined) actor.leaf = beginningOf(chart, '');
    if (actor.machine === 'connection') this.#hunts.born(actor.session, at);
  }

  #update(actor: Actor, { status, value, context }: ShownSnapshot): void {
    actor.status = status;
    if (value !== undefined) actor.leaf = leafOf(value);
    const { nickname, underWay } = Object(context);
    actor.nickname = typeof nickname === 'string' ? nickname : undefined;
    // Only this state counts them down.
    actor.underWay = actor.leaf === 'registered.sending' ? Number(underWay) : undefined;
    if (status === 'active') return;
    this.#ended.push(actor.session);
    if (this.#ended.length > mostEnded) this.actors.delete(`${this.#ended.shift()}`);
  }

  #flow(told: Extract<RecordedTold, { type: '@xstate.event' }>, actor: Actor | undefined): void {
    const { event, sessionId: to, sourceId } = told;
    if (event.type.startsWith('xstate.') || actor === undefined) return;
    if (actor.machine !== 'connection' && !speaking.includes(actor.name)) return;
    const from = sourceId ?? this.#callerOf(event);
    const isRefusal = event.type === 'unreadable' || event.type === 'broken';
    this.#draw({ from, to, label: labelOf(event), isRefusal });
  }

  /** Who has sent an event that has no source, since it did not come from an actor itself but from the code around it. */
  #callerOf({ type, by }: ShownEvent): string | undefined {
    const caller = type === 'settled' || type === 'superseded' ? 'room' : by;
    return typeof caller === 'string' ? this.named(caller)?.session : undefined;
  }

  #draw(flow: Omit<Flow, 'number'>, { flows }: Pick<Pings, 'flows'> = this): void {
    flows.push({ ...flow, number: ++this.#serial });
    if (flows.length > mostFlows) flows.shift();
  }

  /** A frame that the inspector has told. The page's clients record their own messages, but see no control frames. */
  #glimpse(told: Extract<RecordedTold, { type: '@chat.frame' }>, at: number): void {
    const { sessionId: session, way, kind, text, bytes } = told;
    const isOut = way === 'in';
    if (isOut && bytes !== undefined) this.#hunts.got(session, bytes);
    const client = this.clientOf(session);
    const name = this.actors.get(session)?.name ?? '?';
    const whose = client === undefined ? { session, name } : { client };
    if (text === undefined) {
      const rules = kind === 'close' ? [] : ['P-EVT-4'];
      const label = labelOfFrame(told);
      const isBeat = kind === 'ping' || kind === 'pong';
      this.#note({ at, whose, isOut, text: label, rules }, isBeat ? this.pings : this);
      if (isBeat) this.#drawBeat(session, label, isOut);
    } else if (client === undefined) {
      const rules = isOut ? rulesOfRequest(text) : rulesOfAnswer(text);
      const isBeat = !isOut && isPing(text);
      this.#note({ at, whose, isOut, text, rules }, isBeat ? this.pings : this);
      if (isBeat) this.#drawBeat(session, gistOf(text), false);
      else if (!isOut && isReply(text)) this.#drawAnswer(session, text);
    }
  }

  /** A frame that a client of the page has recorded. */
  #log({ kind, client: id, text, at }: Extract<Recorded, { kind: 'sent' | 'got' }>): void {
    const isOut = kind === 'sent';
    const rules = isOut ? rulesOfRequest(text) : rulesOfAnswer(text);
    const isBeat = !isOut && isPing(text);
    this.#note({ at, whose: { client: id }, isOut, text, rules }, isBeat ? this.pings : this);
    const client = this.clients.get(id);
    if (client === undefined) return;
    if (isOut) {
      this.#hunts.sent(id, new TextEncoder().encode(text).length);
      return;
    }
    const { type, status, name, newname } = objectIn(text);
    if (isReply(text)) this.#hunts.answered(id);
    if (type === 'name' && status === true) client.nickname = `${newname ?? name}`;
    if (client.session === undefined) return;
    if (isBeat) this.#drawBeat(client.session, gistOf(text), false);
    else this.#drawAnswer(client.session, text);
  }

  #note(line: Omit<Line, 'number'>, { lines }: Pick<Pings, 'lines'>): void {
    lines.push({ number: ++this.#serial, ...line });
    if (lines.length > mostLines) lines.shift();
  }

  #drawBeat(session: string, label: string, isOut: boolean): void {
    const [from, to] = isOut ? [undefined, session] : [session, undefined];
    this.#draw({ from, to, label, isRefusal: false }, this.pings);
  }

  #drawAnswer(from: string, text: string): void {
    const isRefusal = isReply(text) && objectIn(text)['status'] === false;
    this.#draw({ from, to: undefined, label: gistOf(text), isRefusal });
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
