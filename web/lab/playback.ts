import type { Chart } from '../../src/charts/chart.ts';
import { isOfHeartbeat } from './pings.ts';
import type { Recorded } from './recorded.ts';
import { World } from './world.ts';

/** How many entries are kept at most, and how many are left when there are more. */
const most = 30_000;
const kept = 20_000;

/** Milliseconds from one look at the clock to the next while a recording is played by it. */
const playTime = 50;

/** `live` shows what happens at once, `slow` step by step; `replay` shows an imported recording. */
export type Mode = 'live' | 'paused' | 'slow' | 'replay';

/** What has been recorded, and the place in it that is shown. */
export class Playback {
  /** The picture at that place. */
  world: World;
  isPaused = false;
  /** Steps a second in slow motion; 0 shows entries as they come. */
  pace = 0;
  /** How many times as fast as it happened a recording is played; 0: not by the clock. */
  speed = 0;
  /** Whether pings are shown, and stepped through. */
  showsPings = false;
  readonly #charts: Record<string, Chart>;
  readonly #onChange: () => void;
  #live: Recorded[] = [];
  /** The entries that are shown: the live ones or those of an imported recording. */
  #shown = this.#live;
  #timer: ReturnType<typeof setInterval> | undefined;
  /** The time in the recording up to which it has been played by the clock, and when that was. */
  #played: { at: number; now: number } | undefined;

  constructor(charts: Record<string, Chart>, onChange: () => void) {
    this.#charts = charts;
    this.#onChange = onChange;
    this.world = new World(charts);
  }

  get length(): number {
    return this.#shown.length;
  }

  /** How many entries are no longer kept. */
  get dropped(): number {
    const [first] = this.#shown;
    return first?.kind === 'picture' ? (first.picture.dropped ?? 0) : 0;
  }

  get mode(): Mode {
    if (this.#shown !== this.#live) return 'replay';
    if (this.isPaused) return 'paused';
    return this.#isTimed ? 'slow' : 'live';
  }

  /** The whole recording of which a place is shown. */
  get shown(): readonly Recorded[] {
    return this.#shown;
  }

  /** The recording that is shown, up to the place where the view is paused. */
  get entries(): readonly Recorded[] {
    return this.#shown.slice(0, this.isPaused ? this.world.count : undefined);
  }

  /** All that has been recorded and is kept, whatever is shown. */
  get recorded(): readonly Recorded[] {
    return this.#live;
  }

  /** Records what has happened. */
  record(entries: readonly Recorded[]): void {
    for (const entry of entries) this.#live.push(entry);
    if (this.#live.length > most) this.#trim();
    this.#onChange();
  }

  /** Moves on to the newest entry, unless the view is paused or slow. */
  catchUp(): void {
    if (!this.isPaused && !this.#isTimed) this.#advance(this.length);
  }

  pause(isPaused = !this.isPaused): void {
    this.isPaused = isPaused;
    // Whoever starts a recording at its end wants to see it again.
    const isOver = this.mode === 'replay' && this.world.count === this.length;
    if (!isPaused && this.#isTimed && isOver) this.#rebuild(0);
    this.#onChange();
  }

  setPace(pace: number, speed = 0): void {
    this.pace = pace;
    this.speed = speed;
    this.#played = undefined;
    clearInterval(this.#timer);
    if (speed > 0) this.#timer = setInterval(() => this.#play(), playTime);
    if (pace > 0)
      this.#timer = setInterval(() => {
        if (!this.isPaused && this.world.count < this.length) this.#move(this.#next(1));
      }, 1000 / pace);
    this.#onChange();
  }

  showPings(shows = !this.showsPings): void {
    this.showsPings = shows;
    this.#onChange();
  }

  /** Pauses at the next entry that changes the picture, or at the one before. */
  step(by: 1 | -1): void {
    this.isPaused = true;
    this.#move(this.#next(by));
  }

  /** Pauses at the next event of an actor or at the one before, if there is one. */
  stepOf(session: string, by: 1 | -1): void {
    const isMachine = this.world.actors.get(session)?.machine !== undefined;
    const count = this.#find(this.world.count + by, by, (entry) => isEventOf(entry, session, isMachine));
    if (count > 0 && count <= this.length) this.seek(count);
  }

  /** Pauses at the entry that has led to a line or a flow, by its number. */
  goTo(number: number): void {
    const world = new World(this.#charts);
    for (const entry of this.#shown) {
      if (world.serial >= number) break;
      world.apply(entry);
    }
    this.world = world;
    this.pause(true);
  }

  /** Pauses at a place in the recording. */
  seek(count: number): void {
    this.isPaused = true;
    this.#move(count);
  }

  /** Shows another recording, paused at its end. If the entries make no picture, throws and changes nothing. */
  show(entries: Recorded[]): void {
    this.world = this.#worldOf(entries);
    this.#shown = entries;
    this.isPaused = true;
    this.#onChange();
  }

  /** Back to what happens now. */
  goLive(): void {
    if (this.#shown !== this.#live) {
      this.#shown = this.#live;
      this.world = new World(this.#charts);
    }
    this.setPace(0);
    this.pause(false);
  }

  /** Is the view moved on by a timer? */
  get #isTimed(): boolean {
    return this.pace > 0 || this.speed > 0;
  }

  /** Moves on to what had happened by this time. */
  #play(): void {
    if (this.isPaused) {
      this.#played = undefined;
      return;
    }
    const now = Date.now();
    const { count } = this.world;
    const start = count === 0 ? (this.#shown[0]?.at ?? now) : this.world.at;
    const { at, now: before } = this.#played ?? { at: start, now };
    const until = at + (now - before) * this.speed;
    this.#played = { at: until, now };
    const next = this.#shown.findIndex((entry, place) => place >= count && entry.at > until);
    const reached = next < 0 ? this.length : next;
    if (reached > count) this.#move(reached);
  }

  /** Replaces the oldest entries by a picture. */
  #trim(): void {
    const cut = this.#live.length - kept;
    const isShown = this.#shown === this.#live;
    this.#live = [this.#pictureOf(this.#live.slice(0, cut)), ...this.#live.slice(cut)];
    if (!isShown) return;
    this.#shown = this.#live;
    // The picture that is shown stays as it is, unless its place was cut off.
    if (this.world.count >= cut) this.world.count += 1 - cut;
    else this.#rebuild(1);
  }

  #move(count: number): void {
    const place = Math.max(0, Math.min(count, this.length));
    if (place < this.world.count) this.#rebuild(place);
    else this.#advance(place);
    this.#onChange();
  }

  #rebuild(count: number): void {
    this.world = this.#worldOf(this.#shown.slice(0, count));
  }

  #advance(count: number): void {
    for (const entry of this.#shown.slice(this.world.count, count)) this.world.apply(entry);
  }

  #worldOf(entries: readonly Recorded[]): World {
    const world = new World(this.#charts);
    for (const entry of entries) world.apply(entry);
    return world;
  }

  /** The entry that stands for these, of which the first may be such an entry itself. */
  #pictureOf(entries: readonly Recorded[]): Recorded {
    const [first] = entries;
    const before = first?.kind === 'picture' ? (first.picture.dropped ?? 0) - 1 : 0;
    const made = this.#worldOf(entries).picture;
    made.picture.dropped = before + entries.length;
    return made;
  }

  #next(by: 1 | -1): number {
    const isWanted = (entry: Recorded) => this.#isVisible(entry);
    const { count } = this.world;
    // A step back takes away what can be seen, so it starts from there.
    return this.#find((by < 0 ? this.#find(count, by, isWanted) : count) + by, by, isWanted);
  }

  /** The nearest place, from this one on, behind an entry that is wanted; outside of the recording if there is none. */
  #find(from: number, by: 1 | -1, isWanted: (entry: Recorded) => boolean): number {
    let count = from;
    for (;;) {
      const entry = this.#shown[count - 1];
      if (entry === undefined || isWanted(entry)) return count;
      count += by;
    }
  }

  #isVisible(entry: Recorded): boolean {
    if (!isVisible(entry)) return false;
    return this.showsPings || !isOfHeartbeat(entry, (session) => this.world.actors.get(session)?.machine);
  }
}

/** A machine is told with its state after each event, which is what can be seen of it; other actors only have events. */
function isEventOf(entry: Recorded, session: string, isMachine: boolean): boolean {
  if (entry.kind !== 'told' || !('sessionId' in entry.told) || entry.told.sessionId !== session) return false;
  const { told } = entry;
  if (told.type === '@xstate.snapshot') return isMachine;
  return told.type === '@xstate.event' && !isMachine && isVisible(entry);
}

/** Does this entry change the picture? */
function isVisible(entry: Recorded): boolean {
  if (entry.kind !== 'told') return true;
  const { told } = entry;
  if (told.type === '@xstate.snapshot') return told.snapshot.value !== undefined;
  return told.type !== '@xstate.event' || !told.event.type.startsWith('xstate.');
}
