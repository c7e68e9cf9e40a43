/** What the page is about: the recordings, the place in them that is shown, the clients, and what is chosen. */
import type { Chart } from '../../src/charts/chart.ts';
import type { Layout } from '../../src/charts/drawing.ts';
import type { Outcome } from '../../src/inspect/faults/orders.ts';
import type { Language } from '../chat/words.ts';
import { type Entry, shortened, type Told } from './entry.ts';
import { Incoming } from './incoming.ts';
import { Peers } from './peers.ts';
import { readRecording, textOf } from './recording.ts';
import { Clients } from './sockets.ts';
import { waitFor } from './wait.ts';
import { World } from './world.ts';

export type Baked = {
  charts: Record<string, Chart & { layout: Layout }>;
  /** In Markdown, by their ids. */
  rules: Record<Language, Record<string, string>>;
};
export type LabOptions = Baked & {
  /** Where the inspector tells its events. */
  eventsUrl: string;
  /** Where the chat is; without it there are no clients. */
  chatUrl: string | undefined;
  /** Seconds from one ping of the chat to the next. */
  pingSeconds: number;
};

/** Most entries that are kept, and how many stay when there are more. */
const most = 30_000;
const kept = 20_000;
/** Milliseconds until the inspector is tried again. */
const retryTime = 2000;
/** Milliseconds in which what is to end must end. */
const endTime = 60_000;
/** Milliseconds from one drawing to the next. */
const drawTime = 50;

export class Lab {
  readonly options: LabOptions;
  readonly clients: Clients | undefined;
  readonly peers = new Peers((order) => this.#events?.send(JSON.stringify(order)));
  world: World;
  /** The chosen actor's session. */
  selected: string | undefined;
  /** The chosen client. */
  client: string | undefined;
  isPaused = false;
  /** Steps a second in slow motion; 0 is as it comes. */
  pace = 0;
  isConnected = false;
  isImported = false;
  readonly #incoming = new Incoming((entries) => this.#keep(entries));
  #live: Entry[] = [];
  #shown = this.#live;
  #onChange = () => {};
  #isDue = false;
  /** The chosen client's connection is to be chosen as soon as it can be told. */
  #isSought = false;
  /** What has been taken for it and chosen, which may turn out to be another's. */
  #assumed: string | undefined;
  #timer: ReturnType<typeof setInterval> | undefined;
  #events: WebSocket | undefined;
  /** Who waits for an actor's end, by its session. */
  readonly #mourners = new Map<string, () => void>();

  constructor(options: LabOptions) {
    this.options = options;
    this.world = new World(options.charts);
    const { chatUrl } = options;
    this.clients =
      chatUrl === undefined
        ? undefined
        : new Clients(chatUrl, (entry) => this.#incoming.take(entry as Entry));
    this.#connect();
  }

  /** Entries in the recording that is shown. */
  get length(): number {
    return this.#shown.length;
  }

  onChange(listener: () => void): () => void {
    this.#onChange = listener;
    return () => {
      this.#onChange = () => {};
    };
  }

  /** Draws soon, however much happens until then. */
  changed(): void {
    if (this.#isDue) return;
    this.#isDue = true;
    setTimeout(() => {
      this.#isDue = false;
      this.#follow();
      this.#onChange();
    }, drawTime);
  }

  async addClient() {
    const client = await this.clients?.open((id) => this.#sessionOf(id) !== undefined);
    if (client !== undefined) this.chooseClient(client.id);
    return client;
  }

  chooseClient(id: string): void {
    this.client = id;
    this.#isSought = true;
    this.changed();
  }

  removeClient(id: string): void {
    this.clients?.remove(id);
    if (this.client === id) this.client = [...(this.clients?.all.keys() ?? [])].at(-1);
    this.changed();
  }

  choose(session: string): void {
    this.selected = session;
    this.#isSought = false;
    this.#assumed = undefined;
    for (const { id, session: own } of this.world.clients.values()) if (own === session) this.client = id;
    this.changed();
  }

  /** Resolves when the inspector has told of the end of an actor. Rejects when it does not in a minute. */
  ended(session = ''): Promise<void> {
    const listen = (onFound: () => void) => {
      this.#mourners.set(session, onFound);
      return () => this.#mourners.delete(session);
    };
    return waitFor<void>(listen, endTime, 'it did not end');
  }

  pause(isPaused = !this.isPaused): void {
    this.isPaused = isPaused;
    this.changed();
  }

  setPace(pace: number): void {
    this.pace = pace;
    clearInterval(this.#timer);
    if (pace > 0)
      this.#timer = setInterval(() => {
        if (!this.isPaused && this.world.count < this.length) this.#move(this.#next(1));
      }, 1000 / pace);
    this.changed();
  }

  /** To the next entry that shows something, or the one before. */
  step(by: 1 | -1): void {
    this.isPaused = true;
    this.#move(this.#next(by));
  }

  /** To a place in the recording. */
  seek(count: number): void {
    this.isPaused = true;
    this.#move(count);
  }

  exported(): string {
    return textOf(this.#shown.slice(0, this.isPaused ? this.world.count : undefined), this.selected);
  }

  /** Shows another recording. Throws if it is none. */
  import(text: string): void {
    const { entries, selected } = readRecording(text);
    // Made before it is shown: what cannot be applied is no recording.
    const world = new World(this.options.charts);
    for (const entry of entries) world.apply(entry);
    this.#shown = entries;
    this.world = world;
    this.selected = selected ?? world.named('room')?.session;
    this.isImported = true;
    this.isPaused = true;
    this.changed();
  }

  /** Back to what happens now. */
  goLive(): void {
    if (this.isImported) {
      this.#shown = this.#live;
      this.world = new World(this.options.charts);
      this.isImported = false;
    }
    this.setPace(0);
    this.pause(false);
  }

  #sessionOf(id: string): string | undefined {
    // The view may stand still: then it does not know yet.
    return this.isPaused || this.isImported || this.pace > 0 ? '' : this.world.clients.get(id)?.session;
  }

  #connect(): void {
    const socket = new WebSocket(this.options.eventsUrl);
    socket.onopen = () => {
      this.isConnected = true;
      this.#reset();
    };
    this.#events = socket;
    socket.onmessage = ({ data }) => this.#hear(JSON.parse(data));
    socket.onclose = () => {
      this.isConnected = false;
      this.changed();
      setTimeout(() => this.#connect(), retryTime);
    };
  }

  #hear(told: Told | Outcome): void {
    if (told.type === '@chat.peer' || told.type === '@chat.disk' || told.type === '@chat.error') {
      this.peers.hear(told);
      return;
    }
    if (told.type === '@xstate.snapshot' && told.snapshot.status !== 'active')
      this.#mourners.get(told.sessionId)?.();
    this.#incoming.take({ at: 0, kind: 'told', told: shortened(told) });
  }

  /** What comes from now on is of another connection, and behind all that came before. */
  #reset(): void {
    this.#incoming.flush();
    this.#keep([{ at: Date.now(), kind: 'reset' }]);
  }

  #keep(entries: readonly Entry[]): void {
    for (const entry of entries) this.#live.push(entry);
    if (this.#live.length > most) this.#trim();
    this.changed();
  }

  /** Puts a picture in place of the oldest entries. */
  #trim(): void {
    const cut = this.#live.length - kept;
    const world = new World(this.options.charts);
    for (const entry of this.#live.slice(0, cut)) world.apply(entry);
    const isShown = this.#shown === this.#live;
    this.#live = [world.picture, ...this.#live.slice(cut)];
    if (!isShown) return;
    this.#shown = this.#live;
    // What is shown stays as it is, if it is not older than what was cut off.
    if (this.world.count >= cut) this.world.count += 1 - cut;
    else this.#rebuild(1);
  }

  #follow(): void {
    if (!this.isPaused && this.pace === 0) this.#advance(this.length);
    // The first to be shown is the room; a chosen client's connection as soon as it is known.
    this.selected ??= this.world.named('room')?.session;
    const session = this.world.clients.get(this.client ?? '')?.session;
    if (session === undefined || !(this.#isSought || this.#assumed === this.selected)) return;
    this.selected = session;
    this.#assumed = session;
    this.#isSought = false;
  }

  #move(count: number): void {
    const place = Math.max(0, Math.min(count, this.length));
    if (place < this.world.count) this.#rebuild(place);
    else this.#advance(place);
    this.changed();
  }

  #rebuild(count: number): void {
    this.world = new World(this.options.charts);
    this.#advance(count);
  }

  #advance(count: number): void {
    while (this.world.count < count) this.world.apply(this.#shown[this.world.count] as Entry);
  }

  #next(by: 1 | -1): number {
    let count = this.world.count + by;
    while (count > 0 && count < this.length && !isVisible(this.#shown[count - 1])) count += by;
    return count;
  }
}

/** Does the picture change by it? */
function isVisible(entry: Entry | undefined): boolean {
  if (entry?.kind !== 'told') return true;
  const { told } = entry;
  if (told.type === '@xstate.snapshot') return told.snapshot.value !== undefined;
  return told.type !== '@xstate.event' || !told.event.type.startsWith('xstate.');
}
