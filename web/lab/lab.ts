/** Puts the parts of the page together: its clients, the inspector, what is recorded of both, and what is chosen. */
import type { Chart } from '../../src/charts/chart.ts';
import type { Layout } from '../../src/charts/drawing.ts';
import type { Outcome } from '../../src/inspect/faults/orders.ts';
import type { ShownProcess, Told } from '../../src/inspect/told.ts';
import type { Language } from '../chat/words.ts';
import { Guide } from './guide/guide.ts';
import { viewOf } from './guide/view.ts';
import { Incoming } from './incoming.ts';
import { Link } from './link.ts';
import { Playback } from './playback.ts';
import { forRecording, type Recorded } from './recorded.ts';
import { readRecording, textOf } from './recording.ts';
import { Selection } from './selection.ts';
import { type Client, Clients } from './sockets.ts';
import type { World } from './world.ts';

export type Baked = {
  charts: Record<string, Chart & { layout: Layout }>;
  /** In Markdown, by their ids. */
  rules: Record<Language, Record<string, string>>;
  /** Words with their meanings, in Markdown. */
  glossary: Record<Language, [word: string, meaning: string][]>;
};
export type LabOptions = Baked & {
  /** Where the inspector tells its events; without it there are only recordings. */
  eventsUrl: string | undefined;
  /** The address of the chat; without it there are no clients. */
  chatUrl: string | undefined;
  /** Seconds from one ping of the chat to the next. */
  pingSeconds: number;
  /** The process that the inspector shows, where several share the room. */
  process: ShownProcess | undefined;
  /** Reads `lab.html`, the lab in one file. */
  readPage?: (() => Promise<string>) | undefined;
};

/** Of a lab without a server. */
export const offline = { eventsUrl: undefined, chatUrl: undefined, pingSeconds: 0, process: undefined };

/** Milliseconds from one drawing to the next. */
const drawTime = 50;

export class Lab {
  readonly options: LabOptions;
  readonly clients: Clients | undefined;
  /** A lab without a server has none. */
  readonly link: Link | undefined;
  /** Leads through lessons, where there is a server. */
  readonly guide: Guide | undefined;
  readonly playback: Playback;
  readonly selection = new Selection();
  /** A lab, this one or another, has filled the server's disk. */
  isDiskFull = false;
  #onChange = () => {};
  #isDue = false;

  constructor(options: LabOptions) {
    this.options = options;
    const { chatUrl, charts, eventsUrl: url } = options;
    const changed = () => this.changed();
    const playback = new Playback(charts, changed);
    this.playback = playback;
    if (url === undefined) {
      playback.show([]);
      return;
    }
    const guide = new Guide({ charts, recorded: () => playback.recorded, onChange: changed });
    this.guide = guide;
    const incoming = new Incoming((entries) => {
      playback.record(entries);
      guide.hear(entries);
    });
    const onOpen = () => {
      // What comes from now on is of a new connection, and behind everything from the last one.
      incoming.flush();
      const reset: Recorded[] = [{ at: Date.now(), kind: 'reset' }];
      playback.record(reset);
      guide.hear(reset);
    };
    const onClose = () => {
      this.isDiskFull = false;
      changed();
    };
    this.link = new Link({ url, onOpen, onClose });
    this.link.listen((told) => {
      if (!isOutcome(told)) {
        incoming.take({ kind: 'told', told: forRecording(told) });
      } else if (told.type === '@chat.disk') {
        this.isDiskFull = told.isFull;
        changed();
      }
    });
    if (chatUrl !== undefined) this.clients = new Clients(chatUrl, (draft) => incoming.take(draft));
  }

  /** The picture that is shown. */
  get world(): World {
    return this.playback.world;
  }

  onChange(listener: () => void): () => void {
    this.#onChange = listener;
    return () => {
      this.#onChange = () => {};
    };
  }

  /** Draws soon, once for everything that happens until then. */
  changed(): void {
    if (this.#isDue) return;
    this.#isDue = true;
    setTimeout(() => {
      this.#isDue = false;
      this.playback.catchUp();
      this.selection.follow(this.world);
      this.guide?.note(viewOf(this));
      this.#onChange();
    }, drawTime);
  }

  async addClient(): Promise<Client | undefined> {
    const client = await this.clients?.open((id) => this.#isMatched(id));
    if (client !== undefined) this.chooseClient(client.id);
    return client;
  }

  /** A new client comes back for the nickname of one whose connection is lost. */
  async comeBack(id: string): Promise<void> {
    const request = this.clients?.all.get(id)?.comeBack;
    const client = await this.addClient();
    client?.say(JSON.stringify(request));
  }

  removeClient(id: string): void {
    this.clients?.remove(id);
    this.selection.drop(id, this.clients?.all.keys() ?? []);
    this.changed();
  }

  chooseClient(id: string): void {
    this.selection.chooseClient(id);
    this.changed();
  }

  /** Chooses an actor. */
  choose(session: string): void {
    this.selection.choose(session, this.world);
    this.changed();
  }

  /** Goes to the next event of the chosen actor, or to the one before. */
  stepOfChosen(by: 1 | -1): void {
    if (this.selection.session !== undefined) this.playback.stepOf(this.selection.session, by);
  }

  exported(): string {
    return textOf(this.playback.entries, this.selection.session);
  }

  /** Shows another recording. Throws if the text is none. */
  import(text: string): void {
    const { entries, selected } = readRecording(text);
    this.playback.show(entries);
    this.selection.session = selected ?? this.world.named('room')?.session;
  }

  /** Is a client's connection known? A view that is not live cannot know it yet, so nobody waits for that. */
  #isMatched(id: string): boolean {
    return this.playback.mode !== 'live' || this.world.clients.get(id)?.session !== undefined;
  }
}

const outcomes = ['@chat.peer', '@chat.disk', '@chat.hang', '@chat.error'];
/** Outcomes of orders are the page's own affair, and not recorded. */
const isOutcome = (told: Told | Outcome): told is Outcome => outcomes.includes(told.type);
