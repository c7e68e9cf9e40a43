/**
 * A search of the whole history, newest messages first. What the page holds is searched at once; older messages are
 * fetched one stretch after the other as long as hits are wanted. Only the hits are kept.
 */
import type { ChatClient, ChatMessage } from '../../src/client/client.ts';
import { patternOf } from './pattern.ts';
import { farLength, type Session } from './session.ts';

/** The search pauses after so many hits. */
const pageLength = 100;

/** What a search needs of a session. */
type Place = {
  client: Pick<ChatClient, 'history'>;
  transcript: Session['transcript'];
  ignored: Pick<Session['ignored'], 'has'>;
};

export class Search {
  /** Newest first. */
  hits: ChatMessage[] = [];
  /** Finds what is searched for in a decomposed text. */
  pattern: RegExp | undefined;
  /** Everything from this position on has been searched. */
  before = 0;
  /** How many messages there are. */
  total = 0;
  isRunning = false;
  readonly #place: Place;
  readonly #onChange: () => void;
  #run: object | undefined;

  /** `onChange` is called when something has been searched. */
  constructor(place: Place, onChange: () => void) {
    this.#place = place;
    this.#onChange = onChange;
  }

  /** Searches for something else, from the newest message on. */
  find(query: string): void {
    this.pattern = patternOf(query);
    this.hits = [];
    this.total = 0;
    this.before = this.pattern === undefined ? 0 : Number.MAX_SAFE_INTEGER;
    void this.goOn();
  }

  /** Goes on until there is another page of hits, or until older messages cannot be fetched. */
  async goOn(): Promise<void> {
    const most = this.hits.length + pageLength;
    const run = {};
    this.#run = run;
    this.isRunning = true;
    while (this.before > 0 && this.hits.length < most) {
      const stretch = this.#held() ?? (await this.#fetch());
      if (this.#run !== run) return;
      if (stretch === undefined) break;
      this.#look(stretch, most);
      this.#onChange();
    }
    this.isRunning = false;
    this.#onChange();
  }

  /** The message at this position has been removed. */
  remove(position: number): void {
    this.hits = this.hits.filter((hit) => hit.position !== position);
    this.#onChange();
  }

  close(): void {
    this.#run = undefined;
    this.pattern = undefined;
    this.hits = [];
  }

  /** Searches the messages that precede what has been searched; none, if there are no more. */
  #look(stretch: readonly ChatMessage[], most: number): void {
    if (stretch.length === 0) this.before = 0;
    for (const message of stretch) {
      if (this.hits.length === most) return;
      this.before = message.position;
      this.total ||= message.position + 1;
      const isHit = this.pattern?.test(message.content.normalize('NFD'));
      if (isHit && !this.#place.ignored.has(message.name)) this.hits.push(message);
    }
  }

  /** What the page holds of the messages that are to be searched next, newest first; `undefined` if it holds none. */
  #held(): ChatMessage[] | undefined {
    const { transcript } = this.#place;
    const held: ChatMessage[] = [];
    for (let index = transcript.count - 1; index >= 0; index--) {
      const row = transcript.row(index);
      if (row?.kind === 'message' && row.key < this.before) held.push(row.message);
    }
    return held.length > 0 ? held : undefined;
  }

  /** `undefined` if they cannot be fetched. */
  async #fetch(): Promise<ChatMessage[] | undefined> {
    const { before } = this;
    const messages = await this.#place.client.history({ before, limit: farLength }).catch(() => undefined);
    // A server that does not know windows sends everything.
    return messages?.filter(({ position }) => position < before).reverse();
  }
}
